import APIHTML

extension HTMLWriter {
  /// Adds the CommonMark that the descriptions have: paragraphs, lists, indented code, and code within a line.
  mutating func commonMark(_ source: String) {
    for block in Self.blocks(source) {
      if block.allSatisfy({ $0.hasPrefix("    ") }) {
        let code = block.map { String($0.dropFirst(4)) }.joined(separator: "\n")
        element("pre") { $0.element("code", code) }
      } else if block[0].hasPrefix("- ") {
        element("ul") { list in
          for item in Self.items(block) { list.element("li") { $0.inline(item) } }
        }
      } else {
        element("p") { $0.inline(block.joined(separator: " ")) }
      }
    }
  }

  /// The items of a list. A line that begins with no dash belongs to the item before it.
  private static func items(_ block: [Substring]) -> [String] {
    var items: [String] = []
    for line in block {
      if line.hasPrefix("- ") {
        items.append(String(line.dropFirst(2)))
      } else {
        items[items.count - 1] += " " + line.drop { $0 == " " }
      }
    }
    return items
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
