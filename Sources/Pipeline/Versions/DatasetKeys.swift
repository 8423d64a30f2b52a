/// The keys of a dataset with versions, in system 002's layout.
public struct DatasetKeys: Sendable {
  /// `datasets/ID/`, under which are all objects of the dataset.
  public let root: String

  public init(dataset: String) { root = "datasets/\(dataset)/" }

  /// The pointer: its body is the id of the current version.
  public var pointer: String { "\(root)index/current_version.txt" }
  /// The common beginning of all versions' keys.
  public var versions: String { "\(root)versions/" }

  /// The common beginning of a version's keys.
  public func folder(of version: VersionID) -> String { "\(versions)\(version)/" }
  public func manifest(of version: VersionID) -> String { "\(folder(of: version))manifest.json" }

  /// The key of a partition's file in the version that has written it.
  public func data(_ partition: SeriesPartition, in version: VersionID) -> String {
    "\(folder(of: version))data/\(partition)/data.json"
  }
}

extension SeriesPartition {
  /// Reads the partition of a file's key, or of the end of one: `…/CODE/year=2024/month=02/data.json`; nil for another text.
  public init?(file key: String) {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts.last == "data.json" else { return nil }
    self.init(parts[(parts.count - 4)..<(parts.count - 1)].joined(separator: "/"))
  }
}
