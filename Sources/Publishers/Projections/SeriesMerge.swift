import Versions

/// Merges a version's points of one partition over those of the projection, by time and series.
struct SeriesMerge {
  /// True if the version's point stays of two with one time: a revision is applied.
  let lastWins: Bool

  /// Returns the points of both, in order of time. No point is removed, and one that says the same stays as it was: with the
  /// time of its first reading.
  /// - Parameters:
  ///   - base: the points of the projection.
  ///   - new: the points of the version.
  func merged(_ base: [SeriesPoint], with new: [SeriesPoint]) -> [SeriesPoint] {
    let (base, new) = (Self.ordered(base), Self.ordered(new))
    var merged: [SeriesPoint] = []
    merged.reserveCapacity(max(base.count, new.count))
    var (old, next) = (base.startIndex, new.startIndex)
    while old < base.endIndex, next < new.endIndex {
      if base[old].time.isBefore(new[next].time) {
        merged.append(base[old])
        old += 1
      } else if new[next].time.isBefore(base[old].time) {
        merged.append(new[next])
        next += 1
      } else {
        merged.append(lastWins && !new[next].saysTheSame(as: base[old]) ? new[next] : base[old])
        old += 1
        next += 1
      }
    }
    return merged + base[old...] + new[next...]
  }

  /// The points in order of time, the first of those with one time. Files of ours are so already; system 002's need not be.
  static func ordered(_ points: [SeriesPoint]) -> [SeriesPoint] {
    let isOrdered = zip(points, points.dropFirst()).allSatisfy { $0.time.isBefore($1.time) }
    guard !isOrdered else { return points }
    let sorted = points.enumerated().sorted { left, right in
      left.element.time.isSameInstant(as: right.element.time)
        ? left.offset < right.offset : left.element.time.isBefore(right.element.time)
    }
    var ordered: [SeriesPoint] = []
    for (_, point) in sorted where ordered.last?.time.isSameInstant(as: point.time) != true { ordered.append(point) }
    return ordered
  }
}
