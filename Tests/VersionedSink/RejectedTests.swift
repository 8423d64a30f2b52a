import Contracts
import Definitions
import Extraction
import Foundation
import Processing
import SpreadsheetSupport
import TestSupport
import Testing
import Time
import Versions

@testable import VersionedSink

@Suite("What is stored of points that a document rejects")
struct RejectedTests {
  let objects = MemoryObjects()
  var bench: Bench { Bench(objects, time: time) }
  let time = ManualTime(Bench.start)

  private func values() throws -> [String] {
    try bench.snapshot().sorted { $0.key < $1.key }.flatMap { $0.value.map(\.value.text) }
  }

  private func load(_ points: [Point], rejected: [String]) throws -> LoadReport {
    try bench.sink().load(bench.document(points, rejected: rejected), for: bench.target, deadline: bench.deadline)
  }

  @Test(
    "It stays at the time that is rejected, by its instant or the source's local time, and is no change; the rest is gone",
    arguments: [
      "2024-02-01T00:00:00-03:00, IPC", "2024-02-01T03:00:00Z, IPC", "2024-02-01T00:00:00, IPC",
      "IPC, 2024-02-01T00:00:00",
      // As if the clock had been put forward at midnight.
      "2024-01-31T23:00:00, IPC",
    ])
  func time(_ key: String) throws {
    let months = Point.months(5)
    try bench.load(months)
    time.advance(by: .seconds(86_400))
    let report = try load([months[0], months[3], months[4]], rejected: [key])
    #expect(report.records == RecordCounts(found: 4, unchanged: 3, rejected: 1))
    #expect(report.remarks.contains { $0.contains("no longer has 1 points") }, "\(report.remarks)")
    #expect(try values() == ["1.0", "1.5", "2.5", "3.0"])
    objects.forget()
    #expect(try load([months[0], months[3], months[4]], rejected: [key]).remarks.isEmpty)
    #expect(objects.writes == [])
  }

  @Test("Within a month, too, also where another point of it is revised")
  func month() throws {
    try bench.load([Point("2024-01-01", "1"), Point("2024-01-02", "2"), Point("2024-01-03", "3")])
    let report = try load(
      [Point("2024-01-01", "1.5"), Point("2024-01-03", "3")], rejected: ["2024-01-02T00:00:00, IPC"])
    #expect(report.records == RecordCounts(found: 3, changed: 1, unchanged: 1, rejected: 1))
    #expect(try values() == ["1.5", "2", "3"])
  }

  @Test("A rejection whose time is not known keeps all points of its series, and of no other")
  func series() throws {
    try bench.load(Point.months(3) + Point.months(3, of: "OTHER", first: 7))
    let others = Point.months(3, of: "OTHER", first: 7)
    let points = [Point.months(3)[0], Point.months(3)[2], others[0], others[2]]
    _ = try load(points, rejected: ["IPC"])
    #expect(try values() == ["1.0", "1.5", "2.0", "7.0", "8.0"])
  }

  @Test(
    "A rejection whose series is not known keeps all points",
    arguments: ["", "2024-02-01T00:00:00", "a/b", "2024-02-01T00:00:00, a/b"])
  func unknown(_ key: String) throws {
    try bench.load(Point.months(3) + Point.months(3, of: "OTHER"))
    let report = try load([Point.months(3)[0], Point.months(3)[2]], rejected: [key])
    #expect(report.remarks.isEmpty)
    #expect(try values().count == 6)
  }

  @Test("A record that the sink itself rejects takes nothing away: by its time, its series, or nothing of it")
  func records() throws {
    try bench.load(Point.months(4))
    let months = Point.months(4)
    let bad = [
      Point(months[1].time, "\"n/a\""), Point("2024-03-01", "null"), Point("sometime", "1"),
      Point("2024-03-01", "1", of: "a/b"),
    ]
    for (points, count) in [([bad[0]], 3), ([bad[0], bad[1]], 4), ([bad[2]], 4), ([bad[3]], 4)] {
      objects.objects.change { $0 = [:] }
      try bench.load(months)
      let report = try bench.load([months[0], months[3]] + points)
      #expect(report.records.rejected == points.count)
      #expect(try values().count == count, "\(points)")
    }
  }

  @Test("A dry run says so, too")
  func dryRun() throws {
    try bench.load(Point.months(3))
    let document = bench.document([Point.months(3)[0], Point.months(3)[2]], rejected: ["2024-02-01T00:00:00, IPC"])
    #expect(try bench.sink().dryRun(document, for: bench.target, deadline: bench.deadline).differences.isEmpty)
  }

  // MARK: From the cells of a workbook

  private static let definition = """
    dataset_id: ipc
    data_type: series
    extract: {plugin: file, path: x}
    parse:
      plugin: spreadsheet
      series_map:
        - {internal_series_code: A, unit: u, frequency: D, sheet: Uno, header_row: 1, date_col: A, value_col: B, drop_na: true}
        - {internal_series_code: B, unit: u, frequency: D, sheet: Uno, fecha_row: 8, fecha_start_col: D, valor_row: 9, valor_start_col: D, drop_na: true}
    normalize: {plugin: series, primary_keys: [obs_time, internal_series_code], timezone: America/Argentina/Buenos_Aires}
    transform: {plugin: series}
    """

  /// A cell of a workbook: a date is a number of days.
  enum Cell {
    case day(Int)
    case number(Double)
    case text(String)
  }

  /// Three days in a column, and the same in a row.
  private static func cells(_ second: Cell, _ secondDay: Cell = .day(39_693)) -> [(row: Int, column: Int, Cell)] {
    [
      (1, 0, .day(39_692)), (1, 1, .number(1)), (2, 0, secondDay), (2, 1, second), (3, 0, .day(39_694)),
      (3, 1, .number(3)), (7, 3, .day(39_692)), (8, 3, .number(4)), (7, 4, .day(39_693)), (8, 4, second),
      (7, 5, .day(39_694)), (8, 5, .number(6)),
    ]
  }

  private static func xls(_ cells: [(row: Int, column: Int, Cell)]) -> [UInt8] {
    var builder = RecordBuilder(
      cells: cells.flatMap { row, column, cell in
        switch cell {
        case .day(let serial):
          RecordBuilder.cell(0x203, row: row, column: column, format: 2, RecordBuilder.bytes(Double(serial)))
        case .number(let number): RecordBuilder.cell(0x203, row: row, column: column, RecordBuilder.bytes(number))
        case .text(let text): RecordBuilder.cell(0x204, row: row, column: column, RecordBuilder.text(text))
        }
      })
    builder.globals = RecordBuilder.formats
    return CompoundFileBuilder.file([("Workbook", builder.stream)])
  }

  private static func xlsx(_ cells: [(row: Int, column: Int, Cell)]) -> [UInt8] {
    let rows = cells.map { row, column, cell in
      let place = "\(["A", "B", "", "D", "E", "F"][column])\(row + 1)"
      let content =
        switch cell {
        case .day(let serial): "<c r='\(place)' s='1'><v>\(serial)</v></c>"
        case .number(let number): "<c r='\(place)'><v>\(number)</v></c>"
        case .text(let text): "<c r='\(place)' t='inlineStr'><is><t>\(text)</t></is></c>"
        }
      return "<row r='\(row + 1)'>\(content)</row>"
    }
    return PackageBuilder(rows: rows.joined()).bytes
  }

  private func load(workbook bytes: [UInt8]) throws -> LoadReport {
    let read = Definition.read(
      Array(Self.definition.utf8), file: "d.yaml", plugins: ExtractionRegistry.known
    ) { _, _ in nil }
    let definition = try #require(read.definition, "\(read.problems)")
    let (parser, transforms) = try ExtractionRegistry.stages(of: definition)
    var records = try parser.parse(RawBody(bytes, address: "https://x.example/series", origin: "o"))
    let context = TransformContext(dataset: definition.dataset, item: try WorkItem(id: "all"), readAt: time.now)
    for transform in transforms { records = try transform.apply(records, context) }
    var part = DocumentPart()
    part.records = SourceRecord.encode(records.records).dropFirst().dropLast()
    (part.recordCount, part.rejected) = (records.records.count, records.rejected)
    let document = try part.document(
      of: bench.target.dataset, archive: "raw/a.warc.gz", parts: nil, listedAt: time.now, isComplete: true)
    return try bench.sink().load(document, for: bench.target, deadline: bench.deadline)
  }

  @Test(
    "A cell that becomes unreadable leaves the figure that was read before, in .xls and .xlsx",
    arguments: [true, false])
  func workbook(isOld: Bool) throws {
    let make = isOld ? Self.xls : Self.xlsx
    #expect(try load(workbook: make(Self.cells(.number(2)))).records == RecordCounts(found: 6, new: 6))
    #expect(try values() == ["1", "2", "3", "4", "2", "6"])
    time.advance(by: .seconds(86_400))
    for text in ["s/d", "///", "#N/A"] {
      let report = try load(workbook: make(Self.cells(.text(text))))
      #expect(report.records == RecordCounts(found: 6, unchanged: 4, rejected: 2) && report.remarks.isEmpty)
      #expect(try values() == ["1", "2", "3", "4", "2", "6"])
    }
    // A figure whose date cannot be read may be any.
    let report = try load(workbook: make(Self.cells(.number(2), .text("sep-2"))))
    #expect(report.records == RecordCounts(found: 6, unchanged: 5, rejected: 1) && report.remarks.isEmpty)
    #expect(try values() == ["1", "2", "3", "4", "2", "6"])
    // A cell that is empty says that there is no figure.
    #expect(try load(workbook: make(Self.cells(.text("")))).remarks.count == 1)
    #expect(try values() == ["1", "3", "4", "6"])
  }
}
