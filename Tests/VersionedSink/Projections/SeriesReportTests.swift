import Contracts
import Foundation
import JSON
import TestSupport
import Testing
import Versions

@testable import VersionedSink
@testable import festvibes

@Suite("festvibes versions, diff and show of time series")
struct SeriesReportTests {
  private let pipe = Terminal(isInteractive: false, colors: false, size: nil)

  /// Two versions, of which the first one is projected: a revised, a new and a gone point.
  private func make() throws -> Bench {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(3) + Point.months(1, of: "OTHER"))
    try bench.publish()
    try bench.next([Point("2024-01-01", "1.25"), Point("2024-02-01", "1.5"), Point("2024-04-01", "2.5")])
    return bench
  }

  private func object(_ json: String) throws -> JSONObject { try #require(try JSONValue(parsing: json).object) }

  private func chain(_ bench: Bench) throws -> [String] {
    let current = try #require(try bench.store.current(deadline: bench.deadline))
    return try bench.store.chain(to: current.version, deadline: bench.deadline).map { "\($0.version)" }
  }

  @Test("versions has a row for each version, the newest first, with its counts")
  func versions() throws {
    let bench = try make()
    let report = try VersionsReport(bench.store, limit: 20, bench.deadline)
    let ids = try chain(bench)
    #expect(report.rows.map { "\($0.manifest.version)" } == ids.reversed())
    #expect(report.rows.map(\.counts) == [.init(added: 1, revised: 1, gone: 1), .init(added: 4)])
    #expect(report.rows.map(\.points) == [4, 4])
    #expect(report.rows.map(\.isProjected) == [false, true])
    let lines = report.lines(for: pipe, zone: try #require(TimeZone(identifier: "UTC")))
    #expect(lines.contains { $0.hasPrefix(ids[1]) && $0.hasSuffix("not yet") })
    #expect(lines.contains { $0.hasPrefix(ids[0]) && $0.hasSuffix("yes") })
    let json = try object(report.json())
    #expect(json["current"]?.string == ids[1] && json["versions"]?.array?.count == 2)
    let newest = try VersionsReport(bench.store, limit: 1, bench.deadline)
    #expect(newest.hasMore && newest.rows.count == 1)
  }

  @Test("diff has what was added, revised with both values, and is gone")
  func diff() throws {
    let bench = try make()
    let ids = try chain(bench)
    let report = try DifferenceReport(bench.store, (ids[0], ids[1]), of: nil, bench.deadline)
    #expect(
      report.changes.map {
        "\($0.kind) \($0.point.time) \($0.before?.value.text ?? "-") \($0.after?.value.text ?? "-")"
      } == [
        "revised 2024-01-01T00:00:00-03:00 1.0 1.25", "gone 2024-03-01T00:00:00-03:00 2.0 -",
        "added 2024-04-01T00:00:00-03:00 - 2.5",
      ])
    let lines = report.lines(for: pipe, limit: 2)
    #expect(lines.last == "1 points added, 1 revised, 1 gone, from \(ids[0]) to \(ids[1]).")
    #expect(lines.contains("and 1 more: --limit 3 shows all."))
    let changes = try #require(try object(report.json())["changes"]?.array)
    #expect(changes[0].object?["before"]?.number?.text == "1.0" && changes[1].object?["after"] == .null)
    #expect(try DifferenceReport(bench.store, (ids[1], ids[0]), of: "IPC", bench.deadline).changes.count == 3)
    #expect(try DifferenceReport(bench.store, (ids[0], ids[1]), of: "OTHER", bench.deadline).changes.isEmpty)
  }

  @Test("diff of an unknown version or series says what there is", arguments: ["x", "v20200101_000000_000000"])
  func unknown(version: String) throws {
    let bench = try make()
    let ids = try chain(bench)
    let error = #expect(throws: CommandError.self) {
      try DifferenceReport(bench.store, (version, ids[1]), of: nil, bench.deadline)
    }
    #expect(error?.description.contains("ipc has no version \(version)\nnext: ") == true)
    #expect(throws: CommandError.self) {
      try DifferenceReport(bench.store, (ids[0], ids[1]), of: "NONE", bench.deadline)
    }
  }

  @Test("show has a row for each series of the projection, or the newest points of one")
  func show() throws {
    let bench = try make()
    let report = try SeriesReport(bench.store, bench.deadline)
    #expect(report.series.map(\.code) == ["IPC", "OTHER"])
    #expect(report.series.map(\.points) == [3, 1])
    #expect(report.lines(for: pipe).contains { $0.hasPrefix("IPC ") && $0.hasSuffix(" 2.0") })
    #expect(try object(report.json())["series"]?.array?.count == 2)
    let points = try PointsReport(bench.store, series: "IPC", limit: 2, bench.deadline)
    #expect(points.points.map(\.value.text) == ["1.5", "2.0"] && points.total == 3)
    #expect(points.lines(for: pipe, withPlot: false).contains { $0.hasPrefix("2024-03-01T00:00:00-03:00    2.0") })
    #expect(points.lines(for: pipe, withPlot: true).count == 14)
    #expect(try object(points.json())["points"]?.array?.count == 2)
    for (series, problem) in [(nil, "ipc has several series"), ("NONE", "ipc has no series NONE")] {
      let error = #expect(throws: CommandError.self) {
        try PointsReport(bench.store, series: series, limit: nil, bench.deadline)
      }
      #expect(
        error?.description
          == "\(problem). Give --series with one of: IPC, OTHER\n\(NextStep("show ipc --series IPC").line)")
    }
  }

  @Test("A dataset without a version or a projection leads to the run that makes it")
  func nothing() throws {
    let bench = Bench(MemoryObjects())
    let none = #expect(throws: CommandError.self) { try VersionsReport(bench.store, limit: 1, bench.deadline) }
    #expect(none?.description.contains("run --dataset ipc") == true)
    let empty = #expect(throws: CommandError.self) { try SeriesReport(bench.store, bench.deadline) }
    #expect(empty?.description.contains("run --dataset ipc") == true)
  }

  @Test("A plot orders its points, and its labels have the magnitude of the values")
  func magnitudes() throws {
    #expect(SeriesPlot.text(25_000_000_000_000) == "2.5e+13")
    #expect(SeriesPlot.text(1_234_567_890_123_456) == "1.23456789e+15")
    #expect(SeriesPlot.text(1.23456789012e-05) == "1.23456789e-05")
    #expect(SeriesPlot.text(0.1) == "0.1" && SeriesPlot.text(-28) == "-28")
    let points = try ["2024-01-31T23:30:00-03:00", "2024-02-01T00:00:00-02:00"].map { time in
      SeriesPoint(
        time: try #require(PointTime(time)), series: "S", value: JSONNumber(1), unit: nil, frequency: nil,
        collectionDate: nil)
    }
    #expect(SeriesPlot(points: points, width: 30, height: 4).lines.last?.hasSuffix("2024-01-31") == true)
  }

  @Test("versions shows the rows that there are if an old manifest is missing, and says what is")
  func damaged() throws {
    let bench = try make()
    let ids = try chain(bench)
    try bench.next([Point("2024-01-01", "3")])
    let objects = try #require(bench.objects as? MemoryObjects)
    objects.objects.change { $0["datasets/ipc/versions/\(ids[0])/manifest.json"] = nil }
    let report = try VersionsReport(bench.store, limit: 20, bench.deadline)
    #expect(report.rows.count == 2)
    #expect(report.rows[0].counts != nil && report.rows[1].counts == nil)
    let lines = report.lines(for: pipe, zone: try #require(TimeZone(identifier: "UTC")))
    #expect(lines.last?.contains("\(ids[0])/manifest.json is missing") == true)
    #expect(try object(report.json())["damage"]?.string != nil)
  }

  @Test("diff has both times where the offset alone was revised")
  func offsets() throws {
    let bench = Bench(MemoryObjects())
    try bench.load([Point("2024-01-02T00:00:00-03:00", "1")])
    try bench.next([Point("2024-01-02T03:00:00+00:00", "1")])
    let ids = try chain(bench)
    let report = try DifferenceReport(bench.store, (ids[0], ids[1]), of: nil, bench.deadline)
    #expect(report.changes.count == 1)
    #expect(
      report.lines(for: pipe, limit: 5).contains { $0.contains("2024-01-02T00:00:00-03:00 → 2024-01-02T03:00:00") })
  }

  @Test("A plot goes from the least to the greatest value, and has the first and the last day")
  func plot() throws {
    let points = try (1...28).map { day in
      SeriesPoint(
        time: try #require(PointTime("2024-02-\(day < 10 ? "0" : "")\(day)T00:00:00Z")), series: "S",
        value: JSONNumber(day), unit: nil, frequency: nil, collectionDate: nil)
    }
    let lines = SeriesPlot(points: points, width: 30, height: 4).lines
    #expect(lines.count == 5)
    #expect(lines[0].hasPrefix("28 ┤") && lines[3].hasPrefix(" 1 ┤"))
    #expect(lines[4] == "    2024-02-01          2024-02-28")
    // A rising line: the first dot is at the bottom on the left, the last one at the top on the right.
    #expect(
      lines[3].dropFirst(4).first == "⡠" || lines[3].dropFirst(4).first == "⣀" || lines[3].dropFirst(4).first == "⡀")
    #expect(lines[0].last != "⠀" && lines[0].dropFirst(4).first == "⠀")
    #expect(SeriesPlot(points: [], width: 30).lines.isEmpty)
    #expect(SeriesPlot(points: [points[0]], width: 30, height: 2).lines.count == 3)
  }
}
