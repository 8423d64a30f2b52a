import Contracts
import Processing
import Testing

@testable import CSVParser

@Suite("The delimiter that a file shows")
struct CSVDelimiterTests {
  private func rows(_ text: String, _ keys: String = "") throws -> [[String]] {
    try parser("{plugin: csv, delimiter: auto\(keys)}").parse(body(text)).records.map { record in
      record.fields.names.dropLast().map { "\($0)=\(record.fields[$0]?.string ?? "-")" }
    }
  }

  @Test(
    "The most frequent one of the first row counts, outside of quotes",
    arguments: [
      ("a,b\n1;2,3\n", [["a=1;2", "b=3"]]), ("a;b\n1,5;2\n", [["a=1,5", "b=2"]]), ("a\tb\n1\t2\n", [["a=1", "b=2"]]),
      ("a|b\r\n1|2\r\n", [["a=1", "b=2"]]), ("a\n1\n", [["a=1"]]), ("a;b", []), ("a,b;c\n1,2\n", [["a=1", "b;c=2"]]),
      ("\"x;y;z\",b\n1,2\n", [["x;y;z=1", "b=2"]]), ("\n\r\na;b\n1;2\n", [["a=1", "b=2"]]),
      ("\u{feff}a;b\n1;2\n", [["a=1", "b=2"]]), ("\"a\nb\";c\n1;2\n", [["a\nb=1", "c=2"]]),
    ])
  func choice(text: String, expected: [[String]]) throws {
    #expect(try rows(text) == expected)
  }

  @Test("Lines before the header, and the characters of quotes, do not count")
  func others() throws {
    #expect(try rows("# one; two; three\r\na,b\n1,2\n", ", skip_lines: 1") == [["a=1", "b=2"]])
    #expect(try rows("|a|,|b|\n1,2\n", ", quote: \"|\"") == [["a=1", "b=2"]])
  }

  @Test("A border at any byte gives the same records")
  func borders() throws {
    let text = "# x; y\r\na|\"b\n,;\"|c\n1|2|3\n4|5|6"
    let bytes = Array(text.utf8)
    let whole = try parser("{plugin: csv, delimiter: auto, skip_lines: 1}").parse(body(text)).records
    #expect(whole.count == 2)
    for place in 1..<bytes.count {
      let stream = try parser("{plugin: csv, delimiter: auto, skip_lines: 1}").stream(body(""))
      var found = Records()
      try stream.add(Array(bytes[..<place]), isLast: false) { found.records += $0.records }
      try stream.add(Array(bytes[place...]), isLast: true) { found.records += $0.records }
      #expect(found.records == whole, "\(place)")
    }
  }
}
