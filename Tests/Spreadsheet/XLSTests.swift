import Spreadsheet
import SpreadsheetSupport
import Testing

@Suite("Workbooks of Excel 97 to 2003")
struct XLSTests {
  private typealias Records = RecordBuilder

  private func cells(_ records: [UInt8], globals: [UInt8] = []) throws -> [SpreadsheetCell] {
    var builder = RecordBuilder(cells: records)
    builder.globals = RecordBuilder.formats + globals
    return try SpreadsheetTests.cells(builder.stream)
  }

  private func refusal(_ bytes: [UInt8]) -> SpreadsheetError? {
    do {
      let workbook = try Spreadsheet(bytes)
      for sheet in workbook.sheets { _ = try workbook.sheet(sheet) }
      return nil
    } catch { return error }
  }

  @Test("Numbers: 64 bits, 30 bits, hundredths, several in a record; the format says which are dates (F23)")
  func numbers() throws {
    let several: [UInt8] =
      [1, 0, 0, 0] + [0, 0, 0x0E, 0, 0, 0] + [2, 0, 0x0F, 0, 0, 0] + [0, 0, 0, 0, 0xF0, 0x3F] + [2, 0]
    let records =
      Records.cell(0x203, row: 0, Records.bytes(0.1))
      + Records.cell(0x203, row: 0, column: 1, format: 2, Records.bytes(2))
      + Records.cell(0x203, row: 0, column: 2, format: 99, Records.bytes(-0.0)) + Records.record(0xBD, several)
      + Records.cell(0x27E, row: 2, Records.bytes(u32: -4 << 2 | 2))
    let date = try #require(SpreadsheetDate(serial: 2, system: .from1900))
    let hundredths = try #require(SpreadsheetDate(serial: 0.03, system: .from1900))
    #expect(
      try cells(records) == [
        .number(0.1), .date(date), .number(-0.0), .number(3), .date(hundredths), .number(1), .number(-4),
      ])
  }

  @Test("A formula has the value that the file stores: a number, a text, a flag, an error, or an empty text")
  func formulas() throws {
    func formula(_ column: Int, _ result: [UInt8]) -> [UInt8] {
      Records.cell(0x06, column: column, result + [UInt8](repeating: 0, count: 8))
    }
    let records =
      formula(0, Records.bytes(1.5)) + formula(1, [1, 0, 1, 0, 0, 0, 0xFF, 0xFF])
      + formula(2, [2, 0, 0x2A, 0, 0, 0, 0xFF, 0xFF]) + formula(3, [3, 0, 0, 0, 0, 0, 0xFF, 0xFF])
      + formula(4, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) + Records.record(0x4BC, [1, 2])
      + Records.record(0x207, [5, 0, 0] + Array("hol".utf8)) + Records.record(0x3C, [1, 0x61, 0, 0x21, 0x20])
    #expect(try cells(records) == [.number(1.5), .boolean(true), .error("#N/A"), .text(""), .text("hola\u{2021}")])
  }

  @Test("A formula whose text is missing is an error that names the cell")
  func missingText() {
    let waiting = Records.cell(0x06, row: 13, column: 15, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
    for after in [[], Records.cell(0x203, Records.bytes(1))] {
      let error = refusal(RecordBuilder(cells: waiting + after).stream)
      #expect(error?.kind == .damaged && error?.description.contains("P14 of its sheet 'Uno'") == true, "\(after)")
    }
  }

  @Test("Errors and flags; a code that no one knows is shown")
  func errors() throws {
    let codes: [UInt8] = [0, 7, 0x0F, 0x17, 0x1D, 0x24, 0x2A, 0x2B, 99]
    let records = codes.enumerated().flatMap { Records.cell(0x205, column: $0, [$1, 1]) }
    let texts = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#ERROR 99"]
    #expect(try cells(records) == texts.map { .error($0) })
    #expect(
      try cells(Records.cell(0x205, [0, 0]) + Records.cell(0x205, column: 1, [1, 0])) == [
        .boolean(false), .boolean(true),
      ])
  }

  @Test("A shared text may go on in other records: with other widths, half a character, formats and phonetic data")
  func continuedTexts() throws {
    let first: [UInt8] =
      Records.bytes(u32: 4) + Records.bytes(u32: 4) + Records.text("uno") + [4, 0, 0] + [0x64, 0x6F]
    // Wide, the first half of U+1D11E.
    let second: [UInt8] = [1, 0x34, 0xD8]
    let third: [UInt8] = [1, 0x1E, 0xDD] + [1, 0, 0x0C, 2, 0, 4, 0, 0, 0, 0x78, 9, 9]
    let fourth: [UInt8] = [9, 9, 9, 9, 9, 9] + [8, 8, 8, 8] + [0, 0, 0]
    let globals =
      Records.record(0xFC, first) + [second, third, fourth].flatMap { Records.record(0x3C, $0) }
    let records = (0..<4).flatMap { Records.cell(0xFD, column: $0, Records.bytes(u32: $0)) }
    #expect(try cells(records, globals: globals) == [.text("uno"), .text("do𝄞"), .text("x"), .text("")])
  }

  @Test("A text that ends within its header goes on with its width")
  func emptyRest() throws {
    let globals =
      Records.record(0xFC, Records.bytes(u32: 1) + Records.bytes(u32: 1) + [2, 0, 0])
      + Records.record(0x3C, [1, 0x41, 0, 0x42, 0])
    #expect(try cells(Records.cell(0xFD, Records.bytes(u32: 0)), globals: globals) == [.text("AB")])
  }

  @Test("A lone half of a character is replaced")
  func halves() throws {
    let text: [UInt8] = [5, 0, 1, 0x00, 0xDC, 0x34, 0xD8, 0x41, 0, 0x34, 0xD8, 0x34, 0xD8]
    #expect(try cells(Records.cell(0x204, text)) == [.text("\u{FFFD}\u{FFFD}A\u{FFFD}\u{FFFD}")])
  }

  @Test("Cells of a chart within a sheet are left out, and so are sheets of charts")
  func charts() throws {
    let chart = Records.beginning(0x20) + Records.cell(0x203, Records.bytes(9)) + Records.record(0x0A)
    #expect(try cells(chart + Records.cell(0x203, Records.bytes(1))) == [.number(1)])
    var builder = RecordBuilder()
    builder.globals = Records.record(0x85, Records.bytes(u32: 0) + [0, 2, 1, 0, 0x41])
    #expect(try Spreadsheet(builder.stream).sheets.map(\.name) == ["Uno"])
  }

  @Test("Dates count from 1904 if the workbook says so")
  func from1904() throws {
    let date = try #require(SpreadsheetDate(serial: 2, system: .from1904))
    let records = Records.cell(0x203, format: 2, Records.bytes(2))
    #expect(try cells(records, globals: Records.record(0x22, [1, 0])) == [.date(date)])
  }

  @Test("The same in an OLE2 file, in large sectors and in small ones")
  func compoundFile() throws {
    for count in [1, 400] {
      let records = (0..<count).flatMap { Records.cell(0x203, row: $0, Records.bytes(Double($0))) }
      let file = CompoundFileBuilder.file([("Other", [1]), ("Workbook", RecordBuilder(cells: records).stream)])
      #expect(try SpreadsheetTests.cells(file).count == count)
    }
  }

  @Test("Other formats, passwords and other files are refused by name")
  func refused() {
    var older = RecordBuilder()
    older.version = 0x500
    var password = RecordBuilder()
    password.globals = Records.record(0x2F, [1, 0])
    let files: [([UInt8], SpreadsheetError.Kind, String)] = [
      (older.stream, .unsupported, "Excel 5 or 95"), ([9, 0, 4, 0, 2, 0, 0x10, 0], .unsupported, "Excel 2"),
      (CompoundFileBuilder.file([("Book", older.stream)]), .unsupported, "Excel 5 or 95"),
      (CompoundFileBuilder.file([("Workbook", older.stream)]), .unsupported, "Excel 5 or 95"),
      (password.stream, .unsupported, "with a password"),
      (
        CompoundFileBuilder.file([("EncryptionInfo", [1]), ("EncryptedPackage", [1])]), .unsupported, "with a password"
      ),
      (CompoundFileBuilder.file([("WordDocument", [1])]), .foreign, "Word"),
      (CompoundFileBuilder.file([("Other", [1])]), .foreign, "without a workbook"),
      ([], .foreign, "empty"), (Array("<!DOCTYPE html><p>".utf8), .foreign, "a web page"),
      (Array("\u{FEFF}  <html>".utf8), .foreign, "a web page"), (Array("<table>".utf8), .foreign, "markup"),
      (Array("a;b\n1;2\n".utf8), .foreign, "text"), (Array("%PDF-1.7".utf8), .foreign, "a PDF"),
      (Array("{\"a\":1}".utf8), .foreign, "JSON"), ([0, 1, 2, 3], .foreign, "another format"),
      (
        Array("<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>".utf8), .foreign,
        "2003"
      ),
      (Array("<?xml version='1.0'?><a/>".utf8), .foreign, "an XML document"),
    ]
    for (bytes, kind, words) in files {
      let error = refusal(bytes)
      #expect(
        error?.kind == kind && error?.description.contains(words) == true, "\(words): \(String(describing: error))")
    }
  }

  @Test("Places and texts that do not exist are errors")
  func damaged() {
    var outside = RecordBuilder()
    outside.globals = Records.record(0x85, Records.bytes(u32: 0xFFFF_FFFF) + [0, 0, 1, 0, 0x41])
    let files = [
      RecordBuilder(cells: Records.cell(0xFD, Records.bytes(u32: 0))).stream,
      RecordBuilder(cells: Records.cell(0x203, column: 16_384, Records.bytes(1))).stream,
      RecordBuilder(cells: Records.cell(0x203, [1, 2])).stream, RecordBuilder(cells: Records.record(0x06, [0])).stream,
      RecordBuilder(cells: Records.record(0x204, [0, 0, 0, 0, 0, 0, 9, 0, 0, 65])).stream,
      RecordBuilder(cells: Records.record(0xBD, [0, 0, 0xFF, 0x3F] + [UInt8](repeating: 0, count: 14))).stream,
      outside.stream,
    ]
    for (index, file) in files.enumerated() { #expect(refusal(file)?.kind == .damaged, "\(index)") }
  }

  @Test("Chains of sectors that form a circle, or lead nowhere, end")
  func circles() {
    let records = (0..<600).flatMap { Records.cell(0x203, row: $0, Records.bytes(1)) }
    let sound = CompoundFileBuilder.file([("Workbook", RecordBuilder(cells: records).stream)])
    let table = sound.count - 512
    for chain in [0, 1, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x7FFF_FFFF] {
      for sector in 0..<40 {
        var file = sound
        file.replace(at: table + 4 * sector, with: Records.bytes(u32: chain))
        if let error = refusal(file) { #expect(error.kind == .damaged || error.kind == .foreign) }
      }
      // Where the chains of the directory, of the small sectors and of further tables begin.
      for place in [48, 60, 68, 76] {
        var file = sound
        file.replace(at: place, with: Records.bytes(u32: chain))
        if let error = refusal(file) { #expect(error.kind == .damaged || error.kind == .foreign, "\(error)") }
      }
    }
    var circle = sound
    circle.replace(at: table, with: Records.bytes(u32: 0))
    #expect(refusal(circle)?.kind == .damaged)
  }
}
