import Contracts
import Foundation

/// The progress of one item of a run.
struct ItemProgress: Equatable {
  enum State: Equatable {
    case waiting
    /// The stage is nil until it is known.
    case running(Stage?)
    case done(ItemOutcome)
    /// The item failed by itself.
    case failed(RunFailure, in: FailureLocation?)
    /// The item had begun, and Step Functions stopped it, because its run ended.
    case aborted(in: FailureLocation?)

    var isFinal: Bool {
      switch self {
      case .waiting, .running: false
      case .done, .failed, .aborted: true
      }
    }
  }

  /// The item's id.
  let item: String
  var state: State
  var startedAt: Date?
  var endedAt: Date?
  /// The pages of its scrape so far; nil if they are not known.
  var pages: ScrapeProgress?
}
