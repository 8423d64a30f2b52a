/// Writes HTML. What is not of this program is escaped.
struct HTML {
  private(set) var text = ""

  /// Adds what is HTML already.
  mutating func raw(_ html: String) { text += html }

  mutating func text(_ text: String) { self.text += Self.escaped(text) }

  mutating func element(_ name: String, _ content: String) {
    text += "<\(name)>\(Self.escaped(content))</\(name)>"
  }

  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }

  /// Adds the CommonMark that the descriptions have: paragraphs, lists, indented code, and code within a line.
  mutating func commonMark(_ source: String) {
    for block in Self.blocks(source) {
      if block.allSatisfy({ $0.hasPrefix("    ") }) {
        raw("<pre>")
        element("code", block.map { String($0.dropFirst(4)) }.joined(separator: "\n"))
        raw("</pre>")
      } else if block[0].hasPrefix("- ") {
        raw("<ul>")
        for line in block {
          raw("<li>")
          inline(String(line.drop { $0 == "-" || $0 == " " }))
          raw("</li>")
        }
        raw("</ul>")
      } else {
        raw("<p>")
        inline(block.joined(separator: " "))
        raw("</p>")
      }
    }
  }

  private static func blocks(_ source: String) -> [[Substring]] {
    var blocks: [[Substring]] = [[]]
    for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty { blocks.append([]) } else { blocks[blocks.count - 1].append(line) }
    }
    return blocks.filter { !$0.isEmpty }
  }

  private mutating func inline(_ line: String) {
    for (index, part) in line.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
      if index.isMultiple(of: 2) { text(String(part)) } else { element("code", String(part)) }
    }
  }
}
