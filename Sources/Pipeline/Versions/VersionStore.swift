import AWS
import Contracts
import FoundationEssentials
import Time

/// Reads the versions of a dataset, and moves its pointers. A reader that begins at the pointer sees a complete version,
/// whatever writers do: no object but the pointer is ever replaced.
public final class VersionStore {
  /// The pointer as a reader has found it.
  public struct Pointer: Equatable, Sendable {
    public let version: VersionID
    /// The condition of the write that moves it.
    public let etag: String
  }

  public let dataset: String
  public let keys: DatasetKeys
  public let objects: any VersionObjects

  /// Files that are read or written at once. The client has 16 connections: the others wait for one.
  public static let filesAtOnce = 32

  public init(_ objects: any VersionObjects, dataset: String) {
    self.objects = objects
    self.dataset = dataset
    keys = DatasetKeys(dataset: dataset)
  }

  /// Reads the pointer.
  /// - Returns: nil for a dataset without versions.
  /// - Throws: `StorageCorrupt` for a pointer that is not the id of a version.
  public func current(deadline: Deadline) throws(PipelineError) -> Pointer? {
    guard let object = try find(keys.pointer, maximumBytes: 4096, deadline: deadline) else { return nil }
    // A person may have written it, with a newline.
    let text = String(decoding: object.body.filter { $0 > 0x20 }, as: UTF8.self)
    guard let version = VersionID(text) else {
      throw PipelineError(
        .storageCorrupt,
        "\(objects.address(of: keys.pointer)) must have the id of a version, and has '\(text.prefix(40))'. Nothing was "
          + "changed. Write the id of the newest folder below \(objects.address(of: keys.versions)) that has a manifest.json "
          + "into it")
    }
    return Pointer(version: version, etag: object.info.etag)
  }

  /// Reads a version's manifest.
  /// - Throws: `StorageCorrupt` if it is missing or damaged.
  public func manifest(of version: VersionID, deadline: Deadline) throws(PipelineError) -> VersionManifest {
    guard let manifest = try findManifest(of: version, deadline: deadline) else {
      throw PipelineError(
        .storageCorrupt,
        "\(objects.address(of: keys.manifest(of: version))) is missing, and the chain of versions names it. Nothing was changed. Restore the version "
          + "from the bucket's versioning or a copy, or write the id of another version into \(keys.pointer)")
    }
    return manifest
  }

  /// Returns the ids of all folders of versions, sorted: complete ones, and those of loads that ended early.
  public func folders(deadline: Deadline) throws(PipelineError) -> [VersionID] {
    do throws(AWSError) {
      // Sorted, since the keys are.
      return try objects.list(prefix: keys.versions, delimiter: "/", deadline: deadline).commonPrefixes
        .compactMap { VersionID($0.dropFirst(keys.versions.count).dropLast()) }
    } catch { throw PipelineError(versions: error) }
  }

  /// Reads a version's manifest, if there is one.
  /// - Throws: `StorageCorrupt` if it is damaged.
  public func findManifest(of version: VersionID, deadline: Deadline) throws(PipelineError) -> VersionManifest? {
    let key = keys.manifest(of: version)
    return try find(key, maximumBytes: VersionManifest.maximumBytes, deadline: deadline).map {
      (object) throws(PipelineError) in
      try VersionManifest(object.body, of: version, dataset: dataset, at: objects.address(of: key))
    }
  }

  /// Reads the points of partitions, several files at once.
  /// - Parameter places: the partitions with the versions that have their files.
  /// - Returns: the points of each, in the order of the places.
  /// - Throws: `StorageCorrupt` for a file that is missing or damaged.
  public func points(
    of places: [(partition: SeriesPartition, version: VersionID)], deadline: Deadline
  ) throws(PipelineError) -> [[SeriesPoint]] {
    try files(places.map { ($0.partition, keys.data($0.partition, in: $0.version)) }, deadline: deadline)
  }

  /// Reads files of points, several at once.
  /// - Parameter files: the partitions with the keys of their files.
  /// - Returns: the points of each, in the order of the files.
  /// - Throws: `StorageCorrupt` for a file that is missing or damaged.
  public func files(
    _ files: [(partition: SeriesPartition, key: String)], deadline: Deadline
  ) throws(PipelineError) -> [[SeriesPoint]] {
    var found: [[SeriesPoint]] = []
    found.reserveCapacity(files.count)
    for start in stride(from: 0, to: files.count, by: Self.filesAtOnce) {
      let batch = files[start..<min(start + Self.filesAtOnce, files.count)]
      let outcomes = objects.getAll(
        batch.map(\.key), maximumBytes: PartitionFile.maximumBytes, deadline: deadline)
      for ((partition, key), outcome) in zip(batch, outcomes) {
        let address = objects.address(of: key)
        switch outcome {
        case .success(let object): found.append(try PartitionFile.points(of: object.body, partition, at: address))
        case .failure(let error) where error.kind == .notFound:
          throw PipelineError(
            .storageCorrupt,
            "\(address) is missing, and a manifest names it. Nothing was changed. Restore it from the bucket's versioning or a "
              + "copy")
        case .failure(let error): throw PipelineError(versions: error)
        }
      }
    }
    return found
  }

  /// Reads an object that may be missing.
  public func find(
    _ key: String, maximumBytes: Int, deadline: Deadline
  ) throws(PipelineError) -> S3Object? {
    do { return try objects.get(key, maximumBytes: maximumBytes, deadline: deadline) } catch {
      guard error.kind != .notFound else { return nil }
      throw PipelineError(versions: error)
    }
  }

  /// Replaces an object that is a pointer, if it is as it was read.
  /// - Parameter etag: the ETag of what was read; nil if there was none.
  /// - Returns: false if another writer was faster: read it again. Nothing was written then, unless an earlier attempt of this
  ///   write succeeded and its response was lost; the object's body says so, until another writer moves it on.
  public func swap(
    _ key: String, from etag: String?, to body: Data, contentType: String, deadline: Deadline
  ) throws(PipelineError) -> Bool {
    do {
      try objects.put(
        VersionWrite(body, to: key, contentType: contentType, condition: etag.map { .matches(etag: $0) } ?? .absent),
        deadline: deadline)
      return true
    } catch {
      switch error.kind {
      // With If-Match, S3 says that there is no object.
      case .preconditionFailed, .conflict, .notFound: return false
      default: throw PipelineError(versions: error)
      }
    }
  }
}
