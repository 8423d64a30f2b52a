import APIRouting
import Contracts
import JSON
import Time
import Versions

/// `GET /series/{id}` and `GET /series/{id}/{code}`: the newest state of a dataset's time series, from its projection
/// in S3.
public struct SeriesRoute: Sendable {
  /// Opens the versions of a dataset; nil for one without. Each request opens its own: a store is not for
  /// several threads.
  public typealias Opening = @Sendable (_ dataset: String) throws(PipelineError) -> VersionStore?

  let open: Opening
  let time: any TimeSource & Sendable

  private static let timeout = Duration.seconds(10)

  /// The requests that read at a time: each has a whole list of months in memory, and up to eight of the months.
  static let atOnce = 2
  private let slots = Slots(atOnce)
  private let wait: Duration

  /// - Parameter wait: the time for which a request waits until others have read.
  init(open: @escaping Opening, time: any TimeSource & Sendable = SystemTime(), wait: Duration = .seconds(5)) {
    self.open = open
    self.time = time
    self.wait = wait
  }

  private static let id = RouteParameter.path("id", .text(longest: 100), "The dataset's id").documented(
    example: "indec_ipc")

  var routes: [Route] {
    [
      Route("GET", "/series/{id}", [Self.id] + Page.parameters, maxAge: 60, "The time series of a dataset") {
        try taking($0, list)
      }
      .documented(SeriesDocumentation.list),
      Route(
        "GET", "/series/{id}/{code}",
        [
          Self.id, .path("code", .text(longest: 200), "The series' code"),
          RouteParameter("from", .time, "Only points of this moment and later").documented(
            example: "2024-01-01T00:00:00Z"),
          RouteParameter("to", .time, "Only points of this moment and before"),
        ] + Page.parameters, maxAge: 60, "The points of a series, the oldest first"
      ) { try taking($0, points) }
      .ruled(by: [.ordered("from", "to")]).documented(SeriesDocumentation.points),
    ]
  }

  /// - Throws: status 503 if others read all the time.
  private func taking(_ call: RouteCall, _ read: (RouteCall) throws -> APIResponse) throws -> APIResponse {
    guard slots.take(within: wait) else {
      throw APIProblem(503, "Other requests are reading series; try again", headers: ["retry-after": "5"])
    }
    defer { slots.give() }
    return try read(call)
  }

  private func list(_ call: RouteCall) throws -> APIResponse {
    let page = try Page(call, [.text])
    let (_, manifest) = try projection(call, Deadline(after: Self.timeout, on: time))
    // By bytes, as S3 has them: to Swift `é` is equal to `e` with an accent.
    let groups = Dictionary(grouping: manifest.partitions) { Array($0.key.series.utf8) }
    var codes = groups.keys.sorted { $0.lexicographicallyPrecedes($1) }
    if case .text(let last?)? = page.position?.first {
      codes = codes.filter { last.utf8.lexicographicallyPrecedes($0) }
    }
    let items = codes.prefix(page.limit + 1).map { code -> JSONValue in
      let partitions = groups[code, default: []].sorted { $0.key < $1.key }
      return [
        "code": .string(String(decoding: code, as: UTF8.self)),
        "points": .number(JSONNumber(partitions.reduce(0) { $0 + $1.value.points })),
        "first_month": .month(partitions.first?.key), "last_month": .month(partitions.last?.key),
      ]
    }
    let members: [(String, JSONValue)] = [
      ("dataset", .string(call.text("id") ?? "")), ("version", .version(manifest)),
    ]
    return page.response(items, JSONObject(members)) { index in
      [.string(String(decoding: codes[index], as: UTF8.self))]
    }
  }

  private func points(_ call: RouteCall) throws -> APIResponse {
    let page = try Page(call, [.integer, .integer])
    let deadline = Deadline(after: Self.timeout, on: time)
    let (store, manifest) = try projection(call, deadline)
    let code = call.text("code") ?? ""
    let partitions = manifest.partitions.filter { $0.key.series.utf8.elementsEqual(code.utf8) }.sorted {
      $0.key < $1.key
    }
    guard !partitions.isEmpty else {
      throw APIProblem(404, "The dataset has no such series; GET /series/\(call.text("id") ?? "") lists them")
    }
    let range = PointRange(from: call.time("from"), to: call.time("to"), after: page.position)
    let found = try range.points(
      of: partitions.map { ($0.key, $0.value) }, atMost: page.limit + 1, in: store, deadline: deadline)
    let items = found.map { point -> JSONValue in
      [
        "obs_time": .string("\(point.time)"), "value": .number(point.value),
        "unit": point.unit.map { .string($0) } ?? .null, "frequency": point.frequency.map { .string($0) } ?? .null,
        "collection_date": point.collectionDate.map { .string($0) } ?? .null,
      ]
    }
    let members: [(String, JSONValue)] = [
      ("dataset", .string(call.text("id") ?? "")), ("version", .version(manifest)), ("series", .string(code)),
    ]
    return page.response(items, JSONObject(members)) { index in
      [.number(JSONNumber(found[index].time.seconds)), .number(JSONNumber(Int(found[index].time.nanoseconds)))]
    }
  }

  /// - Throws: status 404 for a dataset without a projection.
  private func projection(
    _ call: RouteCall, _ deadline: Deadline
  ) throws -> (VersionStore, ProjectionManifest) {
    let id = call.text("id") ?? ""
    guard Self.isDatasetID(id), let store = try open(id) else { throw Self.missing }
    let manifest = try store.projection(deadline: deadline).manifest
    guard !manifest.partitions.isEmpty else { throw Self.missing }
    return (store, manifest)
  }

  private static let missing = APIProblem(404, "There is no dataset with this id that has time series")

  /// The id becomes a part of a key.
  private static func isDatasetID(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}

extension JSONValue {
  fileprivate static func month(_ partition: SeriesPartition?) -> JSONValue {
    guard let partition else { return .null }
    // `CODE/year=2024/month=02`
    let parts = "\(partition)".split(separator: "/").suffix(2).compactMap { $0.split(separator: "=").last }
    return .string(parts.joined(separator: "-"))
  }

  fileprivate static func version(_ manifest: ProjectionManifest) -> JSONValue {
    manifest.projected.last.map { .string($0) } ?? .null
  }
}
