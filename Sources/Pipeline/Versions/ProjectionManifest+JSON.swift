import Contracts
import FoundationEssentials
import JSON

extension ProjectionManifest {
  /// Bytes of a pointer. 20 series of 50 years have 2 MB.
  public static let maximumBytes = 32 << 20

  /// The same pointer always has the same bytes.
  public var data: Data {
    func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    let sorted = partitions.sorted { $0.key < $1.key }
    let value = JSONValue.object(
      JSONObject([
        ("projected_versions", .array(projected.map { .string($0) })), ("last_projection_date", .string(projectedAt)),
        ("last_projected_version", text(projected.last)), ("announced_version", text(announced.map { "\($0)" })),
        ("copied_version", text(copied.map { "\($0)" })), ("copied_until", text(copiedUntil.map { "\($0)" })),
        (
          "replaced",
          .array(replaced.map { ["object": .string($0.object), "since": .string($0.since)] })
        ),
        (
          "partitions",
          .object(
            JSONObject(
              unique: sorted.map { partition, entry in
                (
                  "\(partition)",
                  [
                    "object": .string(entry.object), "points": .number(JSONNumber(entry.points)),
                    "digest": .string(entry.digest),
                  ]
                )
              }))
        ),
      ]))
    return value.indented
  }

  /// Reads a pointer, also one of system 002.
  /// - Parameter address: its place, for messages.
  /// - Throws: `StorageCorrupt`.
  public init(_ data: Data, at address: String) throws(PipelineError) {
    func corrupt(_ problem: String) -> PipelineError {
      PipelineError(
        .storageCorrupt,
        "\(address) is not the pointer of a projection: \(problem). Nothing was changed. Restore it from the bucket's "
          + "versioning or a copy, or delete it: the next run projects all versions again")
    }
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: data) } catch { throw corrupt("\(error)") }
    guard let fields = value.object else { throw corrupt("it is no JSON object") }
    func version(_ name: String) throws(PipelineError) -> VersionID? {
      guard let value = fields[name], !value.isNull else { return nil }
      if let version = value.string.flatMap({ VersionID($0) }) { return version }
      throw corrupt("\(name) is not a version's id")
    }
    let list = fields["projected_versions"]?.array ?? []
    self.init(
      projected: list.compactMap(\.string), projectedAt: fields["last_projection_date"]?.string ?? "",
      announced: try version("announced_version"), copied: try version("copied_version"),
      copiedUntil: fields["copied_until"]?.string.flatMap { SeriesPartition($0) },
      isFormer: fields["partitions"] == nil)
    guard projected.count == list.count else { throw corrupt("projected_versions has an element that is no text") }
    for element in fields["replaced"]?.array ?? [] {
      guard let object = element.object?["object"]?.string, let since = element.object?["since"]?.string else {
        throw corrupt("replaced has an element that cannot be read")
      }
      replaced.append(Replaced(object: object, since: since))
    }
    guard !isFormer else { return }
    guard let entries = fields["partitions"]?.object else { throw corrupt("partitions is no object") }
    partitions.reserveCapacity(entries.count)
    for (name, value) in entries.members {
      guard let partition = SeriesPartition(name), let entry = Entry(value) else {
        throw corrupt("partitions has an entry that cannot be read: \(name.prefix(100))")
      }
      partitions[partition] = entry
    }
  }
}

extension ProjectionManifest.Entry {
  fileprivate init?(_ value: JSONValue) {
    guard let fields = value.object, let object = fields["object"]?.string, let digest = fields["digest"]?.string,
      let points = fields["points"]?.number?.integer
    else { return nil }
    self.init(object: object, points: Int(points), digest: digest)
  }
}
