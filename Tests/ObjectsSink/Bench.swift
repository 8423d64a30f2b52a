import Contracts
import Cryptography
import Definitions
import FoundationEssentials
import HTTP
import TestSupport
import Time

@testable import AWS
@testable import ObjectsSink

/// A bucket in memory.
final class MemoryStore: ObjectStore {
  struct Object {
    var body: Data
    var metadata: [String: String]
    var etag: String
  }

  var objects: [String: Object] = [:]
  var (heads, puts) = (0, 0)
  var failure: AWSError?
  /// False for a bucket that does not say what an object's SHA-256 is.
  var saysChecksums = true
  /// The work of another process before a write.
  var beforePut: ((MemoryStore) -> Void)?

  func head(_ key: String, deadline: Deadline) throws(AWSError) -> S3ObjectInfo? {
    heads += 1
    if let failure { throw failure }
    guard let object = objects[key] else { return nil }
    var headers: HTTPHeaders = [
      "ETag": object.etag, "x-amz-checksum-sha256": (try? Digest(of: object.body).base64) ?? "",
    ]
    if !saysChecksums { headers["x-amz-checksum-sha256"] = nil }
    for (name, value) in object.metadata { headers["x-amz-meta-\(name)"] = value }
    return S3ObjectInfo(headers)
  }

  func put(
    _ body: Data, at key: String, contentType: String, metadata: [String: String], _ condition: S3WriteCondition,
    deadline: Deadline
  ) throws(AWSError) {
    beforePut?(self)
    let isMet =
      switch condition {
      case .none: true
      case .absent: objects[key] == nil
      case .matches(let etag): objects[key]?.etag == etag
      }
    guard isMet else { throw AWSError(.preconditionFailed, "S3 PutObject", of: key, "412") }
    puts += 1
    objects[key] = Object(body: body, metadata: metadata, etag: "\"\(puts)\"")
  }
}

/// An idempotency table in memory.
final class MemoryTable: CompletedWrites {
  var entries: [String: String] = [:]
  var failure: AWSError?

  func content(of key: String, now: Date, deadline: Deadline) throws(AWSError) -> String? {
    if let failure { throw failure }
    return entries[key]
  }

  func complete(_ key: String, content: String, now: Date, deadline: Deadline) throws(AWSError) {
    if let failure { throw failure }
    entries[key] = content
  }
}

/// A sink with its destinations.
struct Bench {
  static let body = #"{"id":7,  "slug":"march-4-10-2024","title":"caf\u00e9 – 🏋"}"#

  let store = MemoryStore()
  let table: MemoryTable?
  let sink: ObjectsSink
  /// Noon of 2024-06-01, after the documents were read.
  let time = ManualTime(Date(timeIntervalSince1970: 1_717_243_200))
  let target: LoadTarget

  /// - Parameter other: a table in place of one in memory.
  init(hasTable: Bool = false, table other: (any CompletedWrites)? = nil) throws(PipelineError) {
    target = LoadTarget(
      dataset: Dataset(
        id: "gym", source: "gym", dataType: "sessions", timeZone: "UTC", extractor: "http", sinks: ["objects"],
        hasDates: false), item: try WorkItem(id: "all"), key: "raw/gym/doc.json")
    table = hasTable ? MemoryTable() : nil
    let section = Section(
      plugin: "objects",
      values: [
        ("bucket", .scalar("gym")), ("key", .scalar("raw/{date}__{slug}__raw.json")), ("order", .scalar("modified")),
        ("operation", .scalar("dump_post_to_bucket")), ("idempotency_table", .scalar("t")),
      ])
    sink = ObjectsSink(ObjectsSink.Settings(section), store: store, completed: other ?? table, time: time)
  }

  /// A record as the parser makes it.
  static func post(
    body: String = body, slug: String = "march-4-10-2024", modified: String = "2024-03-01T12:00:00Z"
  ) -> String {
    #"{"kind": "post", "date": "2024-03-03", "slug": "\#(slug)", "modified": "\#(modified)", "body": \#(quoted(body))}"#
  }

  private static func quoted(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }

  func document(_ records: [String]) -> Data {
    let head =
      #"{"ingestion_result": {"success": true, "source": "gym", "timestamp": "2024-03-03T00:00:00Z"}, "records": ["#
    return Data((head + records.joined(separator: ",") + "]}").utf8)
  }

  func load(_ records: [String]) throws(PipelineError) -> LoadReport {
    try sink.load(document(records), for: target, deadline: .none(on: time))
  }
}
