import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import festvibes

/// The rules of a run in one process are those of the state machine.
@Suite("Rules of a run in one process")
struct RunRulesTests {
  /// A task of the state machine.
  private struct Task {
    let timeout: Int
    let retries: [[String: Any]]
  }

  private let definition: String
  private let tasks: [String: Task]

  init() throws {
    definition = try SourceFiles.text(of: "statemachine/etl.asl.json")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(definition.utf8)) as? [String: Any])
    var tasks: [String: Task] = [:]
    func collect(_ states: [String: Any]) {
      for (name, state) in states {
        guard let state = state as? [String: Any] else { continue }
        if let inner = (state["ItemProcessor"] as? [String: Any])?["States"] as? [String: Any] { collect(inner) }
        guard let timeout = state["TimeoutSeconds"] as? Int, let retries = state["Retry"] as? [[String: Any]] else {
          continue
        }
        tasks[name] = Task(timeout: timeout, retries: retries)
      }
    }
    collect(document["States"] as? [String: Any] ?? [:])
    self.tasks = tasks
  }

  @Test(
    "Each call is retried after the same errors, as often and after the same waits",
    arguments: [
      ("PlanItems", RunRules.Call.plan), ("Scrape", .scrape), ("Load", .load), ("Cache", .cache),
      ("ListChanged", .cache),
      ("RefreshItems", .cache), ("OpenRun", .ledger), ("RecordFailure", .ledger), ("CloseRun", .ledger),
      ("Enrich", .enrich),
    ])
  func retries(state: String, call: RunRules.Call) throws {
    let task = try #require(tasks[state])
    let retryable = Set(PipelineError.Name.allCases.filter(call.retries).map(\.rawValue))
    let rule = try #require(
      task.retries.first { rule in
        retryable.isSubset(of: rule["ErrorEquals"] as? [String] ?? [])
      })
    let never = Set(PipelineError.Name.allCases.map(\.rawValue)).subtracting(retryable)
    #expect(never.isDisjoint(with: rule["ErrorEquals"] as? [String] ?? []))
    #expect(rule["MaxAttempts"] as? Int == call.backoff.maximumAttempts - 1)
    #expect((rule["IntervalSeconds"] as? Int).map(Duration.seconds) == call.backoff.base)
    #expect((rule["MaxDelaySeconds"] as? Int).map(Duration.seconds) == call.backoff.cap)
    #expect(rule["BackoffRate"] as? Double == 2 && rule["JitterStrategy"] as? String == "FULL")
    // Step Functions waits a little longer than Lambda.
    #expect(Duration.seconds(task.timeout) > call.timeout)
    #expect(Duration.seconds(task.timeout) <= call.timeout + .seconds(30))
  }

  @Test(
    "A call takes no longer than its function may",
    arguments: [
      ("date-range-generator", RunRules.Call.plan), ("scraper", .scrape), ("loader", .load), ("loader", .ledger),
      ("cache-manager", .cache), ("enricher", .enrich),
    ])
  func timeouts(function: String, call: RunRules.Call) throws {
    let list = try SourceFiles.text(of: "terraform/functions.yaml")
    let entry = try #require(list.components(separatedBy: "\n\(function):\n").last)
    let timeout = try #require(entry.firstMatch(of: #/\n  timeout: ([0-9]+)/#)).1
    #expect(Int(timeout).map(Duration.seconds) == call.timeout)
  }

  @Test("An enrichment has as many calls")
  func enrichments() {
    #expect(definition.contains("$enrichment.more = true and $enrichment_calls < \(RunEnrichment.maximumCalls))"))
  }

  @Test("As many failed items are tolerated; the expressions are those of the state machine")
  func tolerance() {
    typealias Tolerance = RunRules.Tolerance
    let least = Limits.smallestRunGivenUp
    let tolerant = "$run.trigger in ['manual', 'replay'] or $count($items) < \(least)"
    #expect(
      definition.contains(
        "\"{% $run.max_failures = 0 ? 0 : $run.max_failures != null or \(tolerant) ? 100 : "
          + "\(Limits.toleratedFailurePercent) %}\""))
    #expect(definition.contains("\"{% $run.max_failures != null ? $run.max_failures : $count($items) %}\""))
    for items in [1, least - 1, least, 31, 366] {
      for isScheduled in [false, true] {
        for maximum in [nil, 0, 1, 36] as [Int?] {
          let tolerance = Tolerance(maxFailures: maximum, isScheduled: isScheduled, items: items)
          let isWhole = maximum != nil || !isScheduled || items < least
          #expect(tolerance.percentage == (maximum == 0 ? 0 : isWhole ? 100 : Limits.toleratedFailurePercent))
          #expect(tolerance.count == maximum ?? items)
          #expect(!tolerance.isExceeded(by: 0, of: items))
          if let maximum { #expect(tolerance.isExceeded(by: maximum + 1, of: items)) }
        }
      }
    }
    let nightly = Tolerance(maxFailures: nil, isScheduled: true, items: 31)
    #expect(!nightly.isExceeded(by: 3, of: 31) && nightly.isExceeded(by: 4, of: 31))
    #expect(!Tolerance(maxFailures: nil, isScheduled: false, items: 31).isExceeded(by: 31, of: 31))
  }
}
