import Contracts
import Definitions
import JSON
import Processing
import Spreadsheet
import Testing

@testable import SpreadsheetParser

/// Cells by their addresses, in place of a sheet of a file.
struct FakeGrid: SeriesGrid {
  private var cells: [String: SpreadsheetCell] = [:]
  private(set) var rowCount = 0
  private(set) var columnCount = 0

  init(_ cells: [String: SpreadsheetCell]) {
    for (address, cell) in cells { set(address, cell) }
  }

  subscript(row: Int, column: Int) -> SpreadsheetCell? { cells[SpreadsheetColumn.address(row: row, column: column)] }

  mutating func set(_ address: String, _ cell: SpreadsheetCell) {
    let letters = address.prefix { $0.isLetter }
    cells[address] = cell
    rowCount = max(rowCount, Int(address.dropFirst(letters.count)) ?? 0)
    columnCount = max(columnCount, (SpreadsheetColumn.index(ofLetters: String(letters)) ?? 0) + 1)
  }
}

extension SpreadsheetCell {
  /// A date of the system that begins with 1900.
  static func day(_ serial: Double) -> SpreadsheetCell {
    SpreadsheetDate(serial: serial, system: .from1900).map { .date($0) } ?? .number(serial)
  }
}

/// The section `parse` of a definition.
func parseSection(_ yaml: String) throws -> Section {
  let plugins = KnownPlugins(parse: ["spreadsheet", "indec_ipc"].map { SpreadsheetParser.form(named: $0) })
  let (definition, problems) = Definition.read(
    Array("dataset_id: d\ndata_type: series\nextract: {plugin: file}\n\(yaml)".utf8), file: "d.yaml", plugins: plugins
  ) { _, _ in nil }
  #expect(problems.isEmpty, "\(problems)")
  return try #require(definition?.parse)
}

/// The problems of a section `parse`.
func parseProblems(_ yaml: String) -> [String] {
  let plugins = KnownPlugins(parse: ["spreadsheet", "indec_ipc"].map { SpreadsheetParser.form(named: $0) })
  return Definition.read(
    Array("dataset_id: d\ndata_type: series\nextract: {plugin: file}\n\(yaml)".utf8), file: "d.yaml", plugins: plugins
  ) { _, _ in nil }.problems.map(\.description)
}

/// The points, rejections with their keys, and warnings of a series. Points are shown as `2024-02-24T00:00:00=1.5`.
struct SeriesReading {
  let points: [String]
  let rejected: [String]
  let keys: [String?]
  let warnings: [String]
}

/// Reads one series in a grid.
func read(_ keys: String, in grid: FakeGrid) throws -> SeriesReading {
  let section = try parseSection(
    "parse: {plugin: spreadsheet, series_map: [{internal_series_code: X, unit: u, frequency: D, sheet: S, \(keys)}]}")
  let rule = try #require(section.sections("series_map").first)
  var reader = SeriesReader(SeriesRule(rule, textDates: section.text("text_dates")), in: grid, named: "S", origin: "o")
  var all = Records()
  try reader.read { records in
    all.records += records.records
    all.rejected += records.rejected
    all.warnings += records.warnings
  }
  let points = all.records.map { "\($0.fields["obs_time"]?.string ?? "-")=\($0.fields["value"]?.number?.text ?? "-")" }
  return SeriesReading(
    points: points, rejected: all.rejected.map(\.problem.reason), keys: all.rejected.map(\.key),
    warnings: all.warnings.map(\.reason))
}
