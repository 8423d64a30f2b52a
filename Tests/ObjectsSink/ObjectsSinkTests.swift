import Contracts
import FoundationEssentials
import TestSupport
import Testing
import Time

@testable import AWS
@testable import ObjectsSink

@Suite("Objects of records")
struct ObjectsSinkTests {
  private let key = "raw/2024-03-03__march-4-10-2024__raw.json"

  @Test("A post is an object with system 004's key and metadata; a second load writes nothing (F33)")
  func goldens() throws {
    let bench = try Bench(hasTable: true)
    let report = try bench.load([Bench.post()])
    #expect(report.records == RecordCounts(found: 1, new: 1))
    let object = try #require(bench.store.objects[key])
    #expect(String(decoding: object.body, as: UTF8.self) == Bench.body)
    // printf 'dump_post_to_bucket:raw/2024-03-03__march-4-10-2024__raw.json' | sha256sum
    let digest = "e276c8bde78aecb9f1e89c77a398d02b716f16f050f67106b367465e58b134f6"
    #expect(
      object.metadata == [
        "idempotency_key": digest, "operation": "dump_post_to_bucket", "order": "2024-03-01T12:00:00Z",
      ])
    #expect(bench.table?.entries.keys.sorted() == [digest])
    #expect(try bench.load([Bench.post()]).records == RecordCounts(found: 1, unchanged: 1))
    #expect(bench.store.puts == 1 && bench.store.heads == 2)
  }

  @Test("An edit within 24 hours replaces the object; an earlier version does not (F33)")
  func edits() throws {
    let bench = try Bench(hasTable: true)
    _ = try bench.load([Bench.post()])
    let edited = Bench.post(body: #"{"id":7,"x":2}"#, modified: "2024-03-02T08:00:00Z")
    #expect(try bench.load([edited]).records == RecordCounts(found: 1, changed: 1))
    #expect(try bench.load([Bench.post()]).records == RecordCounts(found: 1, unchanged: 1))
    #expect(bench.store.objects[key]?.metadata["order"] == "2024-03-02T08:00:00Z")
  }

  @Test("Without a table, or with one that has forgotten, the bucket says what is stored", arguments: [false, true])
  func withoutTable(hasTable: Bool) throws {
    let bench = try Bench(hasTable: hasTable)
    _ = try bench.load([Bench.post()])
    bench.table?.entries = [:]
    let report = try bench.load([Bench.post()])
    #expect(report.records == RecordCounts(found: 1, unchanged: 1) && report.remarks.isEmpty && bench.store.puts == 1)
    #expect(bench.table?.entries.isEmpty ?? true, "an entry is about a write")
  }

  @Test("An object that is gone is written again, though the table says that it was written")
  func goneObject() throws {
    let bench = try Bench(hasTable: true)
    _ = try bench.load([Bench.post()])
    bench.store.objects = [:]
    #expect(try bench.load([Bench.post()]).records == RecordCounts(found: 1, new: 1))
    #expect(bench.store.objects[key] != nil)
  }

  @Test("Where the bucket does not say what an object has, the table does; another writer's object is replaced")
  func withoutChecksums() throws {
    let bench = try Bench(hasTable: true)
    bench.store.saysChecksums = false
    _ = try bench.load([Bench.post()])
    #expect(try bench.load([Bench.post()]).records.unchanged == 1 && bench.store.puts == 1)
    bench.store.objects[key] = MemoryStore.Object(body: Data("x".utf8), metadata: [:], etag: "\"x\"")
    #expect(try bench.load([Bench.post()]).records.changed == 1)
    #expect(String(decoding: try #require(bench.store.objects[key]).body, as: UTF8.self) == Bench.body)
  }

  @Test("A table that cannot be used fails nothing, and the report says so once")
  func failsOpen() throws {
    let bench = try Bench(hasTable: true)
    bench.table?.failure = AWSError(.unavailable, "DynamoDB GetItem", of: "t", "no connection")
    let report = try bench.load([Bench.post(), Bench.post(slug: "other")])
    #expect(report.records.new == 2 && report.remarks.count == 1)
    #expect(report.remarks.first?.contains("the idempotency table t is not used") == true)
  }

  @Test("Another load that is faster is noticed: the object that it wrote is compared again")
  func races() throws {
    let bench = try Bench()
    bench.store.beforePut = { store in
      store.objects[key] = MemoryStore.Object(body: Data(Bench.body.utf8), metadata: [:], etag: "\"x\"")
    }
    #expect(try bench.load([Bench.post()]).records == RecordCounts(found: 1, unchanged: 1))
    bench.store.beforePut = { store in store.objects[key]?.etag += "y" }
    let error = #expect(throws: PipelineError.self) { try bench.load([Bench.post(body: "other")]) }
    #expect(error?.name == .destinationUnavailable)
  }

  @Test(
    "An unreachable bucket is retried by the state machine; a missing one is a setting",
    arguments: [
      (AWSError.Kind.unavailable, PipelineError.Name.destinationUnavailable), (.noSuchBucket, .configurationInvalid),
      (.accessDenied, .configurationInvalid),
    ])
  func failures(kind: AWSError.Kind, name: PipelineError.Name) throws {
    let bench = try Bench()
    bench.store.failure = AWSError(kind, "S3 HeadObject", of: "s3://b/k", "no")
    let error = #expect(throws: PipelineError.self) { try bench.load([Bench.post()]) }
    #expect(error?.name == name)
  }

  @Test("A record without what its object needs is rejected by name, and costs no other")
  func rejected() throws {
    let bench = try Bench()
    let report = try bench.load([
      #"{"date": null, "slug": "a", "body": "x"}"#, #"{"date": "2024-03-03", "slug": "../a", "body": "x"}"#,
      #"{"date": "2024-03-03", "slug": "a", "body": {}}"#, "3", Bench.post(),
    ])
    #expect(report.records == RecordCounts(found: 5, new: 1, rejected: 4))
    #expect(
      report.rejections.map(\.reason) == [
        "it has no date, which its object's key needs", "its slug cannot be a part of its object's key: '../a'",
        "its field body, which is its object, is no text", "it is no JSON object",
      ])
    #expect(report.rejected.count == 4)
  }

  @Test("A load with more rejections than are kept fails")
  func tooManyRejections() throws {
    let bench = try Bench()
    var load = ObjectLoad(bench.sink, isDryRun: false, .none(on: bench.time), maximumRejections: 2)
    let document = try PartedDocument(alone: bench.document(["3", "3", "3"]), at: "raw/gym/doc.json")
    let error = #expect(throws: PipelineError.self) { try load.run(document, for: bench.target) }
    #expect(error?.name == .sourceChanged && error?.message.contains("The first: it is no JSON object") == true)
  }

  @Test(
    "A key is in a folder whose name a deployment's rights can have, and has a field",
    arguments: [
      ("raw/{date}__{slug}.json", true), ("a/b/c-{id}", true), ("raw/x.json", false), ("{id}.json", false),
      ("raw-{id}/x", false), ("/raw/{id}", false), ("my posts/{id}", false), ("raw+posts/{id}", false),
      ("raw=1/{id}", false), ("raw/{id}*", false), ("raw/{id", false), ("/{id}", false), ("raw/é{id}", false),
    ])
  func keys(text: String, isAllowed: Bool) {
    let rule = ObjectsSink.keyRule
    #expect(rule.isSatisfied(text) == isAllowed)
  }

  @Test("A dry run says what would change, and writes nothing")
  func dryRun() throws {
    let bench = try Bench(hasTable: true)
    let run = try bench.sink.dryRun(
      bench.document([Bench.post()]), for: bench.target, deadline: .none(on: bench.time))
    #expect(run.differences == [.init(.added, label: "s3://gym/\(key)")] && run.report.records.new == 1)
    #expect(bench.store.puts == 0 && bench.table?.entries.isEmpty == true)
  }
}
