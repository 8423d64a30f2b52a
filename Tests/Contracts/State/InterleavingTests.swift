import Contracts
import TestSupport
import Testing

/// Runs, crashes, failures, retries and replays of one item in any order, over a source that changes, with records that
/// change back and with equal cursors: without I/O, with the rule and the state that every backend uses. In the end, the table
/// has the source's last state, and every record that a stored document had; the checkpoint is the newest loaded cursor,
/// and what the next run would not read is in the table, at any time.
@Suite("Any interleaving of runs")
struct InterleavingTests {
  /// Sources, and what happens around them.
  enum Kind: CaseIterable, Sendable {
    /// Everything is listed, from the checkpoint on or from the start.
    case plain
    /// With a limit and a lag, in ascending order or not.
    case limited
    /// Old entries are dropped.
    case feed
    /// The table is lost now and then, and the checkpoint is reset.
    case lost

    func interleaving(_ seed: Int, _ rules: ModelDestination.Rules) -> Interleaving {
      let options = Interleaving.Options(
        resets: seed.isMultiple(of: 2) || self == .lost, losesTable: self == .lost, varies: seed % 4 >= 2)
      switch self {
      case .plain, .lost:
        return Interleaving(
          seed: seed, { ChangingSource(lag: $0.below(4), leavesOut: $0.below(2) == 0) }, options, rules)
      case .limited:
        return Interleaving(
          seed: seed,
          { ChangingSource(lag: $0.below(3), isDescending: $0.below(3) == 0, leavesOut: $0.below(4) == 0) },
          limit: { 2 + $0.below(6) }, options, rules)
      case .feed:
        return Interleaving(
          seed: seed,
          { ChangingSource(lag: $0.below(3), isDescending: true, leavesOut: true, window: 2 + $0.below(6)) }, options,
          rules)
      }
    }

    /// - Returns: a violation of each seed that has one.
    func violations(_ seeds: Range<Int>, _ rules: ModelDestination.Rules) -> [String] {
      seeds.compactMap { seed in
        var interleaving = interleaving(seed, rules)
        interleaving.run()
        return interleaving.violations.first.map { "seed \(seed): \($0)" }
      }
    }
  }

  @Test("ends with the source's last state", arguments: Kind.allCases)
  func any(_ kind: Kind) {
    #expect(kind.violations(0..<250, ModelDestination.Rules()) == [])
  }

  /// A mistake, the interleavings that must find it, and the number of those that do at least.
  static let mistakes: [(name: String, rules: ModelDestination.Rules, kind: Kind, found: Int)] = [
    ("a gap is passed over", .init(mindsGaps: false), .lost, 10),
    ("a late document writes rows", .init(late: .upserts), .plain, 50),
    ("a late document writes rows of a feed", .init(late: .upserts), .feed, 30),
    ("rows know only when they were written", .init(late: .comparesWriting), .plain, 1),
    ("documents of earlier runs are not loaded", .init(recovers: false), .feed, 50),
    ("equal cursors count as ascending", .init(needsAscent: false), .limited, 5),
    ("a late document moves the checkpoint", .init(lateMoves: true), .lost, 1),
  ]

  @Test("finds a mistake in the rules", arguments: mistakes.indices)
  func mistake(_ index: Int) {
    let (name, rules, kind, least) = Self.mistakes[index]
    let found = kind.violations(0..<250, rules)
    #expect(found.count >= least, "\(name): found by \(found.count) of 250")
  }
}
