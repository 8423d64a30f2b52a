import FoundationEssentials
import Time
import Versions

/// The times of which a document says what the source has. Only within them does a missing point mean that the source no
/// longer has it: a file of an earlier month, or one that was cut, ends before the newest points.
struct Coverage {
  /// The part of a partition that is covered.
  enum Extent {
    case none, some, all
  }

  /// The first and the last time of each series.
  private var spans: [String: (first: PointTime, last: PointTime)] = [:]
  private let start: Date?
  private let rejected: RejectedPoints

  /// - Parameters:
  ///   - start: the beginning of the dataset's window; nil without one. Nothing before it is covered.
  ///   - isComplete: false for a document that may lack points: it covers nothing.
  ///   - rejected: the points that the source may have, and the document does not show: they are not covered.
  init(
    of incoming: [SeriesPartition: [SeriesPoint]], from start: Date?, isComplete: Bool, besides rejected: RejectedPoints
  ) {
    self.start = start
    self.rejected = rejected
    guard isComplete else { return }
    for (partition, points) in incoming where !rejected.mayBeAny(of: partition.series) {
      guard let first = points.first?.time, let last = points.last?.time else { continue }
      let known = spans[partition.series] ?? (first, last)
      spans[partition.series] = (
        first.isBefore(known.first) ? first : known.first, known.last.isBefore(last) ? last : known.last
      )
    }
  }

  /// True if the document would have the point if the source had it.
  func covers(_ point: SeriesPoint) -> Bool {
    guard let span = spans[point.series] else { return false }
    if point.time.isBefore(span.first) || span.last.isBefore(point.time) || rejected.has(point) { return false }
    return start.map { Double(point.time.seconds) >= $0.timeIntervalSince1970 } ?? true
  }

  /// Returns how much of a partition is covered, whatever the offsets of its points are.
  func extent(of partition: SeriesPartition) -> Extent {
    guard let span = spans[partition.series] else { return .none }
    let (year, month) = (partition.year, partition.month)
    guard let first = CalendarDate(year: year, month: month, day: 1),
      let next = CalendarDate(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
    else { return .some }
    // An offset is less than a day.
    let (earliest, latest) = ((first.daysSinceEpoch - 1) * 86_400, (next.daysSinceEpoch + 1) * 86_400)
    let from = max(Double(span.first.seconds), start?.timeIntervalSince1970 ?? -.infinity)
    if Double(latest) <= from || earliest > span.last.seconds { return .none }
    let isWithin = Double(earliest) >= from && latest <= span.last.seconds
    return isWithin && !rejected.hasTimes(of: partition.series) ? .all : .some
  }
}
