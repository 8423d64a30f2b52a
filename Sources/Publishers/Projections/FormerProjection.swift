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

  /// The result of a look at what there is to take over.
  enum Outcome {
    case nothing
    case projection(ProjectionManifest)
    /// Another publisher was faster: the files may be copies of its projection.
    case overtaken
  }

  let store: VersionStore
  let deadline: Deadline

  /// Returns the projection that the files are. It is not published yet.
  /// - Parameter found: the pointer of system 002, or none.
  func adopted(_ found: VersionStore.ProjectionPointer, now: String) throws(PipelineError) -> Outcome {
    let pointer = found.manifest
    let listing: S3Listing
    do throws(AWSError) {
      listing = try store.objects.list(prefix: store.keys.projections, delimiter: nil, deadline: deadline)
    } catch { throw PipelineError(versions: error) }
    let partitions = listing.entries.compactMap { SeriesPartition(file: $0.key) }.sorted()
    let existing = Set(listing.entries.map(\.key))
    guard pointer.isFormer || !partitions.isEmpty else { return .nothing }
    let version = pointer.last ?? Self.before
    var adopted = pointer
    adopted.isFormer = false
    adopted.projectedAt = now
    (adopted.announced, adopted.copied) = (version, version)
    for start in stride(from: 0, to: partitions.count, by: Self.filesAtOnce) {
      let batch = partitions[start..<min(start + Self.filesAtOnce, partitions.count)]
      let files = try store.files(batch.map { ($0, store.keys.copy(of: $0)) }, deadline: deadline)
      // Copies are made after the swap: if the pointer is the same, what was read is system 002's.
      guard try store.isProjection(at: found.etag, deadline: deadline) else { return .overtaken }
      var objects: [(entry: ProjectionManifest.Entry, body: Data)] = []
      for (partition, points) in zip(batch, files) {
        let points = PartitionFile.ordered(points)
        let digest = try PartitionFile.digest(of: points)
        let entry = ProjectionManifest.Entry(
          object: store.keys.object(partition, of: version, digest: digest), points: points.count, digest: digest)
        adopted.partitions[partition] = entry
        // A run that was cut has written it.
        guard !existing.contains(store.keys.projection(entry)) else { continue }
        objects.append((entry, PartitionFile.data(points)))
      }
      try ImmutableObjects(store: store, deadline: deadline).write(objects)
    }
    return .projection(adopted)
  }
}
