import Testing

@testable import CSVParser

@Suite("CSV keys")
struct CSVOptionsTests {
  @Test("Every key is read")
  func keys() throws {
    let options = try parser(
      """
      {plugin: csv, delimiter: \\t, quote: "'", escape: \\, encoding: latin-1, header: [a, b], skip_lines: 3, \
      normalize_header: false, strict: false, ragged: fill, empty: text}
      """
    ).options
    #expect(options.dialect == CSVDialect(delimiter: "\t", quote: UInt8(ascii: "'"), escape: UInt8(ascii: "\\")))
    #expect(options.encoding == .latin1 && options.header == .names(["a", "b"]) && options.skipLines == 3)
    #expect(!options.normalizesHeader && !options.isStrict && options.fillsShortRows && !options.emptyIsNull)
    #expect(try parser().options == CSVOptions())
    #expect(try parser("{plugin: csv, empty: null, header: true, quote: '\"', delimiter: ','}").options == CSVOptions())
    #expect(try parser("{plugin: csv, quote: none}").options.dialect.quote == nil)
    #expect(try parser("{plugin: csv, quote: ''}").options.dialect.quote == nil)
    #expect(try parser("{plugin: csv, delimiter: ' '}").options.dialect.delimiter == [0x20])
  }

  @Test(
    "A wrong value is a problem that says what is allowed",
    arguments: [
      ("delimiter: abcde", "parse.delimiter: it is 'abcde': it must be 1 to 4 characters"),
      ("delimiter: \"\\n\"", "parse.delimiter"), ("quote: ab", "parse.quote: it is 'ab': it must be one ASCII"),
      ("quote: é", "parse.quote"), ("quote: ','", "parse.quote: it is in the delimiter too"),
      ("escape: ','", "parse.escape"), ("skip_lines: -1", "parse.skip_lines"), ("strict: yes", "parse.strict"),
      ("ragged: pad", "it must be one of reject, fill"), ("empty: none", "it must be one of null, text"),
      ("header: [a, b, a]", "parse.header: it names 'a' twice"),
      ("header: [a, '']", "parse.header: it has an empty name"),
      ("sheet: 1", "parse.sheet: it is not known"),
    ])
  func wrong(_ key: String, _ message: String) {
    let found = problems("{plugin: csv, \(key)}")
    #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
  }
}
