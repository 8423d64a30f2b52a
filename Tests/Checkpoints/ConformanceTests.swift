import Contracts
import Foundation
import TestSupport
import Testing
import Time

/// One suite for all backends: what the loader and the scraper rely on.
@Suite("Every backend of checkpoints (F37)")
struct ConformanceTests {
  private static func span(_ before: Int?, _ after: Int) throws -> CheckpointSpan {
    CheckpointSpan(
      before: try before.map { try Checkpoint("\($0)", .integer) }, after: try Checkpoint("\(after)", .integer))
  }

  private static let start = Date(timeIntervalSince1970: 1_717_142_400)

  @discardableResult
  private func load(
    _ store: any CheckpointStore, _ name: CheckpointName, _ before: Int?, _ after: Int, records: Int = 1
  ) throws -> CheckpointState {
    let span = try Self.span(before, after)
    return try store.update(name, deadline: Backend.soon) {
      $0.load(span, isSuperseded: false, records: records, run: "r\(after)", key: "raw/\(after)", at: Self.start)
    }
  }

  @Test("has no state of an item before its first load", arguments: Backend.Kind.available)
  func empty(_ kind: Backend.Kind) throws {
    let backend = try Backend(kind)
    #expect(try backend.store().states(of: [backend.name()], deadline: Backend.soon) == [:])
    #expect(try backend.store().states(of: [], deadline: Backend.soon) == [:])
  }

  @Test("keeps the whole state for another process", arguments: Backend.Kind.available)
  func whole(_ kind: Backend.Kind) throws {
    let backend = try Backend(kind)
    let name = try backend.name()
    var state = try load(backend.store(), name, nil, 5, records: 12)
    #expect(state.checkpoint?.value == "5")
    let failure = ItemFailure(
      item: try WorkItem(id: "all"), stage: .load, error: "SchemaMismatch", cause: "it's \"odd\"\n",
      failedAt: Self.start + 60)
    state = try backend.store().update(name, deadline: Backend.soon) { $0.fail(failure, run: "r6") }
    let found = try #require(try backend.store().states(of: [name], deadline: Backend.soon)[name])
    #expect(found == state)
    #expect(found.totalRecords == 12)
    #expect(found.totalRuns == 2)
    #expect(found.lastSuccessAt == Self.start)
    #expect(found.lastFailureAt == Self.start + 60)
    #expect(found.errorMessage == "SchemaMismatch: it's \"odd\"\n")
  }

  @Test("moves a checkpoint by the rule: forward, and not over a gap", arguments: Backend.Kind.available)
  func rule(_ kind: Backend.Kind) throws {
    let backend = try Backend(kind)
    let (store, name) = (try backend.store(), try backend.name())
    #expect(try load(store, name, 3, 5).checkpoint == nil)
    #expect(try load(store, name, nil, 10).checkpoint?.value == "10")
    #expect(try load(store, name, nil, 7).checkpoint?.value == "10")
    #expect(try load(store, name, 9, 12).checkpoint?.value == "12")
    #expect(try load(store, name, 20, 30).checkpoint?.value == "12")
  }

  @Test(
    "keeps the last times of series, beside which a failure and a reset leave them", arguments: Backend.Kind.available)
  func series(_ kind: Backend.Kind) throws {
    let backend = try Backend(kind)
    let name = try backend.name()
    func load(_ series: [String: String], key: String) throws {
      try backend.store().update(name, deadline: Backend.soon) {
        $0.load(series, records: 2, run: "r", key: key, at: Self.start)
      }
    }
    try load(["A \"ñ\"": "2024-02-01T00:00:00-03:00"], key: "raw/1")
    try load(["B": "2024-01-01T00:00:00-03:00"], key: "raw/2")
    try load(["B": "2024-01-01T00:00:00-03:00"], key: "raw/2")
    _ = try backend.store().reset(name, deadline: Backend.soon)
    let found = try #require(try backend.store().states(of: [name], deadline: Backend.soon)[name])
    #expect(found.series == ["A \"ñ\"": "2024-02-01T00:00:00-03:00", "B": "2024-01-01T00:00:00-03:00"])
    #expect(found.totalRecords == 4)
    #expect(found.lastDocument == "raw/2")
    #expect(found.checkpoint == nil)
  }

  @Test("keeps items, and items of datasets with like names, apart", arguments: Backend.Kind.available)
  func apart(_ kind: Backend.Kind) throws {
    let backend = try Backend(kind)
    let store = try backend.store()
    let names = try ["a", "b", "a.json", "A"].map { try backend.name($0) }
    for (number, name) in names.enumerated() { try load(store, name, nil, number + 1) }
    let states = try store.states(of: names.reversed(), deadline: Backend.soon)
    #expect(names.map { states[$0]?.checkpoint?.value } == ["1", "2", "3", "4"])
  }

  @Test("removes a checkpoint, and nothing else", arguments: Backend.Kind.available)
  func reset(_ kind: Backend.Kind) throws {
    let backend = try Backend(kind)
    let (store, name) = (try backend.store(), try backend.name())
    #expect(try store.reset(name, deadline: Backend.soon) == nil)
    try load(store, name, nil, 5, records: 3)
    #expect(try store.reset(name, deadline: Backend.soon)?.value == "5")
    let state = try #require(try store.states(of: [name], deadline: Backend.soon)[name])
    #expect(state.checkpoint == nil)
    #expect(state.totalRecords == 3)
    #expect(try store.reset(name, deadline: Backend.soon) == nil)
    #expect(try load(store, name, 5, 9).checkpoint == nil, "a document from before the reset leaves a gap")
    #expect(try load(store, name, nil, 8).checkpoint?.value == "8")
  }

  @Test("loses no change of writers that come at once", arguments: Backend.Kind.available)
  func concurrent(_ kind: Backend.Kind) throws {
    let backend = try Backend(kind)
    let name = try backend.name()
    let (writers, loads) = (4, 6)
    let failures = Locked<[String]>([])
    struct Box: @unchecked Sendable {
      let store: any CheckpointStore
    }
    let stores = try (0..<writers).map { _ in Box(store: try backend.store()) }
    let barrier = Barrier(writers)
    concurrently(
      stores.enumerated().map { writer, box in
        { @Sendable in
          barrier.wait()
          for load in 0..<loads {
            do {
              let number = load * writers + writer + 1
              let span = try Self.span(nil, number)
              try box.store.update(name, deadline: Backend.soon) {
                $0.load(
                  span, isSuperseded: false, records: 1, run: "r\(number)", key: "raw/\(number)", at: Self.start)
              }
            } catch { failures.change { $0.append("\(error)") } }
          }
        }
      })
    #expect(failures.change { $0 } == [])
    let state = try #require(try backend.store().states(of: [name], deadline: Backend.soon)[name])
    #expect(state.totalRecords == writers * loads)
    #expect(state.totalRuns == writers * loads)
    #expect(state.checkpoint?.value == "\(writers * loads)")
  }

  @Test("reports what is no state as StorageCorrupt, with the way out, which works", arguments: Backend.Kind.available)
  func garbage(_ kind: Backend.Kind) throws {
    let backend = try Backend(kind)
    let (store, name) = (try backend.store(), try backend.name())
    let long = String(repeating: "9", count: 201)
    let texts =
      kind == .postgres
      ? ["soon", "", "1.5", long]
      : [
        "", "{", "null", "[]", "{}", #"{"checkpoint": "5"}"#, #"{"PRICES": "2024-01-01T00:00:00"}"#,
        #"{"checkpoint":{"value":"\#(long)","type":"integer"},"total_runs":1,"total_records_processed":1,"last_records_processed":1}"#,
        String(repeating: " ", count: 4_300_000) + "{}",
      ]
    for text in texts {
      try load(store, name, nil, 5)
      try backend.damage(name, with: text)
      let read = #expect(throws: PipelineError.self) { try store.states(of: [name], deadline: Backend.soon) }
      #expect(read?.name == .storageCorrupt, "\(text.prefix(40)): \(String(describing: read))")
      #expect(read?.message.contains("festvibes state prices --reset all") == true)
      let written = #expect(throws: PipelineError.self) { try load(store, name, 5, 6) }
      #expect(written?.name == .storageCorrupt, "\(text.prefix(40)): \(String(describing: written))")
      #expect(try store.reset(name, deadline: Backend.soon) == nil)
      #expect(try load(store, name, nil, 7).checkpoint?.value == "7")
      _ = try store.reset(name, deadline: Backend.soon)
    }
  }

  @Test("keeps a value of 200 bytes as it is, of any characters", arguments: Backend.Kind.available)
  func longest(_ kind: Backend.Kind) throws {
    let backend = try Backend(kind)
    let (store, name) = (try backend.store(), try backend.name())
    let value = "\"\\' \u{202e}" + String(repeating: "é", count: 96)
    let checkpoint = try Checkpoint(value, .text)
    try store.update(name, deadline: Backend.soon) { $0.checkpoint = checkpoint }
    #expect(try store.states(of: [name], deadline: Backend.soon)[name]?.checkpoint?.value == value)
  }

  @Test("refuses a value of more than 200 bytes, which no checkpoint can have")
  func tooLong() {
    let error = #expect(throws: PipelineError.self) { try Checkpoint(String(repeating: "a", count: 201), .text) }
    #expect(error?.message.contains("201 bytes") == true)
  }
}
