import Contracts
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import VersionedSink

@Suite("What a document that lacks stored points removes")
struct CoverageTests {
  let objects = MemoryObjects()
  var bench: Bench { Bench(objects, time: time) }
  let time = ManualTime(Bench.start)

  private func values() throws -> [String] {
    try bench.snapshot().sorted { $0.key < $1.key }.flatMap { $0.value.map(\.value.text) }
  }

  @Test("Within the span of a series, a point that the document lacks is gone, and so is a month; another series stays")
  func replacement() throws {
    try bench.load(Point.months(5) + [Point("2024-02-15", "7")] + Point.months(2, of: "OTHER"))
    let months = Point.months(5)
    let report = try bench.load([months[0], months[1], months[4]])
    #expect(report.records == RecordCounts(found: 3, unchanged: 3))
    #expect(report.remarks.contains { $0.contains("no longer has 3 points") })
    #expect(
      try bench.snapshot().keys.sorted() == [
        "IPC/year=2024/month=01", "IPC/year=2024/month=02", "IPC/year=2024/month=05", "OTHER/year=2024/month=01",
        "OTHER/year=2024/month=02",
      ])
    #expect(try bench.snapshot()["IPC/year=2024/month=02"]?.count == 1)
    objects.forget()
    #expect(try bench.load([]).records == RecordCounts())
    #expect(objects.writes == [])
  }

  @Test(
    "A document that ends earlier, such as the file of the month before, leaves the later points, and one that begins later the earlier ones"
  )
  func shorter() throws {
    try bench.load(Point.months(4) + [Point("2024-03-20", "9")])
    objects.forget()
    time.advance(by: .seconds(86_400))
    for points in [Array(Point.months(3)), Array(Point.months(4)[1...2]), [Point.months(4)[3]]] {
      let report = try bench.load(points)
      #expect(report.records == RecordCounts(found: points.count, unchanged: points.count))
      #expect(report.remarks.isEmpty)
    }
    #expect(objects.writes == [])
    var revised = Point.months(3)
    revised[2].value = "8"
    #expect(try bench.load(revised).records == RecordCounts(found: 3, changed: 1, unchanged: 2))
    #expect(try values() == ["1.0", "1.5", "8", "9", "2.5"])
  }

  @Test("Points of other offsets at the ends of a month are within the span or not by their instants")
  func offsets() throws {
    let last = Point("2024-02-01T00:30:00+00:00", "3")
    try bench.load([Point("2024-01-01", "1"), Point("2024-01-31T23:00:00-03:00", "2"), last])
    // The last point of February is an earlier instant than that of January.
    #expect(try bench.load([Point("2024-01-01", "1"), last]).remarks.isEmpty)
    #expect(try values() == ["1", "2", "3"])
  }

  @Test("A document that is not complete removes nothing, and its figures count")
  func incomplete() throws {
    try bench.load(Point.months(4))
    var months = Point.months(4)
    months[3].value = "9"
    let text = String(decoding: bench.document([months[0], months[3]]), as: UTF8.self)
    let document = Data(text.replacing("\"complete\": true", with: "\"complete\": false").utf8)
    let report = try bench.sink().load(document, for: bench.target, deadline: bench.deadline)
    #expect(report.records == RecordCounts(found: 2, changed: 1, unchanged: 1))
    #expect(report.remarks.isEmpty)
    #expect(try values() == ["1.0", "1.5", "2.0", "9"])
  }

  @Test("A document that is loaded as incomplete, since an expectation is not met, removes nothing")
  func unexpected() throws {
    try bench.load(Point.months(4))
    var target = try bench.target
    let months = Point.months(4)
    let document = bench.document([months[0], months[3]])
    target.checked = CheckResult(notice: "SourceChanged: 2 records, and minimum is 4")
    #expect(try bench.sink().load(document, for: target, deadline: bench.deadline).remarks.isEmpty)
    #expect(try values().count == 4)
    target.checked = CheckResult(warnings: ["2 records"])
    #expect(try bench.sink().load(document, for: target, deadline: bench.deadline).remarks.count == 1)
    #expect(try values().count == 2)
  }

  @Test("A file of system 002 that is not in order is compared and written in order")
  func unordered() throws {
    try bench.load([Point("2024-01-01", "1"), Point("2024-01-02", "2"), Point("2024-01-03", "3")])
    let key = "datasets/ipc/versions/v20261128_030000_000000/data/IPC/year=2024/month=01/data.json"
    let partition = try #require(try bench.snapshot()["IPC/year=2024/month=01"])
    objects.objects.change { $0[key] = PartitionFile.data(partition.reversed()) }
    let report = try bench.load([Point("2024-01-01", "1"), Point("2024-01-02", "2.5"), Point("2024-01-03", "3")])
    #expect(report.records == RecordCounts(found: 3, changed: 1, unchanged: 2))
    #expect(try values() == ["1", "2.5", "3"])
  }
}
