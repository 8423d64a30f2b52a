import AWS
import Contracts
import FoundationEssentials
import Time
import Versions

/// Copies the objects of a projection to the keys of system 002, whose names do not change: for its readers. Only the pointer
/// is atomic; while copies are made, they are of two versions.
///
/// A copy is written only over the one that was there when the pointer was last seen as it is: a publisher that was slow
/// replaces no newer copy by an older one.
struct ProjectionCopies {
  let store: VersionStore
  let settings: VersionedSettings
  let deadline: Deadline

  /// Points in memory at once, roughly: 20 MB, those of the objects and those of the copies.
  private static let pointsAtOnce = 50_000

  /// Returns the partitions whose copies may be of an earlier version.
  static func missing(in manifest: ProjectionManifest) -> [(SeriesPartition, ProjectionManifest.Entry)] {
    manifest.partitions.filter { partition, entry in
      if let until = manifest.copiedUntil, partition <= until { return false }
      guard let copied = manifest.copied else { return true }
      return entry.version.map { $0 > copied } ?? true
    }.sorted { $0.key < $1.key }
  }

  /// Copies the first of some partitions, as many as the definition says and memory allows.
  /// - Returns: the number of partitions, and of the bytes that were written; none if another publisher has written one of them
  ///   meanwhile; nil if the pointer has moved.
  func copy(
    _ partitions: ArraySlice<(SeriesPartition, ProjectionManifest.Entry)>, etag: String
  ) throws(PipelineError) -> (count: Int, bytes: Int)? {
    var batch = partitions.prefix(0)
    var points = 0
    for element in partitions {
      guard batch.isEmpty || (batch.count < settings.copyWorkers && points + element.1.points <= Self.pointsAtOnce)
      else { break }
      batch = partitions.prefix(batch.count + 1)
      points += element.1.points
    }
    let keys = batch.map { store.keys.projection($0.1) } + batch.map { store.keys.copy(of: $0.0) }
    let found = store.objects.getAll(keys, maximumBytes: PartitionFile.maximumBytes, deadline: deadline)
    var writes: [VersionWrite] = []
    for (index, (partition, _)) in batch.enumerated() {
      let object: S3Object
      do throws(AWSError) { object = try found[index].get() } catch { throw missing(error, at: keys[index]) }
      var condition = S3WriteCondition.absent
      do throws(AWSError) {
        let copy = try found[batch.count + index].get()
        if copy.body == object.body { continue }
        condition = .matches(etag: copy.info.etag)
      } catch { guard error.kind == .notFound else { throw PipelineError(versions: error) } }
      writes.append(VersionWrite(object.body, to: store.keys.copy(of: partition), condition: condition))
    }
    guard !writes.isEmpty else { return (batch.count, 0) }
    let written = batch.map(\.0)
    guard try store.isProjection(at: etag, deadline: deadline) else { return nil }
    var areAllWritten = true
    for outcome in store.objects.putAll(writes, deadline: deadline) {
      do throws(AWSError) { _ = try outcome.get() } catch {
        switch error.kind {
        case .preconditionFailed, .conflict, .notFound: areAllWritten = false
        default: throw PipelineError(versions: error)
        }
      }
    }
    // A publisher of a later version may have found equal copies, and noted them, right before these writes: they are made again.
    if try !store.isProjection(at: etag, deadline: deadline) {
      try correct(written)
      return nil
    }
    return areAllWritten ? (batch.count, writes.reduce(0) { $0 + $1.body.count }) : (0, 0)
  }

  /// Copies partitions as the pointer names them now.
  private func correct(_ partitions: [SeriesPartition]) throws(PipelineError) {
    let now = try store.projection(deadline: deadline)
    guard let etag = now.etag else { return }
    var left = partitions.compactMap { partition in now.manifest.partitions[partition].map { (partition, $0) } }[...]
    while !left.isEmpty, let part = try copy(left, etag: etag), part.count > 0 { left = left.dropFirst(part.count) }
  }

  private func missing(_ error: AWSError, at key: String) -> PipelineError {
    guard error.kind == .notFound else { return PipelineError(versions: error) }
    return PipelineError(
      .storageCorrupt,
      "\(store.objects.address(of: key)) is missing, and \(store.keys.projectionPointer) names it. Restore it from the bucket's "
        + "versioning or a copy")
  }
}
