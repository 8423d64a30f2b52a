import Contracts
import FoundationEssentials
import Time
import Versions

/// The next snapshot of a dataset: the current one, with the series that a document has replaced by the document's points.
struct SnapshotPlan {
  /// A partition to write.
  struct File {
    let partition: SeriesPartition
    let points: [SeriesPoint]
    let digest: String
  }

  /// The partitions that differ from the current snapshot, sorted.
  private(set) var files: [File] = []
  /// The partitions that the current snapshot has and the next one lacks.
  private(set) var removed: [SeriesPartition] = []
  private(set) var new = 0
  private(set) var changed = 0
  private(set) var unchanged = 0
  /// Points of the files that the document no longer has.
  private(set) var gone = 0
  /// The series that the document replaces.
  private(set) var series: Set<String> = []
  /// True if a later document has had all series of this one.
  private(set) var isSuperseded = false
  /// For a dry run only.
  private(set) var differences: [DryRun.Difference] = []
  private let contents: [SeriesPartition: VersionManifest.Entry]
  private let isDetailed: Bool
  private let coverage: Coverage

  /// True if the next snapshot is the current one.
  var isEmpty: Bool { files.isEmpty && removed.isEmpty }

  /// - Parameters:
  ///   - incoming: the document's points.
  ///   - contents: the current snapshot.
  ///   - start: the beginning of the dataset's window; nil without one. Earlier points stay as they are.
  ///   - isComplete: false for a document that may lack points of the source: it removes none.
  ///   - rejected: the points that the document has rejected: what is stored of them stays.
  ///   - late: the series that stay as they are, since a later document has had them.
  ///   - isDetailed: true to list the differences, for a dry run.
  ///   - read: returns the stored points of partitions.
  init(
    _ incoming: [SeriesPartition: [SeriesPoint]], over contents: [SeriesPartition: VersionManifest.Entry],
    from start: Date?, isComplete: Bool = true, rejected: RejectedPoints = RejectedPoints(),
    leaving late: Set<String> = [], isDetailed: Bool = false,
    reading read: ([(partition: SeriesPartition, version: VersionID)]) throws(PipelineError) -> [[SeriesPoint]]
  ) throws(PipelineError) {
    self.contents = contents
    self.isDetailed = isDetailed
    coverage = Coverage(of: incoming, from: start, isComplete: isComplete, besides: rejected)
    var compared: [(partition: SeriesPartition, points: [SeriesPoint], version: VersionID)] = []
    for (partition, points) in incoming.sorted(by: { $0.key < $1.key }) {
      guard !late.contains(partition.series) else {
        unchanged += points.count
        continue
      }
      series.insert(partition.series)
      let digest = try PartitionFile.digest(of: points)
      guard let entry = contents[partition] else {
        files.append(File(partition: partition, points: points, digest: digest))
        new += points.count
        note(points, .added)
        continue
      }
      if entry.digest == digest {
        unchanged += points.count
      } else {
        compared.append((partition, points, entry.version))
      }
    }
    isSuperseded = series.isEmpty && !late.isEmpty
    for (partition, entry) in contents.sorted(by: { $0.key < $1.key })
    where incoming[partition] == nil && series.contains(partition.series) {
      switch coverage.extent(of: partition) {
      case .none: continue
      case .some: compared.append((partition, [], entry.version))
      // The file is as good as read: nothing of it stays.
      case .all where !isDetailed:
        removed.append(partition)
        gone += entry.points ?? 0
      case .all: compared.append((partition, [], entry.version))
      }
    }
    // Some at once: a first revision of all series would have every file in memory.
    for first in stride(from: 0, to: compared.count, by: VersionStore.filesAtOnce) {
      let batch = compared[first..<min(first + VersionStore.filesAtOnce, compared.count)]
      for (next, stored) in zip(batch, try read(batch.map { ($0.partition, $0.version) })) {
        try merge(next.points, over: stored, next.partition)
      }
    }
    files.sort { $0.partition < $1.partition }
  }

  /// Compares a partition with what is stored of it.
  private mutating func merge(
    _ points: [SeriesPoint], over stored: [SeriesPoint], _ partition: SeriesPartition
  ) throws(PipelineError) {
    var (merged, differs) = ([SeriesPoint](), false)
    merged.reserveCapacity(max(points.count, stored.count))
    var index = 0
    func pass(_ point: SeriesPoint) {
      guard coverage.covers(point) else { return merged.append(point) }
      differs = true
      gone += 1
      note([point], .removed)
    }
    for point in points {
      while index < stored.count, stored[index].time.isBefore(point.time) {
        pass(stored[index])
        index += 1
      }
      guard index < stored.count, stored[index].time.isSameInstant(as: point.time) else {
        differs = true
        new += 1
        note([point], .added)
        merged.append(point)
        continue
      }
      if point.saysTheSame(as: stored[index]) {
        unchanged += 1
        // With the time of the reading that had it first.
        merged.append(stored[index])
      } else {
        differs = true
        changed += 1
        if isDetailed { differences.append(.init(stored[index], is: point)) }
        merged.append(point)
      }
      index += 1
    }
    for point in stored[index...] { pass(point) }
    guard differs else { return }
    if merged.isEmpty {
      removed.append(partition)
    } else {
      files.append(File(partition: partition, points: merged, digest: try PartitionFile.digest(of: merged)))
    }
  }

  private mutating func note(_ points: [SeriesPoint], _ change: DryRun.Difference.Change) {
    guard isDetailed else { return }
    differences += points.map { .init(change, label: "\($0.series) \($0.time): \($0.value)") }
  }

  /// Returns the next snapshot.
  /// - Parameter version: the version that has the files.
  func contents(in version: VersionID) -> [SeriesPartition: VersionManifest.Entry] {
    var next = contents
    for partition in removed { next[partition] = nil }
    for file in files {
      next[file.partition] = VersionManifest.Entry(version: version, points: file.points.count, digest: file.digest)
    }
    return next
  }
}

extension DryRun.Difference {
  fileprivate init(_ before: SeriesPoint, is after: SeriesPoint) {
    let values = [
      ("obs_time", "\(before.time)", "\(after.time)"), ("value", before.value.text, after.value.text),
      ("unit", before.unit ?? "null", after.unit ?? "null"),
      ("frequency", before.frequency ?? "null", after.frequency ?? "null"),
    ]
    self.init(
      .changed, label: "\(after.series) \(after.time)",
      fields: values.filter { $0.1 != $0.2 }.map { Field(name: $0.0, before: $0.1, after: $0.2) })
  }
}
