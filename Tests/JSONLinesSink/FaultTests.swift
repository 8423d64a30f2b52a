import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import JSONLinesSink

/// A load over a bucket that has something, for which every call is lost in every way.
struct Scenario: CustomTestStringConvertible, Sendable {
  let name: String
  let before: [[TestSession]]
  /// The sessions of the load that is disturbed.
  let sessions: [TestSession]
  /// Rows that the parser has rejected.
  var rejected = ""
  /// Objects of another program.
  var foreign: [String: StoredLine] = [:]

  var testDescription: String { name }

  static let all = [
    Scenario(name: "first load", before: [], sessions: TestSession.week(4...8)),
    Scenario(
      name: "an edit of one session", before: [TestSession.week(4...8)],
      sessions: TestSession.week(4...7, edit: 2) + TestSession.week(8...8, text: "Row", edit: 2)),
    Scenario(
      name: "the dates move", before: [TestSession.week(4...8)], sessions: TestSession.week(5...9, text: "Row", edit: 2)
    ),
    Scenario(
      name: "the dates move back", before: [TestSession.week(4...8), TestSession.week(5...9, edit: 2)],
      sessions: TestSession.week(4...8, edit: 3)),
    Scenario(
      name: "a session is gone, so that the dates move", before: [TestSession.week(4...8)],
      sessions: TestSession.week(4...7, edit: 2)),
    Scenario(
      name: "the dates move, and days that may be rejected stay", before: [TestSession.week(4...8)],
      sessions: TestSession.week(6...9, text: "Row", edit: 2),
      rejected: #"{"reason":"7: a day is not clear","href":"7"}"#),
    Scenario(name: "nothing has changed", before: [TestSession.week(4...8)], sessions: TestSession.week(4...8)),
    Scenario(
      name: "three posts, of which one is new, one moves and one takes its week",
      before: [TestSession.week(4...8) + TestSession.week(11...15, of: 8)],
      sessions: TestSession.week(11...15, edit: 3) + TestSession.week(18...22, of: 8, edit: 2)
        + TestSession.week(4...8, of: 9)),
    Scenario(
      name: "a file of another program", before: [], sessions: TestSession.week(4...8),
      foreign: [
        "weekly/2024-03-04__2024-03-08--program.json": StoredLine(body: Data("{\"date\": \"2024-03-04\"}".utf8))
      ]),
    Scenario(
      name: "an earlier edit", before: [TestSession.week(4...8), TestSession.week(5...9, edit: 2)],
      sessions: TestSession.week(4...8)),
  ]
}

@Suite("Faults at every call of a load")
struct FaultTests {
  /// Loses every call of a load in every way. The next load must lead to the bucket of a run that was not disturbed.
  /// - Parameter between: stands between the sink and the bucket: a planted mistake.
  static func disturb(
    _ scenario: Scenario, isReversed: Bool, between: (any LineObjects) -> any LineObjects = { $0 }
  ) throws -> (problems: [String], faults: Int) {
    let prepared = MemoryLines(scenario.foreign)
    for sessions in scenario.before { try Bench(prepared).load(sessions) }
    let objects = prepared.all
    let counter = FaultyLines(prepared)
    try Bench(prepared).load(scenario.sessions, rejected: scenario.rejected, through: between(counter))
    // A load by another process settles what a planted mistake has left.
    let expected = prepared.texts
    var (problems, faults) = ([String](), 0)
    for call in 1...counter.calls {
      for kind in Fault.allCases {
        faults += 1
        let bucket = MemoryLines(objects)
        let faulty = FaultyLines(bucket, losing: (call, kind), isReversed: isReversed)
        let place = "\(scenario.name), call \(call) of \(counter.calls) \(kind.rawValue)"
        do {
          try Bench(bucket).load(scenario.sessions, rejected: scenario.rejected, through: between(faulty))
        } catch is PipelineError {}
        if let lost = lostSession(bucket, objects, scenario) { problems.append("\(place): \(lost) is in no file") }
        do {
          try Bench(bucket).load(scenario.sessions, rejected: scenario.rejected, through: between(bucket))
          if bucket.texts != expected { problems.append("\(place): the next load differs: \(bucket.texts)") }
          bucket.forget()
          try Bench(bucket).load(scenario.sessions, rejected: scenario.rejected)
          if !bucket.writes.isEmpty { problems.append("\(place): a third load writes \(bucket.writes)") }
        } catch { problems.append("\(place): the next load: \(error)") }
      }
    }
    return (problems, faults)
  }

  /// Returns a day that a file had before, and the document has, and that no file has after the fault.
  private static func lostSession(
    _ bucket: MemoryLines, _ before: [String: StoredLine], _ scenario: Scenario
  ) -> String? {
    let old = MemoryLines(before).files.values.joined()
    let now = bucket.files.values.joined()
    let kept = scenario.rejected.isEmpty ? [] : scenario.before.joined().map(\.date)
    return (scenario.sessions.map(\.date) + kept).first { old.contains("\"\($0)\"") && !now.contains("\"\($0)\"") }
  }

  @Test(
    "The next load makes good what was lost, and no day is missing meanwhile", arguments: Scenario.all, [false, true])
  func everyCall(scenario: Scenario, isReversed: Bool) throws {
    let (problems, faults) = try Self.disturb(scenario, isReversed: isReversed)
    #expect(problems == [])
    #expect(faults >= 2 * Fault.allCases.count)
  }

  @Test("The test finds a load that writes the index after the file")
  func plantedMistake() throws {
    let moves = try #require(Scenario.all.first { $0.name == "the dates move" })
    let (problems, _) = try Self.disturb(moves, isReversed: false) { LateIndex($0) }
    #expect(!problems.isEmpty)
  }
}
