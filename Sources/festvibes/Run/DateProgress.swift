import Foundation

/// Where one date of a run stands.
struct DateProgress: Equatable {
  enum State: Equatable {
    case waiting
    /// The stage is nil until it is known.
    case running(Stage?)
    case done(DateOutcome)
    case failed(RunFailure, in: Place?)

    var isFinal: Bool {
      switch self {
      case .waiting, .running: false
      case .done, .failed: true
      }
    }
  }

  let date: String
  var state: State
  var startedAt: Date?
  var endedAt: Date?
}
