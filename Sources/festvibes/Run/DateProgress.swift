import Foundation

/// What came of a date: the output of its child execution.
struct DateOutcome: Codable, Equatable {
  var found = 0
  var new = 0
  var changed = 0
  var unchanged = 0
  var rejected = 0
  var cached = 0
  var pagesFailed = 0

  enum CodingKeys: String, CodingKey {
    case found, new, changed, unchanged, rejected, cached
    case pagesFailed = "pages_failed"
  }

  static func + (left: DateOutcome, right: DateOutcome) -> DateOutcome {
    DateOutcome(
      found: left.found + right.found, new: left.new + right.new, changed: left.changed + right.changed,
      unchanged: left.unchanged + right.unchanged, rejected: left.rejected + right.rejected,
      cached: left.cached + right.cached, pagesFailed: left.pagesFailed + right.pagesFailed)
  }
}

/// Where one date of a run stands.
struct DateProgress: Equatable {
  enum State: Equatable {
    case waiting
    /// The stage is nil until it is known.
    case running(Stage?)
    case done(DateOutcome)
    case failed(RunFailure, in: Stage?)

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
