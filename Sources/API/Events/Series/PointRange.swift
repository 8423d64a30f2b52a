import Contracts
import FoundationEssentials
import Postgres
import Time
import Versions

/// The points of a series that a request asks for.
struct PointRange {
  private let from: Double
  private let to: Double
  /// The last point of the page before.
  private let after: (seconds: Int, nanoseconds: Int)?

  /// Partitions that are read at once.
  private static let partitionsAtOnce = 8

  /// - Parameter after: seconds and nanoseconds of a cursor.
  init(from: Date?, to: Date?, after: [PostgresValue]?) {
    self.from = from?.timeIntervalSince1970 ?? -.infinity
    self.to = to?.timeIntervalSince1970 ?? .infinity
    if case .int(let seconds?)? = after?.first, case .int(let nanoseconds?)? = after?.last {
      self.after = (seconds, nanoseconds)
    } else {
      self.after = nil
    }
  }

  /// Reads points, partition by partition, until there are enough.
  func points(
    of partitions: [(partition: SeriesPartition, entry: ProjectionManifest.Entry)], atMost limit: Int,
    in store: VersionStore, deadline: Deadline
  ) throws(PipelineError) -> [SeriesPoint] {
    var left = partitions.filter { mayHave(points: $0.partition) }[...]
    var points: [SeriesPoint] = []
    // One partition more: its local month may begin before the one before has ended.
    var isEnough = false
    while !left.isEmpty, !isEnough {
      let batch = left.prefix(Self.partitionsAtOnce)
      left = left.dropFirst(batch.count)
      isEnough = points.count > limit
      points += try store.points(of: Array(batch), deadline: deadline).joined().filter(contains)
    }
    points.sort { $0.time.isBefore($1.time) }
    return Array(points.prefix(limit))
  }

  private func contains(_ point: SeriesPoint) -> Bool {
    let (seconds, nanoseconds) = (point.time.seconds, Int(point.time.nanoseconds))
    let moment = Double(seconds) + Double(nanoseconds) / 1e9
    guard moment >= from, moment <= to else { return false }
    return after.map { (seconds, nanoseconds) > $0 } ?? true
  }

  /// False for a month that is outside of the range, in any time zone.
  private func mayHave(points partition: SeriesPartition) -> Bool {
    guard let first = CalendarDate(year: partition.year, month: partition.month, day: 1) else { return true }
    let start = Double(first.daysSinceEpoch) * 86_400
    let least = max(from, after.map { Double($0.seconds) } ?? -.infinity)
    return start + 33 * 86_400 >= least && start - 2 * 86_400 <= to
  }
}
