import Contracts
import Testing

@testable import CSVParser

@Suite("CSV encodings")
struct CSVEncodingTests {
  private func cell(_ bytes: [UInt8], _ keys: String = "", charset: String? = nil) throws -> [[String]] {
    try parser("{plugin: csv, header: false\(keys)}").structure(of: body(bytes, charset: charset)).rows
  }

  @Test("Names of encodings, as other programs spell them")
  func names() {
    for name in ["utf-8", "UTF8", "utf-8-sig", "ascii"] {
      #expect(CSVEncoding(named: name) == .standard(.utf8), "\(name)")
    }
    for name in ["latin-1", "latin1", "ISO-8859-1", "iso_8859_1", "l1"] {
      #expect(CSVEncoding(named: name) == .latin1, "\(name)")
    }
    #expect(CSVEncoding(named: "cp1252") == .standard(.windows1252))
    #expect(
      CSVEncoding(named: "utf-16-le") == .standard(.utf16LE) && CSVEncoding(named: "utf_16_be") == .standard(.utf16BE))
    #expect(CSVEncoding(named: "big5") == .standard(.big5) && CSVEncoding(named: "cp950") == .standard(.big5))
    #expect(
      CSVEncoding(named: "shift-jis") == .standard(.shiftJIS) && CSVEncoding(named: "latin-9") == .standard(.iso8859x15)
    )
    #expect(CSVEncoding(named: "koi8_r") == .standard(.koi8R) && CSVEncoding(named: "gb18030") == .standard(.gb18030))
    for name in ["", "utf-7", "replacement", "x-user-defined", "none"] { #expect(CSVEncoding(named: name) == nil) }
    #expect(problems("{plugin: csv, encoding: utf-7}").first?.contains("windows-1252, iso-8859-15") == true)
  }

  @Test("A byte order mark is not data, and decides")
  func marks() throws {
    #expect(try cell([0xEF, 0xBB, 0xBF, 0x61]) == [["a"]])
    #expect(try cell([0xFF, 0xFE, 0x61, 0, 0x2C, 0, 0xF1, 0]) == [["a", "ñ"]])
    #expect(try cell([0xFE, 0xFF, 0, 0x61, 0, 0x0A]) == [["a"]])
    #expect(try cell([0xEF, 0xBB, 0xBF, 0xC3, 0xB1], ", encoding: latin-1") == [["ñ"]])
    #expect(try cell([0xEF, 0xBB, 0xBF, 0x22, 0x61, 0x22]) == [["a"]])
    #expect(try cell([0x84, 0x31, 0x95, 0x33, 0x61], ", encoding: gb18030") == [["a"]])
    #expect(
      try parser("{plugin: csv, skip_lines: 1}").structure(of: body([0xEF, 0xBB, 0xBF] + "x\na\n".utf8)).object?[
        "header"] == ["a"])
  }

  @Test("Each kind of encoding")
  func kinds() throws {
    #expect(try cell([0x61, 0, 0x2C, 0, 0xAC, 0x20], ", encoding: utf-16-le") == [["a", "€"]])
    #expect(try cell([0x61, 0], ", encoding: utf-16") == [["a"]])
    #expect(try cell([0x80, 0xF1], ", encoding: cp1252") == [["€ñ"]])
    #expect(try cell([0x80, 0xF1, 0xFF], ", encoding: latin-1") == [["\u{80}ñÿ"]])
    #expect(try cell([0xA4, 0xA4, 0xA4, 0xE5], ", encoding: big5") == [["中文"]])
    // A trail byte may be a delimiter's or a backslash's: 功 is A5 5C.
    #expect(try cell([0xA5, 0x5C, 0x2C, 0x61], ", encoding: big5, escape: '\\'") == [["功", "a"]])
    #expect(try cell([0xF1], charset: "iso-8859-1") == [["ñ"]])
    #expect(try cell([0xC3, 0xB1], charset: "unheard-of") == [["ñ"]])
    #expect(try cell([0xC3, 0xB1], ", encoding: utf-8", charset: "iso-8859-1") == [["ñ"]])
  }

  @Test("A row with bytes that its encoding does not know is rejected; U+FFFD that the file has is data")
  func badBytes() throws {
    let bytes: [UInt8] = Array("a\nx".utf8) + [0xF1, 0x0A] + Array("ñ\n".utf8)
    let found = try parser().parse(body(bytes))
    #expect(
      found.rejected.map(\.problem.reason) == ["line 2: bytes that are not UTF-8, or text that was damaged before"])
    #expect(found.records.map { $0.fields["a"] } == ["ñ"])
    let header = #expect(throws: PipelineError.self) { try parser().parse(body([0xF1, 0x0A])) }
    #expect(header?.message.hasSuffix("Name the file's encoding as parse.encoding, such as windows-1252") == true)
    #expect(
      try parser("{plugin: csv, strict: false}").parse(body(bytes)).records.map { $0.fields["a"] } == [
        "x\u{FFFD}", "ñ",
      ])
    #expect(try parser().parse(body("a\n\u{FFFD}\n")).records.count == 1)
    // Half a character of UTF-16.
    #expect(
      try parser("{plugin: csv, encoding: utf-16-le}").parse(body([0x61, 0, 0x0A, 0, 0, 0xD8])).rejected.count == 1)
    #expect(throws: PipelineError.self) { try parser().parse(body([0xF1, 0x0A])) }
  }
}
