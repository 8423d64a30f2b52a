/// One command of a code block or of a code span: `DAYS=3 make run` is the command `make`, with an assignment before it.
struct ShellCommand: Equatable, Sendable {
  /// `NAME=value` before the command.
  var assignments: [String] = []
  var name: String
  var arguments: [String] = []

  /// Returns the commands of a line. Understands quotes, `;`, `|`, `&&`, `>`, `$(…)` around a command, and comments: as much
  /// shell as documents need.
  static func all(in line: String) -> [ShellCommand] {
    words(in: line).split { separators.contains($0) }.compactMap { words in
      let words = words.drop { keywords.contains($0) }
      let assignments = words.prefix { $0.contains(/^[A-Z_]+=/) }
      guard let name = words.dropFirst(assignments.count).first else { return nil }
      return ShellCommand(
        assignments: Array(assignments), name: name,
        arguments: Array(words.dropFirst(assignments.count + 1).prefix { $0 != ">" }))
    }
  }

  private static let separators: Set<String> = [";", "|", "||", "&&", "&", "$("]
  private static let keywords: Set<String> = ["while", "do", "then", "if", "else", "export", "env", "nice", "sudo"]

  private static func words(in line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    func end() {
      if let ended = word { words.append(ended) }
      word = nil
    }
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == "#", word == nil {
        break
      } else if character == " " {
        end()
      } else if ";|&()".contains(character) {
        end()
        words.append(";")
      } else {
        word = (word ?? "") + String(character)
      }
    }
    end()
    return words
  }
}
