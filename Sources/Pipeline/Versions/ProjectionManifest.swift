import FoundationEssentials

/// The pointer of a dataset's projection, `projections/manifest.json`: the one object that says what the projection is. Its
/// swap is the moment at which a version is projected.
///
///     {"projected_versions": ["v20261128_030000_000000"], "last_projection_date": "2026-11-28T03:00:05.000Z",
///      "last_projected_version": "v20261128_030000_000000", "announced_version": "v20261128_030000_000000",
///      "copied_version": "v20261128_030000_000000", "copied_until": null, "replaced": [],
///      "partitions": {"IPC/year=2026/month=09": {"object": "IPC/year=2026/month=09/v20261128_030000_000000_0123456789abcdef.json",
///        "points": 3, "digest": "0123456789abcdef…"}, …}}
public struct ProjectionManifest: Equatable, Sendable {
  /// A partition of the projection.
  public struct Entry: Equatable, Sendable {
    /// The key of its object, below `projections/`. The object is immutable.
    public let object: String
    public let points: Int
    /// `PartitionFile.digest`
    public let digest: String

    public init(object: String, points: Int, digest: String) {
      self.object = object
      self.points = points
      self.digest = digest
    }

    /// The version whose projection has written the object; nil for a name that is none of ours.
    public var version: VersionID? {
      object.split(separator: "/").last.flatMap { VersionID($0.prefix(VersionID.length)) }
    }
  }

  /// An object that the pointer no longer names. A reader of an earlier pointer may still be reading it.
  public struct Replaced: Equatable, Sendable {
    /// As `Entry.object`.
    public let object: String
    /// RFC 3339 in UTC.
    public let since: String

    public init(object: String, since: String) {
      self.object = object
      self.since = since
    }
  }

  /// The ids of all versions that were projected, in that order.
  public var projected: [String]
  /// RFC 3339 in UTC.
  public var projectedAt: String
  /// The last version about which subscribers have a message.
  public var announced: VersionID?
  /// The last version whose partitions were copied to the keys of system 002.
  public var copied: VersionID?
  /// The partition up to which later ones are copied as well; nil if that has not begun.
  public var copiedUntil: SeriesPartition?
  public var replaced: [Replaced]
  public var partitions: [SeriesPartition: Entry]
  /// True for a pointer of system 002, which has no partitions: its files are the projection.
  public var isFormer: Bool

  public init(
    projected: [String] = [], projectedAt: String = "", announced: VersionID? = nil, copied: VersionID? = nil,
    copiedUntil: SeriesPartition? = nil, replaced: [Replaced] = [], partitions: [SeriesPartition: Entry] = [:],
    isFormer: Bool = false
  ) {
    self.projected = projected
    self.projectedAt = projectedAt
    self.announced = announced
    self.copied = copied
    self.copiedUntil = copiedUntil
    self.replaced = replaced
    self.partitions = partitions
    self.isFormer = isFormer
  }

  /// The version that was projected last.
  public var last: VersionID? { projected.last.flatMap { VersionID($0) } }

  /// The versions that were projected after the last one with a message, each once, in that order.
  public var unannounced: [VersionID] {
    let ids = projected.compactMap { VersionID($0) }
    guard let announced else { return ids }
    if let place = ids.lastIndex(of: announced) { return Array(ids[(place + 1)...]) }
    return ids.filter { $0 > announced }
  }

  public func hasProjected(_ version: VersionID) -> Bool { projected.contains("\(version)") }

  /// The number of points in all partitions.
  public var pointCount: Int { partitions.values.reduce(0) { $0 + $1.points } }
}

extension DatasetKeys {
  /// The common beginning of the keys of the projection.
  public var projections: String { "\(root)projections/" }
  public var projectionPointer: String { "\(projections)manifest.json" }

  /// The key of an object that the pointer names.
  public func projection(_ entry: ProjectionManifest.Entry) -> String { projections + entry.object }

  /// The name, below `projections/`, of a partition as a version has made it. With the digest of its points, the name says what
  /// is in it: an object that is there is the one that is wanted.
  /// - Parameter taken: names that are not given again: their objects are about to be deleted.
  public func object(
    _ partition: SeriesPartition, of version: VersionID, digest: String, besides taken: Set<String> = []
  ) -> String {
    let name = "\(partition)/\(version)_\(digest.prefix(16))"
    var (object, number) = ("\(name).json", 1)
    while taken.contains(object) {
      number += 1
      object = "\(name)_\(number).json"
    }
    return object
  }

  /// The key of a partition's copy, whose name does not change: system 002's.
  public func copy(of partition: SeriesPartition) -> String { "\(projections)\(partition)/data.json" }
}
