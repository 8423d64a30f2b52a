import TestSupport
import Testing

@testable import CSVParser

@Suite("CSV rows")
struct CSVReaderTests {
  private func rows(_ text: String, _ dialect: CSVDialect = CSVDialect()) -> [[String]] {
    rows(Array(text.utf8), dialect).map(\.cells)
  }

  private func rows(
    _ text: [UInt8], _ dialect: CSVDialect = CSVDialect()
  ) -> [(cells: [String], line: Int, flaw: CSVRow.Flaw?)] {
    var reader = CSVReader(text, dialect)
    var row = CSVRow()
    var rows: [(cells: [String], line: Int, flaw: CSVRow.Flaw?)] = []
    while reader.next(into: &row) { rows.append((reader.texts(of: row), row.line, row.flaw)) }
    return rows
  }

  @Test("CRLF, LF and CR end rows, mixed in one file; a line with nothing on it is no row")
  func lineEnds() {
    #expect(rows("a,b\r\n1,2\n3,4\r5,6") == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]])
    #expect(rows("\r\n\na\n\r\n\r\rb\n\n") == [["a"], ["b"]])
    #expect(rows("") == [] && rows("\n") == [])
    #expect(rows(" \n\"\"\n,") == [[" "], [""], ["", ""]])
  }

  @Test("Within quotes everything is data; a doubled quote is a quote (F19)")
  func quotes() {
    #expect(rows("\"a,\r\n\"\"b\"\"\",c\n") == [["a,\r\n\"b\"", "c"]])
    #expect(rows("\"\",\"\"\"\"\n") == [["", "\""]])
    #expect(rows("a,\"b\"") == [["a", "b"]])
  }

  @Test("Nothing is trimmed; a last delimiter makes an empty cell")
  func blanks() {
    #expect(rows(" a , b \n1,\n,\n") == [[" a ", " b "], ["1", ""], ["", ""]])
    #expect(rows("a  b\n", CSVDialect(delimiter: " ")) == [["a", "", "b"]])
  }

  @Test("Physical lines are counted, within quotes too")
  func lines() {
    let found = rows(Array("a\r\n\r\n\"x\ny\rz\r\n\"\nb\n".utf8))
    #expect(found.map(\.line) == [1, 3, 7])
    #expect(found.allSatisfy { $0.flaw == nil })
  }

  @Test("A flaw is named with its line, and what it is about is data")
  func flaws() {
    let found = rows(Array("a\n1, \"2\"\n\"3\"x\"y\",4\n\"5\" ,6\n7,\"8\n9".utf8))
    #expect(found.map(\.cells) == [["a"], ["1", " \"2\""], ["3x\"y\"", "4"], ["5 ", "6"], ["7", "8\n9"]])
    #expect(
      found.map(\.flaw) == [
        nil, .quoteInCell(line: 2), .textAfterQuote(line: 3), .textAfterQuote(line: 4), .openQuote(line: 5),
      ])
    #expect(rows(Array("\"a\"\"b".utf8)).map(\.cells) == [["a\"b"]])
    #expect(rows(Array("\"".utf8)).map(\.cells) == [[""]])
  }

  @Test("Other delimiters: of several bytes, of several characters")
  func delimiters() {
    #expect(rows("a¦b\n\"c¦\"¦d\n", CSVDialect(delimiter: "¦")) == [["a", "b"], ["c¦", "d"]])
    #expect(rows("a, b,c\n\"1, 2\", 3", CSVDialect(delimiter: ", ")) == [["a", "b,c"], ["1, 2", "3"]])
    #expect(rows("a§", CSVDialect(delimiter: "§§")) == [["a§"]])
    #expect(rows("a\u{1}b", CSVDialect(delimiter: "\u{1}")) == [["a", "b"]])
  }

  @Test("Other quotes, and none")
  func otherQuotes() {
    #expect(rows("'a,''b',\"c\n", CSVDialect(quote: UInt8(ascii: "'"))) == [["a,'b", "\"c"]])
    #expect(rows("\"a\",b\"\n", CSVDialect(quote: nil)) == [["\"a\"", "b\""]])
    #expect(rows(Array("b\"\n".utf8), CSVDialect(quote: nil))[0].flaw == nil)
  }

  @Test("An escape makes a quote, itself, a delimiter and a line end data; elsewhere it is data")
  func escapes() {
    let dialect = CSVDialect(escape: UInt8(ascii: "\\"))
    #expect(rows(#""a\"b\\","c\d""#, dialect) == [["a\"b\\", #"c\d"#]])
    #expect(rows("a\\,b,c\\\nd\\\r\ne\nf\\", dialect) == [["a,b", "c\nd\r\ne"], ["f\\"]])
    #expect(rows(#""a""b""#, dialect) == [["a\"b"]])
    #expect(rows(#""a""b""#, CSVDialect(escape: UInt8(ascii: "\""))) == [["a\"b"]])
  }

  @Test("A row with too many cells is cut, and the next one is read")
  func tooWide() {
    var reader = CSVReader(
      Array((String(repeating: ",", count: CSVReader.maximumCells + 5) + "\nb").utf8), CSVDialect())
    var row = CSVRow()
    #expect(reader.next(into: &row) && row.isTooWide && row.count == CSVReader.maximumCells)
    #expect(reader.next(into: &row) && !row.isTooWide && reader.texts(of: row) == ["b"] && row.line == 2)
  }

  @Test("What is written in any dialect is read again", arguments: 0..<40)
  func roundTrip(_ seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    for _ in 0..<25 {
      let dialect = CSVDialect(
        delimiter: [",", ";", "\t", "|", " ", ", ", "¦", "\u{1}"].randomElement(using: &random) ?? ",",
        quote: UInt8(ascii: Bool.random(using: &random) ? "\"" : "'"),
        escape: Bool.random(using: &random) ? UInt8(ascii: "\\") : nil)
      let end = ["\n", "\r", "\r\n"].randomElement(using: &random) ?? "\n"
      let written = (0..<Int.random(in: 0...6, using: &random)).map { _ in
        (0..<Int.random(in: 1...5, using: &random)).map { _ in cell(dialect, using: &random) }
      }
      var text = written.map { write($0, dialect, using: &random) }.joined(separator: end)
      if Bool.random(using: &random) { text += end }
      let found = rows(Array(text.utf8), dialect)
      #expect(found.map(\.cells) == written, "\(dialect): \(text.debugDescription)")
      #expect(found.allSatisfy { $0.flaw == nil }, "\(dialect): \(text.debugDescription)")
    }
  }

  private func cell(_ dialect: CSVDialect, using random: inout SplitMix) -> String {
    let parts = [
      "a", "ñandú €", " ", "\n", "\r", "\r\n", "\"", "'", "\\", ",", ";", "\t", "|", "¦", "\0", "0123456789abcdef",
      "👨‍👩‍👧", "\u{1}",
    ]
    return (0..<Int.random(in: 0...4, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
  }

  private func write(_ cells: [String], _ dialect: CSVDialect, using random: inout SplitMix) -> String {
    let quote = String(UnicodeScalar(dialect.quote ?? 0))
    return cells.enumerated().map { index, cell in
      let bytes = Array(cell.utf8)
      let needsQuotes =
        bytes.contains {
          dialect.quote == $0 || dialect.escape == $0 || $0 == 10 || $0 == 13 || dialect.delimiter[0] == $0
        }
        // An empty cell alone would be a line with nothing on it.
        || cells.count == 1 && cell.isEmpty
      guard needsQuotes || Bool.random(using: &random) else { return cell }
      var text = cell.unicodeScalars.map(String.init)
      text = text.map { scalar in
        if scalar == "\\", dialect.escape != nil { return "\\\\" }
        guard scalar == quote else { return scalar }
        return dialect.escape != nil && Bool.random(using: &random) ? "\\" + quote : quote + quote
      }
      return quote + text.joined() + quote
    }.joined(separator: String(decoding: dialect.delimiter, as: UTF8.self))
  }
}
