import Spreadsheet
import SpreadsheetSupport
import Testing

@Suite("Dates")
struct DateTests {
  @Test(
    "A number of days is a date of the calendar, rounded to milliseconds",
    arguments: [
      (0.0, "1899-12-31T00:00:00.000"), (0.5, "1899-12-31T12:00:00.000"), (1, "1900-01-01T00:00:00.000"),
      (59, "1900-02-28T00:00:00.000"), (59.75, "1900-02-28T18:00:00.000"),
      // 1900-02-29 exists for Excel.
      (60, "1900-02-28T00:00:00.000"), (60.5, "1900-02-28T12:00:00.000"), (61, "1900-03-01T00:00:00.000"),
      (45_351, "2024-02-29T00:00:00.000"), (45_351.999_999_99, "2024-02-29T23:59:59.999"),
      (45_351.999_999_999, "2024-03-01T00:00:00.000"), (39_446.520_833_333_336, "2007-12-30T12:30:00.000"),
      (2_958_465.5, "9999-12-31T12:00:00.000"),
    ])
  func from1900(serial: Double, text: String) throws {
    let date = try #require(SpreadsheetDate(serial: serial, system: .from1900))
    #expect("\(date)" == text)
    #expect(date.serial == serial)
  }

  @Test("A workbook may count from 1904, where no day is missing")
  func from1904() throws {
    let dates = [0, 1, 60, 43_889.520_833_333_336].compactMap { SpreadsheetDate(serial: $0, system: .from1904) }
    #expect(
      dates.map(\.description) == [
        "1904-01-01T00:00:00.000", "1904-01-02T00:00:00.000", "1904-03-01T00:00:00.000", "2024-02-29T12:30:00.000",
      ])
    let parts = try #require(dates.last)
    #expect([parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second] == [2024, 2, 29, 12, 30, 0])
  }

  @Test("A number that no program shows as a date is none")
  func outside() {
    for serial in [-0.5, 2_958_466, .infinity, -.infinity, .nan] {
      #expect(SpreadsheetDate(serial: serial, system: .from1900) == nil)
    }
    #expect(SpreadsheetDate(serial: 2_957_003.9, system: .from1904)?.year == 9999)
    #expect(SpreadsheetDate(serial: 2_957_004, system: .from1904) == nil)
  }

  @Test(
    "The text of a format decides if its numbers are dates",
    arguments: [
      ("yyyy-mm-dd", true), ("mmm-yy", true), ("[h]:mm", true), ("[ss]", true), ("[$-C0A]mmm\\-yy;@", true),
      ("\"Fecha: \"d/m", true), ("[Red]yy", true), ("S", true), ("_d0", false), ("General", false), ("0.00", false),
      ("\"d\"0", false), ("\\d0", false), ("[Red]0", false), ("0;yyyy", false), ("\"a;d\"0", false), ("[hm]0", false),
      ("* d", true), ("*d0", false), ("0.00E+00", false), ("#,##0 [$Dm]", false), ("\"d", false), ("[d", true),
      ("", false),
    ])
  func formats(format: String, isDate: Bool) throws {
    let escaped = format.replacing("\"", with: "&quot;")
    var package = PackageBuilder(rows: "<row><c s='1'><v>2</v></c></row>")
    package.numberFormats = "<numFmt numFmtId='164' formatCode=\"\(escaped)\"/>"
    package.cellFormats = "<xf/><xf numFmtId='164'/>"
    let cell = try cells(package.bytes).first
    #expect((cell == .number(2)) == !isDate)
    #expect((cell == SpreadsheetDate(serial: 2, system: .from1900).map { .date($0) }) == isDate)
  }

  @Test(
    "In .xls the letters of dates are weighed against digits, as xlrd does",
    arguments: [
      ("yyyy-mm-dd", true), ("#,##0.0 Pesos", false), ("#.##0,00 USD", false), ("0 m", false), ("#,##0 \"a\"s", false),
      ("[h]", false), ("[h]:mm", true), ("[<=99]0;[>99]dd", true), ("0;yyyy", true), ("\"d\"0", false),
      ("hh:mm:ss.000", true), ("General", false), ("d0", false), ("dd0", true), ("[d", true), ("", false),
    ])
  func oldFormats(format: String, isDate: Bool) throws {
    var builder = RecordBuilder(cells: RecordBuilder.cell(0x203, format: 1, RecordBuilder.bytes(2)))
    let text = Array(format.utf8)
    let description = [164, 0, UInt8(text.count), 0, 0] + text
    builder.globals =
      RecordBuilder.record(0x41E, description) + [0, 164].flatMap { RecordBuilder.record(0xE0, [0, 0, $0, 0]) }
    #expect(
      try cells(builder.stream) == [
        isDate ? .date(#require(SpreadsheetDate(serial: 2, system: .from1900))) : .number(2)
      ])
  }

  @Test("A format is read to its 255th character, in linear time", arguments: ["[", "\"", "[]", "\\", "é"])
  func longFormats(part: String) throws {
    let escaped = String(repeating: part, count: 1_000_000).replacing("\"", with: "&quot;")
    var package = PackageBuilder(rows: "<row><c s='1'><v>2</v></c></row>")
    package.numberFormats = "<numFmt numFmtId='164' formatCode=\"\(escaped)d\"/>"
    package.cellFormats = "<xf/><xf numFmtId='164'/>"
    var found: [SpreadsheetCell] = []
    let time = try ContinuousClock().measure { found = try cells(package.bytes) }
    #expect(found == [.number(2)])
    #expect(time < .seconds(20), "quadratic time took minutes")
  }

  @Test("Dates as texts have the numbers that other dates have")
  func iso() throws {
    let texts = [
      "2024-02-29", "2024-02-29T13:30:00", "2024-02-29T13:30:00.250Z", "1900-01-01", "1900-02-28", "06:00:00", "06:00",
      "2023-02-29", "24:00:00", "2024-02-29T", "yesterday", "1899-01-01", "1:2:3:4", "",
    ]
    let rows = texts.map { "<row><c t='d'><v>\($0)</v></c></row>" }.joined()
    let found = try cells(PackageBuilder(rows: rows).bytes)
    let serials = found.map { if case .date(let date) = $0 { date.serial } else { -1.0 } }
    #expect(serials.prefix(7) == [45_351, 45_351.5625, 45_351 + 48_600.25 / 86_400, 1, 59, 0.25, 0.25])
    #expect(found.dropFirst(7) == ArraySlice(texts[7..<13].map { .text($0) }))
  }
}

/// Returns the first sheet of a workbook.
func sheet(_ bytes: [UInt8]) throws -> Sheet {
  let workbook = try Spreadsheet(bytes)
  return try workbook.sheet(try #require(workbook.sheets.first))
}

/// Returns the cells of a workbook's first sheet, row by row.
func cells(_ bytes: [UInt8]) throws -> [SpreadsheetCell] {
  let sheet = try sheet(bytes)
  return (0..<sheet.rowCount).flatMap { row in (0..<sheet.columnCount).compactMap { sheet[row, $0] } }
}
