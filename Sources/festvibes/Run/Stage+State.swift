import Contracts

extension Stage {
  /// The stage of a state of the state machine; nil for a state that belongs to none.
  init?(state: String) {
    let names: [(names: [String], stage: Stage)] = [
      (["Scrape"], .scrape), (["Load"], .load), (["Cache"], .cache),
    ]
    guard let found = names.first(where: { $0.names.contains { state.contains($0) } }) else { return nil }
    self = found.stage
  }

  /// The index in the order of the stages, from 0.
  var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
