/// Texts of workbooks: plain, or in runs with formats of their own. Phonetic runs repeat the text, and are left out.
enum XLSXStrings {
  /// Reads the table of texts that cells share.
  static func table(_ content: [UInt8], part: String) throws(SpreadsheetError) -> TextPool {
    var scanner = try XMLScanner(content, part: part)
    var texts = TextPool()
    while true {
      switch try scanner.next() {
      case .finished: return texts
      case .start where scanner.name == Names.item && scanner.depth == 2:
        try read(&scanner, into: &texts.bytes)
        texts.endText()
      default: continue
      }
    }
  }

  /// Reads the text of the element that was started last, to its end.
  static func read(_ scanner: inout XMLScanner, into text: inout [UInt8]) throws(SpreadsheetError) {
    let outside = scanner.depth - 1
    while scanner.depth > outside {
      guard case .start = try scanner.next() else { continue }
      switch scanner.name {
      case Names.text:
        let start = text.count
        try readContent(&scanner, into: &text)
        EscapedText.decode(&text, from: start)
      case Names.run: continue
      default: try scanner.skipElement()
      }
    }
  }

  /// Reads what the element that was started last has of text, to its end.
  static func readContent(_ scanner: inout XMLScanner, into text: inout [UInt8]) throws(SpreadsheetError) {
    let outside = scanner.depth - 1
    while scanner.depth > outside {
      switch try scanner.next() {
      case .text: try scanner.appendText(to: &text)
      case .start: try scanner.skipElement()
      default: continue
      }
    }
  }

  private enum Names {
    static let item = XMLScanner.name("si")
    static let text = XMLScanner.name("t")
    static let run = XMLScanner.name("r")
  }
}
