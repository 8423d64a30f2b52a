import Contracts
import Time
import Versions

/// The points in which two snapshots of a dataset differ.
struct VersionComparison {
  /// A point that only one of two snapshots has, or that says another thing in each.
  struct Change: Equatable {
    enum Kind: String {
      case added
      case revised
      case gone
    }

    let kind: Kind
    /// The point of the later snapshot that has it.
    let point: SeriesPoint
    /// Nil for an added point.
    let before: SeriesPoint?

    /// Nil for a point that is gone.
    var after: SeriesPoint? { kind == .gone ? nil : point }

    static func added(_ point: SeriesPoint) -> Change { Change(kind: .added, point: point, before: nil) }
    static func gone(_ point: SeriesPoint) -> Change { Change(kind: .gone, point: point, before: point) }
  }

  /// The numbers of changes.
  struct Counts: Equatable {
    var added = 0
    var revised = 0
    var gone = 0
  }

  /// Partitions that are compared at once.
  private static let partitionsAtOnce = 64

  let store: VersionStore
  let deadline: Deadline

  /// Passes on the changes from one version to another, by series and time.
  /// - Parameters:
  ///   - before: nil for nothing at all.
  ///   - series: the series that are compared; nil for all.
  func changes(
    from before: VersionManifest?, to after: VersionManifest, of series: String? = nil,
    _ body: (Change) throws -> Void
  ) throws {
    let (old, new) = (before?.contents ?? [:], after.contents)
    let differing = Set(old.keys).union(new.keys).filter { partition in
      (series.map { partition.series == $0 } ?? true) && !Self.isSame(old[partition], new[partition])
    }.sorted()
    for start in stride(from: 0, to: differing.count, by: Self.partitionsAtOnce) {
      let batch = differing[start..<min(start + Self.partitionsAtOnce, differing.count)]
      let places = batch.flatMap { partition in
        [old[partition], new[partition]].compactMap { $0.map { (partition, $0.version) } }
      }
      var files = try store.points(of: places, deadline: deadline)[...]
      for partition in batch {
        let before = old[partition] == nil ? [] : files.removeFirst()
        let after = new[partition] == nil ? [] : files.removeFirst()
        for change in Self.changes(from: before, to: after) { try body(change) }
      }
    }
  }

  /// Counts the changes from one version to another. Those of the first version need no file.
  func counts(from before: VersionManifest?, to after: VersionManifest) throws -> Counts {
    guard before != nil else { return Counts(added: after.contents.values.reduce(0) { $0 + ($1.points ?? 0) }) }
    var counts = Counts()
    try changes(from: before, to: after) { change in
      switch change.kind {
      case .added: counts.added += 1
      case .revised: counts.revised += 1
      case .gone: counts.gone += 1
      }
    }
    return counts
  }

  /// True if two entries have the same points: it need not be asked of the files.
  private static func isSame(_ left: VersionManifest.Entry?, _ right: VersionManifest.Entry?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return left.version == right.version || (left.digest != nil && left.digest == right.digest)
  }

  /// Compares the points of one partition, which are in order of time.
  static func changes(from before: [SeriesPoint], to after: [SeriesPoint]) -> [Change] {
    var changes: [Change] = []
    var (old, new) = (before[...], after[...])
    while let first = old.first, let next = new.first {
      if first.time.isBefore(next.time) {
        changes.append(.gone(first))
        old.removeFirst()
      } else if next.time.isBefore(first.time) {
        changes.append(.added(next))
        new.removeFirst()
      } else {
        if !next.saysTheSame(as: first) { changes.append(Change(kind: .revised, point: next, before: first)) }
        old.removeFirst()
        new.removeFirst()
      }
    }
    return changes + old.map(Change.gone) + new.map(Change.added)
  }
}
