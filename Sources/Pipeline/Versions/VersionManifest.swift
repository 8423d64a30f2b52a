import FoundationEssentials
import Time

/// The manifest of a version: the fields of system 002 about what this version has written, and the whole snapshot by
/// reference.
///
///     {"version_id": "v20261128_030000_000000", "dataset_id": "indec_ipc", "created_at": "2026-11-28T03:00:00.000Z",
///      "collection_date": "2026-11-28T02:59:58.000Z", "data_points_count": 3, "series_count": 1, "series_codes": ["IPC"],
///      "date_range": {"min_obs_time": "2026-09-01T00:00:00-03:00", "max_obs_time": "2026-09-30T00:00:00-03:00"},
///      "json_files": ["datasets/indec_ipc/versions/v2026…/data/IPC/year=2026/month=09/data.json"],
///      "partitions": ["IPC/year=2026/month=09"], "partition_strategy": "series_year_month",
///      "previous_version": "v20261028_030000_000000", "version_number": 2, "ancestors": ["v20261028_030000_000000"],
///      "readings": {"IPC": "2026-11-28T02:59:58.000Z"},
///      "contents": {"IPC/year=2026/month=09": {"version": "v2026…", "points": 3, "digest": "…"}, …}}
public struct VersionManifest: Equatable, Sendable {
  /// A partition of the snapshot.
  public struct Entry: Equatable, Sendable {
    /// The version that has the file.
    public let version: VersionID
    /// Nil in a manifest of system 002.
    public let points: Int?
    /// `PartitionFile.digest`; nil in a manifest of system 002.
    public let digest: String?

    public init(version: VersionID, points: Int?, digest: String?) {
      self.version = version
      self.points = points
      self.digest = digest
    }
  }

  /// A dataset that changes every ten minutes has them of a week, in 30 KB.
  public static let maximumAncestors = 1000

  /// The one way to divide points into files.
  public static let strategy = "series_year_month"

  public let version: VersionID
  public let dataset: String
  /// RFC 3339 in UTC.
  public let createdAt: String
  /// The time, in UTC, at which the source was read; nil if the document does not say.
  public let collectionDate: String?
  /// The points in the files that this version has written.
  public let pointCount: Int
  /// The first and the last time in these files, with the offsets that they have; nil without any file.
  public let range: (first: PointTime, last: PointTime)?
  /// The partitions that this version has written, sorted.
  public let written: [SeriesPartition]
  /// The version that this one follows; nil for the first.
  public let previous: VersionID?
  /// The place in the chain, from 1; nil in a manifest of system 002.
  public let number: Int?
  /// The time, in UTC, of each series' last reading that made a version. A document that was read earlier does not change the
  /// series.
  public let readings: [String: String]
  /// The versions of this sink before this one in the chain, the oldest first: at most `maximumAncestors`. So what the chain
  /// names is known without a reading of it.
  public var ancestors: [VersionID] = []
  /// The whole snapshot: each partition with the version that has its file.
  public let contents: [SeriesPartition: Entry]

  public init(
    version: VersionID, dataset: String, createdAt: String, collectionDate: String?, pointCount: Int,
    range: (first: PointTime, last: PointTime)?, written: [SeriesPartition], previous: VersionID?, number: Int?,
    readings: [String: String] = [:], contents: [SeriesPartition: Entry]
  ) {
    self.version = version
    self.dataset = dataset
    self.createdAt = createdAt
    self.collectionDate = collectionDate
    self.pointCount = pointCount
    self.range = range
    self.written = written
    self.previous = previous
    self.number = number
    self.readings = readings
    self.contents = contents
  }

  /// The ancestors of a version that follows this one. One of system 002 is none: its own are not known.
  public var nextAncestors: [VersionID] {
    number == nil ? [] : Array((ancestors + [version]).suffix(Self.maximumAncestors))
  }

  /// The first version of the chain, if the ancestors go back to it.
  public var first: VersionID? {
    number.map { $0 == ancestors.count + 1 } ?? false ? ancestors.first ?? version : nil
  }

  /// The codes of the series of which this version has written files, sorted.
  public var writtenSeries: [String] { Self.series(of: written) }
  /// The codes of all series of the snapshot, sorted.
  public var series: [String] { Self.series(of: contents.keys.sorted()) }

  private static func series(of sorted: [SeriesPartition]) -> [String] {
    var codes: [String] = []
    for partition in sorted where codes.last != partition.series { codes.append(partition.series) }
    return codes
  }

  public static func == (left: VersionManifest, right: VersionManifest) -> Bool { left.json == right.json }
}
