/// The choice of the delimiter, where the definition leaves it to each file.
enum CSVDelimiter {
  /// The delimiters that are known, of which the first counts if several are as frequent.
  static let known = [",", ";", "\t", "|"]
  /// The value of the key `delimiter` that asks for the choice.
  static let automatic = "auto"

  /// Returns the dialect with the delimiter that is most frequent outside of quotes in the first row that is not blank. The
  /// names of columns have none of these characters, as a rule, and cells may.
  /// - Parameters:
  ///   - lines: the physical lines before that row.
  ///   - isLast: true if the text is the whole file.
  /// - Returns: nil if the row is not whole yet.
  static func dialect(of text: [UInt8], after lines: Int, in dialect: CSVDialect, isLast: Bool) -> CSVDialect? {
    let delimiters = known.filter { $0.utf8.first != dialect.quote && $0.utf8.first != dialect.escape }
    var counts = [Int](repeating: 0, count: delimiters.count)
    var linesLeft = lines
    var isQuoted = false
    var isBlank = true
    var isWhole = isLast
    for (index, byte) in text.enumerated() {
      let isEnd = byte == 0x0A || byte == 0x0D
      if linesLeft > 0 {
        // A line that ends with both characters ends once.
        if isEnd, byte == 0x0A || index + 1 == text.count || text[index + 1] != 0x0A { linesLeft -= 1 }
        continue
      }
      if byte == dialect.quote { isQuoted.toggle() }
      if isQuoted { continue }
      if isEnd {
        guard isBlank else {
          isWhole = true
          break
        }
        continue
      }
      isBlank = false
      if let place = delimiters.firstIndex(where: { $0.utf8.first == byte }) { counts[place] += 1 }
    }
    guard isWhole else { return nil }
    let most = counts.max() ?? 0
    let chosen = counts.firstIndex { $0 == most && most > 0 }.map { delimiters[$0] }
    return CSVDialect(delimiter: chosen ?? ",", quote: dialect.quote, escape: dialect.escape)
  }
}
