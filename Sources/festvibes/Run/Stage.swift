/// What is done with a date, in order.
enum Stage: Int, CaseIterable, Sendable {
  case scrape
  case load
  case cache

  /// The stage that a state of the state machine belongs to; nil for one that belongs to none.
  init?(state: String) {
    let stages: [(prefixes: [String], stage: Stage)] = [
      (["Extractor", "CheckExtractor"], .scrape), (["Loader", "CheckLoader"], .load),
      (["Cache", "CheckCache"], .cache),
    ]
    guard let found = stages.first(where: { $0.prefixes.contains { state.hasPrefix($0) } }) else { return nil }
    self = found.stage
  }

  var name: String {
    switch self {
    case .scrape: "scrape"
    case .load: "load"
    case .cache: "cache"
    }
  }
}
