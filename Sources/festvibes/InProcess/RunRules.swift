import Contracts
import Time

/// The state machine's rules about calls of functions, for a process that makes these calls itself. A test compares
/// them with statemachine/etl.asl.json and terraform/functions.yaml.
enum RunRules {
  /// A kind of call. The states of one kind have the same rules.
  enum Call: String, CaseIterable {
    case plan, scrape, load, cache, enrich
    /// The loader's other work: opening and closing a run, and recording a failure.
    case ledger

    /// The duration after which Lambda would stop the function.
    var timeout: Duration {
      switch self {
      case .plan: .seconds(30)
      case .scrape: Limits.scraperTimeout
      case .load, .ledger: .seconds(120)
      case .cache: .seconds(60)
      case .enrich: .seconds(300)
      }
    }

    /// The attempts, and the waits between them, after an error that is retryable by its name.
    var backoff: Backoff {
      switch self {
      case .plan, .scrape, .enrich: Backoff(base: .seconds(2), cap: .seconds(30), maximumAttempts: 4)
      case .load, .cache: Backoff(base: .seconds(2), cap: .seconds(30), maximumAttempts: 7)
      case .ledger: Backoff(base: .seconds(1), cap: .seconds(5), maximumAttempts: 4)
      }
    }

    /// True for an error after which the call is made again. An enrichment that used up its time is for the next run.
    func retries(_ name: PipelineError.Name) -> Bool {
      name.isRetryable && (self != .enrich || name != .deadlineExceeded)
    }
  }

  /// The failed items that a run tolerates.
  struct Tolerance: Equatable {
    /// The number of failed items above which the run is given up.
    let count: Int
    /// The share of failed items, in percent, above which it is given up.
    let percentage: Int
    /// The tolerance for a person: `10 %`, or a number of items.
    let description: String

    /// - Parameters:
    ///   - maxFailures: the request's own limit; nil for the rule of `Limits.toleratedFailurePercent`.
    ///   - isScheduled: true for a run that no person started.
    init(maxFailures: Int?, isScheduled: Bool, items: Int) {
      count = maxFailures ?? items
      let isTolerant = maxFailures != nil || !isScheduled || items < Limits.smallestRunGivenUp
      percentage = maxFailures == 0 ? 0 : isTolerant ? 100 : Limits.toleratedFailurePercent
      description = maxFailures.map(String.init) ?? "\(Limits.toleratedFailurePercent) %"
    }

    func isExceeded(by failed: Int, of items: Int) -> Bool {
      failed > count || failed * 100 > percentage * items
    }
  }
}
