import AWS
import Contracts
import Time

extension VersionStore {
  /// The pointer of a projection as a reader has found it.
  public struct ProjectionPointer: Equatable, Sendable {
    public var manifest: ProjectionManifest
    /// The condition of the write that moves it; nil if there is none yet.
    public var etag: String?

    public init(manifest: ProjectionManifest, etag: String?) {
      self.manifest = manifest
      self.etag = etag
    }
  }

  /// Reads the pointer of the projection; an empty one for a dataset without.
  /// - Throws: `StorageCorrupt` for one that cannot be read.
  public func projection(deadline: Deadline) throws(PipelineError) -> ProjectionPointer {
    let key = keys.projectionPointer
    guard let object = try find(key, maximumBytes: ProjectionManifest.maximumBytes, deadline: deadline) else {
      return ProjectionPointer(manifest: ProjectionManifest(), etag: nil)
    }
    return ProjectionPointer(
      manifest: try ProjectionManifest(object.body, at: objects.address(of: key)), etag: object.info.etag)
  }

  /// True if the pointer of the projection has not moved. A listing has its ETag; the pointer itself may be large.
  /// - Parameter etag: the ETag with which it was read; nil if there was none.
  public func isProjection(at etag: String?, deadline: Deadline) throws(PipelineError) -> Bool {
    let key = keys.projectionPointer
    do throws(AWSError) {
      return try objects.list(prefix: key, delimiter: nil, deadline: deadline).entries.first { $0.key == key }?.etag
        == etag
    } catch { throw PipelineError(versions: error) }
  }

  /// Reads partitions of the projection, several objects at once.
  /// - Returns: the points of each, in the order of the entries.
  /// - Throws: `StorageCorrupt` for an object that is missing or damaged.
  public func points(
    of entries: [(partition: SeriesPartition, entry: ProjectionManifest.Entry)], deadline: Deadline
  ) throws(PipelineError) -> [[SeriesPoint]] {
    try files(entries.map { ($0.partition, keys.projection($0.entry)) }, deadline: deadline)
  }
}
