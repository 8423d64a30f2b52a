import Foundation

/// A Markdown file, as far as the checks need it: headings, links, and code.
struct MarkdownFile: Sendable {
  /// A piece of text and its line number, from 1.
  struct Piece: Equatable, Sendable {
    let text: String
    let line: Int
  }

  /// The path relative to the repository's root.
  let path: String
  let lineCount: Int
  /// The anchors of the headings, as GitHub makes them.
  private(set) var anchors: Set<String> = []
  /// The targets of links, `../README.md#retries`.
  private(set) var links: [Piece] = []
  /// The texts between backticks.
  private(set) var spans: [Piece] = []
  /// The lines of code blocks, fenced or indented by four spaces; lines that end with a backslash are joined.
  private(set) var codeLines: [Piece] = []
  /// The commands of all code lines and spans, with their lines.
  private(set) var commands: [(command: ShellCommand, line: Int)] = []

  init(path: String, text: String) {
    self.path = path
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    lineCount = lines.count
    var fence: String?
    var isAfterBlank = true
    var isIndentedBlock = false
    for (index, line) in lines.enumerated() {
      let number = index + 1
      let trimmed = line.drop { $0 == " " }
      if let open = fence {
        if trimmed.hasPrefix(open) { fence = nil } else { add(code: line, number) }
        continue
      }
      if trimmed.hasPrefix("```") {
        fence = "```"
        continue
      }
      isIndentedBlock = line.hasPrefix("    ") && (isAfterBlank || isIndentedBlock)
      isAfterBlank = trimmed.isEmpty
      if isIndentedBlock {
        add(code: String(line.dropFirst(4)), number)
        continue
      }
      if let heading = line.wholeMatch(of: /#{1,6} +(.+)/) { add(heading: String(heading.1)) }
      addSpans(in: line, number)
      addLinks(in: line, number)
    }
    commands = (codeLines + spans).flatMap { piece in ShellCommand.all(in: piece.text).map { ($0, piece.line) } }
  }

  private mutating func add(code line: String, _ number: Int) {
    if let last = codeLines.last, last.text.hasSuffix("\\") {
      codeLines[codeLines.count - 1] = Piece(text: last.text.dropLast() + line, line: last.line)
    } else {
      codeLines.append(Piece(text: line, line: number))
    }
  }

  /// GitHub's rule: lower case, letters, digits, `-` and `_` only, spaces become `-`; a repeated anchor gets a number.
  private mutating func add(heading: String) {
    let text = heading.replacing(/\[([^\]]*)\]\([^)]*\)/) { String($0.1) }.lowercased()
    let slug = String(
      text.compactMap { character -> Character? in
        if character == " " { return "-" }
        return character.isLetter || character.isNumber || "-_".contains(character) ? character : nil
      })
    var anchor = slug
    var count = 1
    while anchors.contains(anchor) {
      anchor = "\(slug)-\(count)"
      count += 1
    }
    anchors.insert(anchor)
  }

  private mutating func addSpans(in line: String, _ number: Int) {
    for match in line.matches(of: /`([^`]+)`/) { spans.append(Piece(text: String(match.1), line: number)) }
  }

  private mutating func addLinks(in line: String, _ number: Int) {
    // The text of a link may be a code span, and a code span may look like a link.
    let text = line.replacing(/`[^`]*`/, with: "code")
    for match in text.matches(of: /\]\(([^)\s]+)\)/) { links.append(Piece(text: String(match.1), line: number)) }
  }
}
