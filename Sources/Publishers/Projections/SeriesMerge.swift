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
    let (base, new) = (PartitionFile.ordered(base), PartitionFile.ordered(new))
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
}
