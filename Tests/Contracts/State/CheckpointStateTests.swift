import Contracts
import Foundation
import Testing

@Suite("The state of an item")
struct CheckpointStateTests {
  private let start = Date(timeIntervalSince1970: 1_717_142_400)

  private func span(_ before: Int?, _ after: Int) throws -> CheckpointSpan {
    CheckpointSpan(
      before: try before.map { try Checkpoint("\($0)", .integer) }, after: try Checkpoint("\(after)", .integer))
  }

  @Test("counts runs and records, and a document that is loaded twice once")
  func counts() throws {
    var state = CheckpointState()
    let first = state.load(try span(nil, 5), isSuperseded: false, records: 10, run: "r1", key: "k1", at: start)
    #expect(first)
    let again = state.load(try span(nil, 5), isSuperseded: false, records: 10, run: "r1", key: "k1", at: start + 1)
    #expect(!again)
    state.load(try span(5, 9), isSuperseded: false, records: 3, run: "r2", key: "k2", at: start + 60)
    #expect(state.checkpoint?.value == "9")
    #expect(state.totalRuns == 2)
    #expect(state.totalRecords == 13)
    #expect(state.lastRecords == 3)
    #expect(state.lastSuccessAt == start + 60)
    #expect(state.status == .success)
  }

  @Test("has the last failure with its error, until a load")
  func failures() throws {
    var state = CheckpointState()
    let item = try WorkItem(id: "all")
    state.load(try span(nil, 5), isSuperseded: false, records: 10, run: "r1", key: "k1", at: start)
    let cause = String(repeating: "x", count: 2000)
    state.fail(
      ItemFailure(item: item, stage: .scrape, error: "SourceChanged", cause: cause, failedAt: start + 60), run: "r2")
    #expect(state.status == .failed)
    #expect(state.errorMessage?.count == CheckpointState.maximumMessage)
    #expect(state.errorMessage?.hasPrefix("SourceChanged: x") == true)
    #expect(state.checkpoint?.value == "5")
    #expect(state.totalRuns == 2)
    #expect(state.lastSuccessAt == start)
    state.load(try span(5, 6), isSuperseded: false, records: 1, run: "r3", key: "k3", at: start + 120)
    #expect(state.status == .success)
    #expect(state.errorMessage == nil)
    #expect(state.lastFailureAt == start + 60)
  }

  @Test("keeps its status when the failure of an earlier run is delivered late")
  func late() throws {
    var state = CheckpointState()
    state.load(try span(nil, 5), isSuperseded: false, records: 1, run: "r2", key: "k2", at: start + 60)
    state.fail(
      ItemFailure(item: try WorkItem(id: "all"), stage: nil, error: "SourceChanged", cause: nil, failedAt: start),
      run: "r1")
    #expect(state.status == .success)
    #expect(state.lastFailureAt == start)
    #expect(state.totalRuns == 1)
  }

  @Test("does not move with a document that changed nothing, because a later one had been loaded")
  func superseded() throws {
    var state = CheckpointState()
    state.load(try span(nil, 5), isSuperseded: true, records: 1, run: "r", key: "k", at: start)
    #expect(state.checkpoint == nil)
  }

  @Test("is the same when it is read again")
  func coded() throws {
    var state = CheckpointState()
    state.load(try span(nil, 5), isSuperseded: false, records: 1, run: "r", key: "k", at: start)
    state.fail(
      ItemFailure(item: try WorkItem(id: "all"), stage: nil, error: "E", cause: nil, failedAt: start + 1), run: "q")
    #expect(try JSONDecoder().decode(CheckpointState.self, from: JSONEncoder().encode(state)) == state)
    let empty = CheckpointState()
    #expect(try JSONDecoder().decode(CheckpointState.self, from: JSONEncoder().encode(empty)) == empty)
  }
}
