import AWS
import Contracts
import FoundationEssentials
import Time
import Versions

/// Takes over the projection of system 002, whose files are replaced in place: each is copied to an immutable object that the
/// pointer can name. Its points are history that no version of ours has.
struct FormerProjection {
  /// Files that are copied at once.
  private static let filesAtOnce = 32
  /// The version that a pointer without any stands for.
  private static let before = VersionID(at: Date(timeIntervalSince1970: 0))

  let store: VersionStore
  let deadline: Deadline

  /// Returns the projection that the files are; nil if there are none. It is not published yet.
  /// - Parameter pointer: the pointer of system 002, or an empty one.
  func adopted(_ pointer: ProjectionManifest, now: String) throws(PipelineError) -> ProjectionManifest? {
    let listing: S3Listing
    do throws(AWSError) {
      listing = try store.objects.list(prefix: store.keys.projections, delimiter: nil, deadline: deadline)
    } catch { throw PipelineError(versions: error) }
    let partitions = listing.entries.compactMap { SeriesPartition(file: $0.key) }.sorted()
    guard pointer.isFormer || !partitions.isEmpty else { return nil }
    let version = pointer.last ?? Self.before
    var adopted = pointer
    adopted.isFormer = false
    adopted.projectedAt = now
    (adopted.announced, adopted.copied) = (version, version)
    for start in stride(from: 0, to: partitions.count, by: Self.filesAtOnce) {
      let batch = partitions[start..<min(start + Self.filesAtOnce, partitions.count)]
      let files = try store.files(batch.map { ($0, store.keys.copy(of: $0)) }, deadline: deadline)
      var found: [(entry: ProjectionManifest.Entry, body: Data)] = []
      for (partition, points) in zip(batch, files) {
        let points = SeriesMerge.ordered(points)
        let entry = ProjectionManifest.Entry(
          object: store.keys.object(partition, of: version), points: points.count,
          digest: try PartitionFile.digest(of: points))
        found.append((entry, PartitionFile.data(points)))
      }
      let entries = try ImmutableObjects(store: store, deadline: deadline).write(
        found, into: &adopted.replaced, now: now)
      for (partition, entry) in zip(batch, entries) { adopted.partitions[partition] = entry }
    }
    return adopted
  }
}
