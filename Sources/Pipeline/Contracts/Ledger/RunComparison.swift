/// The counts of a run beside those of the runs before it.
///
/// A count is unusual if it differs from the median of the earlier runs by more than two, by more than a fifth of the
/// median, and by more than the greatest of the earlier runs differs from the least: a source whose counts vary is no news.
public struct RunComparison: Equatable, Sendable {
  /// The runs that are compared at most.
  public static let maximumRuns = 7
  /// The runs without which nothing is compared.
  public static let minimumRuns = 3
  /// The difference up to which a count is never unusual.
  static let negligible = 2.0
  /// The share of the median up to which a count is not unusual.
  static let tolerance = 0.2

  /// A count that is compared.
  public struct Difference: Equatable, Sendable {
    /// The name for a person: `found`.
    public let name: String
    public let count: Int
    public let usual: Int
  }

  /// The number of earlier runs.
  public let runs: Int
  /// The medians of their counts, rounded.
  public let usual: RecordCounts
  /// The counts that are unusual.
  public let differences: [Difference]

  /// - Parameters:
  ///   - records: the counts of the run.
  ///   - earlier: those of the runs before it.
  /// - Returns: nil for too few earlier runs.
  public init?(_ records: RecordCounts, to earlier: [RecordCounts]) {
    guard earlier.count >= Self.minimumRuns else { return nil }
    runs = earlier.count
    var usual = RecordCounts(cancelled: 0)
    var differences: [Difference] = []
    for count in Self.counts {
      let values = earlier.map(count.value)
      let median = values.median ?? 0
      count.set(&usual, Int(median.rounded()))
      let spread = Double((values.max() ?? 0) - (values.min() ?? 0))
      let difference = abs(Double(count.value(records)) - median)
      guard count.isNamed, difference > max(Self.negligible, median * Self.tolerance, spread) else { continue }
      differences.append(
        Difference(name: count.name, count: count.value(records), usual: Int(median.rounded())))
    }
    self.usual = usual
    self.differences = differences
  }

  /// The unusual counts in one line, `found 126 (usually 60), rejected 3 (usually 0)`; nil if there are none.
  public var line: String? {
    guard !differences.isEmpty else { return nil }
    return differences.map { "\($0.name) \($0.count) (usually \($0.usual))" }.joined(separator: ", ")
  }

  private struct Count: Sendable {
    let name: String
    let value: @Sendable (RecordCounts) -> Int
    let set: @Sendable (inout RecordCounts, Int) -> Void
    /// False for a count that follows from the others.
    var isNamed = true
  }

  private static let counts = [
    Count(name: "found", value: { $0.found }, set: { $0.found = $1 }),
    Count(name: "new", value: { $0.new }, set: { $0.new = $1 }),
    Count(name: "changed", value: { $0.changed }, set: { $0.changed = $1 }),
    Count(name: "unchanged", value: { $0.unchanged }, set: { $0.unchanged = $1 }, isNamed: false),
    Count(name: "rejected", value: { $0.rejected }, set: { $0.rejected = $1 }),
    Count(name: "cancelled", value: { $0.cancelled ?? 0 }, set: { $0.cancelled = $1 }),
  ]
}
