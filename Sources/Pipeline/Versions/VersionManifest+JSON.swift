import Contracts
import FoundationEssentials
import JSON

extension VersionManifest {
  /// Bytes of a manifest. 20 series of 50 years have 2 MB.
  public static let maximumBytes = 32 << 20

  /// The same manifest always has the same bytes.
  public var data: Data { json.indented }

  var json: JSONValue {
    let keys = DatasetKeys(dataset: dataset)
    var fields = JSONObject()
    fields["version_id"] = .string("\(version)")
    fields["dataset_id"] = .string(dataset)
    fields["created_at"] = .string(createdAt)
    fields["collection_date"] = Self.text(collectionDate)
    fields["data_points_count"] = Self.number(pointCount)
    fields["series_count"] = Self.number(writtenSeries.count)
    fields["series_codes"] = Self.list(writtenSeries)
    var ends = JSONObject()
    ends["min_obs_time"] = Self.text(range?.first.description)
    ends["max_obs_time"] = Self.text(range?.last.description)
    fields["date_range"] = .object(ends)
    fields["json_files"] = Self.list(written.map { keys.data($0, in: version) })
    fields["partitions"] = Self.list(written.map(\.description))
    fields["partition_strategy"] = .string(Self.strategy)
    fields["previous_version"] = Self.text(previous?.description)
    fields["version_number"] = Self.number(number)
    fields["ancestors"] = Self.list(ancestors.map(\.description))
    fields["readings"] = .object(
      JSONObject(unique: readings.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    var members: [JSONObject.Member] = []
    members.reserveCapacity(contents.count)
    for (partition, entry) in contents.sorted(by: { $0.key < $1.key }) {
      members.append((partition.description, entry.json))
    }
    fields["contents"] = .object(JSONObject(unique: members))
    return .object(fields)
  }

  fileprivate static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
  fileprivate static func number(_ number: Int?) -> JSONValue { number.map { .number(JSONNumber($0)) } ?? .null }
  private static func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  /// Reads a manifest. One of system 002, which has no `contents`, stands for a snapshot of its own files.
  /// - Parameters:
  ///   - version: the version that the manifest must be of.
  ///   - address: its place, for messages.
  /// - Throws: `StorageCorrupt`.
  public init(_ data: Data, of version: VersionID, dataset: String, at address: String) throws(PipelineError) {
    func corrupt(_ problem: String) -> PipelineError {
      PipelineError(
        .storageCorrupt,
        "\(address) is not the manifest of a version: \(problem). Nothing was changed. Restore it from the bucket's versioning "
          + "or a copy, or write the id of an older version into \(DatasetKeys(dataset: dataset).pointer)")
    }
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: data) } catch { throw corrupt("\(error)") }
    guard let fields = value.object else { throw corrupt("it is no JSON object") }
    guard fields["version_id"]?.string == "\(version)" else { throw corrupt("its version_id is not \(version)") }
    guard fields["dataset_id"]?.string == dataset else { throw corrupt("its dataset_id is not \(dataset)") }
    let strategy = fields["partition_strategy"]?.string
    guard strategy == nil || strategy == Self.strategy else {
      throw corrupt("its partition_strategy is '\(strategy ?? "")', and this version knows \(Self.strategy)")
    }
    let files = fields["json_files"]?.array ?? []
    let written = files.compactMap { $0.string.flatMap { SeriesPartition(file: $0) } }
    guard written.count == files.count else { throw corrupt("json_files has an element that is no key of a partition") }
    var previous: VersionID?
    if let text = fields["previous_version"], !text.isNull {
      guard let id = text.string.flatMap({ VersionID($0) }), id < version else {
        throw corrupt("previous_version is not the id of an earlier version")
      }
      previous = id
    }
    let ids = fields["ancestors"]?.array ?? []
    let ancestors = ids.compactMap { $0.string.flatMap { VersionID($0) } }
    guard ancestors.count == ids.count, ancestors.allSatisfy({ $0 < version }) else {
      throw corrupt("ancestors has an element that is not the id of an earlier version")
    }
    var contents: [SeriesPartition: Entry] = [:]
    if let list = fields["contents"]?.object {
      for (name, value) in list.members {
        guard let partition = SeriesPartition(name), let entry = Entry(value), entry.version <= version else {
          throw corrupt("contents has an entry that cannot be read: \(name.prefix(100))")
        }
        contents[partition] = entry
      }
    } else {
      guard fields["contents"] == nil else { throw corrupt("contents is no object") }
      for partition in written { contents[partition] = Entry(version: version, points: nil, digest: nil) }
    }
    let range = fields["date_range"]?.object
    let ends = ["min_obs_time", "max_obs_time"].compactMap { range?[$0]?.string.flatMap { PointTime($0) } }
    self.init(
      version: version, dataset: dataset, createdAt: fields["created_at"]?.string ?? "",
      collectionDate: fields["collection_date"]?.string,
      pointCount: fields["data_points_count"]?.number?.integer.flatMap { Int(exactly: $0) } ?? 0,
      range: ends.count == 2 ? (ends[0], ends[1]) : nil, written: written.sorted(), previous: previous,
      number: fields["version_number"]?.number?.integer.flatMap { Int(exactly: $0) },
      readings: Dictionary(
        (fields["readings"]?.object?.members ?? []).compactMap { member in member.value.string.map { (member.name, $0) }
        }
      ) { first, _ in first }, contents: contents)
    self.ancestors = ancestors
  }
}

extension VersionManifest.Entry {
  fileprivate var json: JSONValue {
    .object(
      JSONObject(unique: [
        ("version", .string("\(version)")), ("points", VersionManifest.number(points)),
        ("digest", VersionManifest.text(digest)),
      ]))
  }

  fileprivate init?(_ value: JSONValue) {
    guard let fields = value.object, let version = fields["version"]?.string.flatMap({ VersionID($0) }) else {
      return nil
    }
    self.init(
      version: version, points: fields["points"]?.number?.integer.flatMap { Int(exactly: $0) },
      digest: fields["digest"]?.string)
  }
}
