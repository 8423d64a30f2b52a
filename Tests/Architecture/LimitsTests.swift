import Contracts
import Foundation
import TestSupport
import Testing

/// The state machine's definition repeats some limits and names: they agree with the contracts.
@Suite("Limits and names in the state machine")
struct LimitsTests {
  private let definition: String

  init() throws { definition = try SourceFiles.text(of: "statemachine/etl.asl.json") }

  @Test("Concurrency, tolerated failures and the run's time limit are those of Limits")
  func limits() {
    #expect(definition.contains("\"MaxConcurrency\": \(Limits.concurrentItems),"))
    #expect(definition.contains("\"TimeoutSeconds\": \(Limits.runTimeout.components.seconds),"))
    let tolerant = "$run.trigger in ['manual', 'replay'] or $count($items) < \(Limits.smallestRunGivenUp)"
    #expect(definition.contains(" or \(tolerant) ? 100 : \(Limits.toleratedFailurePercent) %}"))
    #expect(definition.contains("\"tolerated\": \"{% $run.max_failures = null and (\(tolerant)) %}\""))
    #expect(definition.contains("$string($run.max_failures) : '\(Limits.toleratedFailurePercent) %')"))
    #expect(definition.contains("$ceil($count($refresh_items) / \(Limits.itemsRefreshedAtOnce))"))
    let last = Limits.itemsRefreshedAtOnce - 1
    #expect(
      definition.contains("[$part * \(Limits.itemsRefreshedAtOnce)..$part * \(Limits.itemsRefreshedAtOnce) + \(last)]"))
    #expect(definition.contains("$min([\(Limits.concurrentItems), "))
  }

  @Test("Exactly the retryable error names are retried")
  func retries() {
    // The one name that a Catch has ends a run: it is nobody's failure.
    let caught = #""ErrorEquals": ["\#(PipelineError.Name.runLocked.rawValue)"],"#
    #expect(definition.components(separatedBy: caught).count == 2)
    let others = definition.replacing(caught, with: "").replacing(#""Next": "RunLocked""#, with: "")
      .replacing(#""RunLocked": {"#, with: "")
    for name in PipelineError.Name.allCases {
      #expect(others.contains("\"\(name.rawValue)\"") == name.isRetryable, "\(name.rawValue)")
    }
  }

  @Test("The stages are those of the ledger")
  func stages() {
    for stage in Stage.allCases {
      #expect(definition.contains("'\(stage.rawValue)'") || definition.contains("\"\(stage.rawValue)\""))
    }
  }
}
