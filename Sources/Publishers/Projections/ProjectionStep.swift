import AWS
import Contracts
import FoundationEssentials
import Time
import Versions

/// Projects one version: merges the partitions that it has written over those of the projection, and writes each that differs
/// as an object of its own. No reader knows these objects until the pointer names them.
struct ProjectionStep {
  /// The objects of partitions that the projection did not have are found by a listing from this number on: those that a run
  /// has written that was cut are not read and written again.
  private static let partitionsWithListing = 200
  /// Points in memory at once, roughly: 10 MB.
  private static let pointsAtOnce = 50_000

  let store: VersionStore
  let settings: VersionedSettings
  let deadline: Deadline

  /// Returns the projection with a version. It is not published yet, except for its immutable objects.
  /// - Parameters:
  ///   - isWhole: true to merge all partitions of the snapshot in place of those that the version has written: the version does
  ///     not follow the one that was projected last.
  ///   - now: RFC 3339 in UTC.
  func projection(
    of version: VersionManifest, over base: ProjectionManifest, isWhole: Bool, now: String
  ) throws(PipelineError) -> ProjectionManifest {
    var next = base
    next.projected.append("\(version.version)")
    next.projectedAt = now
    next.copiedUntil = nil
    // What says the same is not read.
    let wanted = (isWhole ? version.contents.keys.sorted() : version.written).filter { partition in
      guard let digest = version.contents[partition]?.digest else { return true }
      return base.partitions[partition]?.digest != digest
    }
    // A pointer that was put back asks for points that were replaced once. The objects that had them may be deleted at any
    // time by a publisher that does not know of it.
    let taken = Set(base.replaced.map(\.object))
    let existing = try existingObjects(
      of: version, fresh: wanted.filter { base.partitions[$0] == nil }, besides: taken)
    for (partition, entry) in existing { next.partitions[partition] = entry }
    for batch in batches(wanted.filter { existing[$0] == nil }, of: version) {
      for (partition, entry) in try written(batch, of: version, over: base, besides: taken) {
        if let former = base.partitions[partition] {
          next.replaced.append(ProjectionManifest.Replaced(object: former.object, since: now))
        }
        next.partitions[partition] = entry
      }
    }
    if isWhole {
      // The names of its objects are not above that of the version that was copied last.
      next.copied = nil
    }
    return next
  }

  /// Divides partitions so that as many as the definition says, and as memory allows, are read at once.
  private func batches(_ partitions: [SeriesPartition], of version: VersionManifest) -> [[SeriesPartition]] {
    var batches: [[SeriesPartition]] = []
    var points = 0
    for partition in partitions {
      let count = version.contents[partition]?.points ?? 1000
      if let last = batches.last, last.count < settings.mergeWorkers, points + count <= Self.pointsAtOnce {
        batches[batches.count - 1].append(partition)
        points += count
      } else {
        batches.append([partition])
        points = count
      }
    }
    return batches
  }

  /// Returns the partitions, of those that the projection did not have, whose objects a run has written that was cut. The
  /// manifest of the version knows what is in them.
  private func existingObjects(
    of version: VersionManifest, fresh: [SeriesPartition], besides taken: Set<String>
  ) throws(PipelineError) -> [SeriesPartition: ProjectionManifest.Entry] {
    guard fresh.count >= Self.partitionsWithListing else { return [:] }
    let keys: Set<String>
    do throws(AWSError) {
      keys = Set(
        try store.objects.list(prefix: store.keys.projections, delimiter: nil, deadline: deadline).entries.map(\.key))
    } catch { throw PipelineError(versions: error) }
    var existing: [SeriesPartition: ProjectionManifest.Entry] = [:]
    for partition in fresh {
      guard let known = version.contents[partition], let points = known.points, let digest = known.digest else {
        continue
      }
      let entry = ProjectionManifest.Entry(
        object: store.keys.object(partition, of: version.version, digest: digest, besides: taken), points: points,
        digest: digest)
      if keys.contains(store.keys.projection(entry)) { existing[partition] = entry }
    }
    return existing
  }

  /// Merges partitions and writes those that differ from the projection's.
  /// - Returns: the entries of those that differ.
  private func written(
    _ partitions: [SeriesPartition], of version: VersionManifest, over base: ProjectionManifest,
    besides taken: Set<String>
  ) throws(PipelineError) -> [(SeriesPartition, ProjectionManifest.Entry)] {
    let former = partitions.compactMap { partition in base.partitions[partition].map { (partition, $0) } }
    func key(_ partition: SeriesPartition) -> String {
      store.keys.data(partition, in: version.contents[partition]?.version ?? version.version)
    }
    let files = try store.files(
      partitions.map { ($0, key($0)) }
        + former.map { ($0.0, store.keys.projection($0.1)) }, deadline: deadline)
    var before: [SeriesPartition: [SeriesPoint]] = [:]
    for ((partition, entry), points) in zip(former, files[partitions.count...]) {
      try check(points, is: entry.digest, store.keys.projection(entry))
      before[partition] = points
    }
    let merge = SeriesMerge(lastWins: settings.lastWins)
    var found: [(partition: SeriesPartition, entry: ProjectionManifest.Entry, body: Data)] = []
    for (partition, points) in zip(partitions, files) {
      if let digest = version.contents[partition]?.digest {
        try check(points, is: digest, key(partition))
      }
      let merged = merge.merged(before[partition] ?? [], with: points)
      let digest = try PartitionFile.digest(of: merged)
      guard digest != base.partitions[partition]?.digest else { continue }
      let object = store.keys.object(partition, of: version.version, digest: digest, besides: taken)
      found.append(
        (
          partition, ProjectionManifest.Entry(object: object, points: merged.count, digest: digest),
          PartitionFile.data(merged)
        ))
    }
    try ImmutableObjects(store: store, deadline: deadline).write(found.map { ($0.entry, $0.body) })
    return found.map { ($0.partition, $0.entry) }
  }

  /// Refuses a file that is not the one that a manifest names: to merge it would spread the damage.
  private func check(_ points: [SeriesPoint], is digest: String, _ key: String) throws(PipelineError) {
    guard try PartitionFile.digest(of: points) != digest else { return }
    throw PipelineError(
      .storageCorrupt,
      "\(store.objects.address(of: key)) does not have the points of which its manifest has the digest: another program has "
        + "written it, or it is damaged. Nothing was changed. Restore it from the bucket's versioning or a copy")
  }
}
