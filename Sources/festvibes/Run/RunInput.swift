import Foundation

/// What an execution of the state machine is told.
struct RunInput: Encodable {
  /// That the dates are to be made again from archives.
  struct Replay: Encodable {
    /// Whose; nil for the newest of each date.
    let run: String?
  }

  private let range: RunRange
  private let replay: Replay?
  private let allowsShrinkage: Bool

  init(_ range: RunRange, replay: Replay? = nil, allowingShrinkage: Bool = false) {
    self.range = range
    self.replay = replay
    allowsShrinkage = allowingShrinkage
  }

  private enum CodingKeys: String, CodingKey {
    case replay
    case daysAhead = "days_ahead"
    case startDate = "start_date"
    case endDate = "end_date"
    case allowShrink = "allow_shrink"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch range {
    case .days(let days): try container.encode(days, forKey: .daysAhead)
    case .dates(let start, let end):
      try container.encode("\(start)", forKey: .startDate)
      try container.encode("\(end)", forKey: .endDate)
    }
    try container.encodeIfPresent(replay, forKey: .replay)
    if allowsShrinkage { try container.encode(true, forKey: .allowShrink) }
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
