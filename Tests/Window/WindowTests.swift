import Contracts
import Foundation
import JSON
import Processing
import Testing
import Window

@Suite("The window of days")
struct WindowTests {
  /// 2024-05-31T20:00:00Z.
  private let readAt = Date(timeIntervalSince1970: 1_717_185_600)

  private func apply(_ times: [String], days: Int, memory: TransformMemory = TransformMemory()) throws -> Records {
    let item = try WorkItem(id: "all")
    let dataset = Dataset(id: "x", dataType: "series", timeZone: "UTC", extractor: "http", sinks: [])
    let records = times.map { SourceRecord(JSONObject([("obs_time", .string($0))]), origin: $0) }
    return Window(days: days).apply(
      Records(records), TransformContext(dataset: dataset, item: item, readAt: readAt, memory: memory))
  }

  @Test("Instants count, whatever their offsets; the first instant of the window is in it (F38)")
  func instants() throws {
    let result = try apply(
      [
        "2024-05-29T20:00:00Z", "2024-05-29T19:59:59Z", "2024-05-29T17:00:00-03:00", "2024-05-29T17:00:00-02:00",
        "2030-01-01T00:00:00Z",
      ], days: 2)
    #expect(
      result.records.map(\.origin) == ["2024-05-29T20:00:00Z", "2024-05-29T17:00:00-03:00", "2030-01-01T00:00:00Z"])
    #expect(
      result.warnings.map(\.reason) == [
        "windowInDays: 2 left out 2 of 5 records, whose obs_time is older"
      ])
    #expect(result.rejected.isEmpty)
  }

  @Test("A record whose time is no instant stays, and without an old one there is no warning")
  func others() throws {
    let result = try apply(["", "2024-05-29", "2024-05-31T00:00:00Z"], days: 1)
    #expect(result.records.count == 3 && result.warnings.isEmpty)
  }

  @Test("Batches are counted together")
  func batches() throws {
    let memory = TransformMemory(collectsDropped: true)
    let window = Window(days: 1)
    let item = try WorkItem(id: "all")
    let dataset = Dataset(id: "x", dataType: "series", timeZone: "UTC", extractor: "http", sinks: [])
    let context = TransformContext(dataset: dataset, item: item, readAt: readAt, memory: memory)
    for time in ["2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", "2024-05-31T00:00:00Z"] {
      let result = window.apply(
        Records([SourceRecord(JSONObject([("obs_time", .string(time))]), origin: "o")]), context)
      #expect(result.warnings.isEmpty)
    }
    #expect(memory.warnings.map(\.reason) == ["windowInDays: 1 left out 2 of 3 records, whose obs_time is older"])
  }
}
