/// Rows of a CSV file (RFC 4180), for the Census geocoder's batches. The reader of Parsers/CSV is not used, because it
/// links ICU for its encodings: the image of the enricher does without.
package enum CSVRows {
  /// Writes rows with every value in quotes, so that commas and quotes in it stay what they are. Line ends in a value become
  /// spaces: not every reader takes them, and one in an address begins no row.
  package static func text(of rows: [[String]]) -> String {
    rows.map { row in row.map(quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func quoted(_ value: String) -> String {
    let line = String(value.map { $0.isNewline ? " " : $0 })
    // By scalars: a quote with an accent on it is another character.
    let parts = line.unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
    return "\"\(parts.joined(separator: "\"\""))\""
  }

  /// Reads rows.
  /// - Returns: nil for a text that breaks the rules: a quote that is not closed, or text behind one.
  package static func rows(of text: String) -> [[String]]? {
    let bytes = Array(text.utf8)
    var rows: [[String]] = []
    var row: [String] = []
    var value: [UInt8] = []
    var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var isQuoted = false
    var isClosed = false
    func end() {
      row.append(String(decoding: value, as: UTF8.self))
      value = []
      isClosed = false
    }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\"") where isQuoted:
        if index < bytes.count, bytes[index] == byte {
          value.append(byte)
          index += 1
        } else {
          isQuoted = false
          isClosed = true
        }
      case _ where isQuoted: value.append(byte)
      case UInt8(ascii: "\""):
        guard value.isEmpty, !isClosed else { return nil }
        isQuoted = true
      case UInt8(ascii: ","): end()
      case 0x0A, 0x0D:
        if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A { index += 1 }
        end()
        rows.append(row)
        row = []
      default:
        guard !isClosed else { return nil }
        value.append(byte)
      }
    }
    guard !isQuoted else { return nil }
    if !value.isEmpty || !row.isEmpty || isClosed {
      end()
      rows.append(row)
    }
    return rows
  }
}
