import Contracts
import Foundation
import JSON
import Processing
import SpreadsheetSupport
import TestSupport
import Testing

@testable import SpreadsheetParser

/// Whole files: the samples of the repository's datasets.
@Suite("Workbooks")
struct WorkbookTests {
  private static let bcra = "statemachine/datasets/bcra_infomondia_series/sample/input/series.xlsx"
  /// Its later edition, with a cell that is no number.
  private static let laterBCRA = bcra.replacing("/input/", with: "/revised/")
  private static let ipc = "statemachine/datasets/indec_ipc/sample/input/sh_ipc.xls"

  private func body(_ path: String) throws -> RawBody {
    let bytes = [UInt8](try Data(contentsOf: SourceFiles.root.appending(path: path)))
    return RawBody(bytes, address: "https://x.example/series", origin: "urn:uuid:1")
  }

  private func parser(_ sheet: String, _ keys: String, code: String = "X", more: String = "") throws
    -> SpreadsheetParser
  {
    let series = "{internal_series_code: \(code), unit: u, frequency: D, sheet: '\(sheet)', drop_na: true, \(keys)}"
    return try SpreadsheetParser(section: parseSection("parse: {plugin: spreadsheet, series_map: [\(series)\(more)]}"))
  }

  private let columns = "header_row: 8, date_col: A, value_col: C"

  @Test("A point knows its cell, and what is rejected names it")
  func points() throws {
    let records = try parser("RESERVAS", columns).parse(body(Self.bcra))
    #expect(records.records.count == 23 && records.rejected.isEmpty && records.warnings.isEmpty)
    #expect(
      records.records.first.map { JSONValue.object($0.fields).text }
        == #"{"obs_time":"2024-02-01T00:00:00","internal_series_code":"X","value":27000,"unit":"u","frequency":"D"}"#)
    #expect(records.records.first?.origin == "urn:uuid:1#RESERVAS!C9")
    #expect(records.records[1].fields["value"]?.number?.double == 27001.25, "a number that is stored as a text")
    let later = try parser("RESERVAS", columns).parse(body(Self.laterBCRA))
    #expect(later.rejected.map(\.problem.reason) == ["X: RESERVAS!C12: 's/d' is no number, of 2024-02-06"])
    #expect(later.rejected.first?.text == "A12=2024-02-06T00:00:00, C12=s/d")
    #expect(later.rejected.first?.key == "2024-02-06T00:00:00, X")
  }

  @Test(".xls and its empty cells behind the last month (F23)")
  func rows() throws {
    let keys = "fecha_row: 6, fecha_start_col: B, valor_row: 26, valor_start_col: B"
    let records = try parser("Variación mensual IPC Nacional", keys).parse(body(Self.ipc))
    #expect(records.records.count == 12)
    #expect(records.rejected.map(\.key) == ["2023-03-01T00:00:00, X", "2023-04-01T00:00:00, X"])
    #expect(records.records.first?.fields["obs_time"] == "2023-01-01T00:00:00")
    #expect(
      records.rejected.map { $0.problem.reason.suffix(14) } == ["of 2023-03-01", "of 2023-04-01"].map { " \($0)" })
  }

  @Test(
    "A sheet whose name differs in case is read with a warning; the very name comes first",
    arguments: ["reservas", "Reservas "])
  func names(_ name: String) throws {
    let records = try parser(name, columns).parse(body(Self.bcra))
    #expect(records.records.count == 23)
    #expect(records.records.first?.origin == "urn:uuid:1#RESERVAS!C9")
    #expect(
      records.warnings.map(\.reason) == ["the sheet '\(name)' is named 'RESERVAS' in the workbook, and was read"])
  }

  @Test("A missing sheet rejects its series by name, and the others are read")
  func missing() throws {
    let more = ", {internal_series_code: Y, unit: u, frequency: D, sheet: TASAS, drop_na: true, \(columns)}"
    let records = try parser("RESERVAS", columns, more: more).parse(body(Self.bcra))
    #expect(records.records.count == 23 && records.rejected.count == 1 && records.rejected.last?.key == "Y")
    let reason = try #require(records.rejected.last?.problem.reason)
    #expect(
      reason.hasPrefix("Y: the workbook has no sheet 'TASAS', so that the series has no points: it has 'RESERVAS', "))
    #expect(reason.hasSuffix("'notas'. Correct the series' sheet"))
  }

  @Test("A hidden sheet is read, and a series without points is a warning")
  func hidden() throws {
    let records = try parser("notas", columns).parse(body(Self.bcra))
    #expect(records.records.isEmpty && records.rejected.isEmpty)
    #expect(
      records.warnings.count == 1 && records.warnings[0].reason.contains("has no point where the definition says"))
  }

  @Test("Bytes that are no workbook, and a cut one, are refused with the address")
  func refused() throws {
    let parser = try parser("RESERVAS", columns)
    var page = try body(Self.bcra)
    page.bytes = Array("<!DOCTYPE html><title>404</title>".utf8)
    var cut = try body(Self.bcra)
    cut.bytes.removeLast(cut.bytes.count / 3)
    var cutOld = try body(Self.ipc)
    cutOld.bytes.removeLast(cutOld.bytes.count / 2)
    for bad in [page, cut, cutOld] {
      let error = #expect(throws: PipelineError.self) { try parser.parse(bad) }
      #expect(error?.name == .sourceChanged && error?.message.hasPrefix("https://x.example/series ") == true)
    }
  }

  @Test("Segments make the same records as the whole, and a limit names both numbers")
  func segments() throws {
    let parser = try parser("RESERVAS", columns)
    var head = try body(Self.bcra)
    let bytes = head.bytes
    head.bytes = []
    let stream = try parser.stream(head)
    var records: [SourceRecord] = []
    for start in stride(from: 0, to: bytes.count, by: 1000) {
      let end = min(bytes.count, start + 1000)
      try stream.add(Array(bytes[start..<end]), isLast: end == bytes.count) { records += $0.records }
    }
    #expect(try records == parser.parse(body(Self.bcra)).records)
    head.limit = BodyLimit(bytes: 5000)
    let small = try parser.stream(head)
    let error = #expect(throws: PipelineError.self) { try small.add(bytes, isLast: true) { _ in } }
    #expect(error?.message.contains("and at most 5000 are in memory at once, as a workbook is read as a whole") == true)
    #expect(error?.message.contains("more memory") == false, "memory does not limit it")
    head.limit = BodyLimit(environment: ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1"])
    let tiny = try parser.stream(head)
    let other = #expect(throws: PipelineError.self) {
      try tiny.add([UInt8](repeating: 0, count: 70_000), isLast: true) { _ in }
    }
    #expect(other?.message.contains("give the function more memory") == true)
  }

  @Test("A workbook that is small as a file and large in memory is refused, and the advice can be followed")
  func inflated() throws {
    let parser = try parser("Uno", "header_row: 1, date_col: A, value_col: B")
    var package = PackageBuilder(rows: String(repeating: " ", count: 4 << 20))
    var body = RawBody(package.bytes, address: "https://x.example/series", origin: "urn:uuid:1")
    body.limit = BodyLimit(environment: ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "16"])
    let error = #expect(throws: PipelineError.self) { try parser.parse(body) }
    #expect(error?.name == .sourceChanged && error?.message.contains("split the workbook") == true)
    #expect(error?.message.contains("16 MB limit it: more memory allows more") == true)
    body.limit = BodyLimit()
    #expect(try parser.parse(body).records.isEmpty)
    package.rows = ""
    package.texts = String(repeating: "<si/>", count: 10_100_000)
    body.bytes = package.bytes
    let texts = #expect(throws: PipelineError.self) { try parser.parse(body) }
    #expect(texts?.message.contains("of texts and formats after decompression, and at most 50331648 are read") == true)
  }

  @Test("Two sheets that differ in case only, and neither is the very name: the message names both")
  func ambiguous() throws {
    var package = PackageBuilder()
    package.parts["xl/workbook.xml"] = Array(
      PackageBuilder.book(
        "", "<sheet name='SERIE' sheetId='1' r:id='z'/><sheet name='serie' sheetId='2' r:id='z'/>"
      ).utf8)
    let records = try parser("Serie", columns).parse(RawBody(package.bytes, address: "a", origin: "o"))
    #expect(
      records.rejected.first?.problem.reason.contains("space only: 'SERIE', 'serie'. Give the series' sheet one")
        == true)
  }

  @Test("try shows sheets, points and rejections")
  func structure() throws {
    let shown = try #require(try parser("RESERVAS", columns).structure(of: body(Self.laterBCRA)).object)
    #expect(shown["record_count"] == 24 && shown["records"]?.array?.count == 24)
    #expect(shown["sheets"]?.array?.count == 7)
    #expect(shown["sheets"]?.array?.last == ["name": "notas", "is_visible": false])
    #expect(shown["rejected"]?.array?.count == 1 && shown["warnings"] == [])
  }

  @Test("The later edition of a sample revises one figure, lacks one, and has new points")
  func revised() throws {
    func points(_ path: String) throws -> [String: String] {
      let records = try parser("RESERVAS", columns).parse(body(path)).records
      return Dictionary(
        uniqueKeysWithValues: records.map {
          ($0.fields["obs_time"]?.string ?? "", $0.fields["value"]?.number?.text ?? "")
        })
    }
    let first = try points(Self.bcra)
    let later = try points(Self.laterBCRA)
    #expect(later.count == first.count + 1)
    #expect(
      first.filter { later[$0.key] != $0.value }
        == ["2024-02-05T00:00:00": "27002.5", "2024-02-06T00:00:00": "27003.75"])
    #expect(later["2024-02-05T00:00:00"] == "27002.75")
  }
}
