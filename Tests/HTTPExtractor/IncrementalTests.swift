import Contracts
import Foundation
import HTTPExtractor
import JSON
import TestSupport
import Testing
import Time

@testable import Processing

/// The requests of a dataset with `incremental`, the records that it keeps, and its next checkpoint.
@Suite("Incremental extraction")
struct IncrementalTests {
  /// Reads RFC 3339, as a stand-in for the times of `normalize`.
  private static let readTime: @Sendable (JSONValue) -> String? = { value in
    value.string.flatMap { RFC3339.parse($0) == nil ? nil : $0 }
  }

  private func extractor(
    _ yaml: String, transforms: [any Transform] = []
  ) throws -> ProcessedExtractor {
    let (section, problems) = makeSection("url: \(sourceURL)/items\n" + yaml)
    let extract = try #require(section, "\(problems)")
    return ProcessedExtractor(
      itemsDataset, reader: try HTTPReader(itemsDataset, section: extract, time: ManualTime()), parser: ListParser(),
      transforms: transforms,
      incremental: Incremental(try #require(extract.section("incremental")), readTime: Self.readTime))
  }

  private func item(_ value: String? = nil, _ type: Checkpoint.Kind = .time) throws -> WorkItem {
    var item = try makeItem()
    item.checkpoint = try value.map { try Checkpoint($0, type) }
    return item
  }

  private func extract(
    _ yaml: String, from before: String? = nil, _ type: Checkpoint.Kind = .time, via api: FakeAPI,
    transforms: [any Transform] = []
  ) throws -> Extract<SourceRecord> {
    try extractor(yaml, transforms: transforms).extract(
      item(before, type), via: api, deadline: Deadline.none(on: SystemTime()))
  }

  @Test(
    "The request has the checkpoint minus the lag, as the source spells it",
    arguments: [
      ("{parameter: since, cursor: .t}", "2024-05-31T08:00:00.75Z", "/items?since=2024-05-31T08%3A00%3A00Z"),
      (
        "{parameter: since, cursor: .t, lag_seconds: 90}", "2024-05-31T10:00:00+02:00",
        "/items?since=2024-05-31T07%3A58%3A30Z"
      ),
      ("{parameter: since, cursor: .t, format: unix}", "2024-05-31T08:00:00.75Z", "/items?since=1717142400"),
      ("{parameter: since, cursor: .t, format: unix_ms}", "2024-05-31T08:00:00.7509Z", "/items?since=1717142400750"),
      // The day in the dataset's zone, which is five hours west.
      ("{parameter: since, cursor: .t, format: date}", "2024-05-31T02:00:00Z", "/items?since=2024-05-30"),
    ])
  func request(incremental: String, before: String, target: String) throws {
    let api = FakeAPI([target: "[]"])
    _ = try extract("incremental: \(incremental)", from: before, via: api)
    #expect(api.targets == [target])
  }

  @Test("An id of many digits is asked for as it is, in a parameter, a header, the path and a body")
  func places() throws {
    let id = "123456789012345678901234567890"
    for (yaml, target) in [
      ("incremental: {parameter: after_id, cursor: .id, type: integer}", "/items?after_id=\(id)"),
      ("query: {q: 'id>{since}'}\nincremental: {initial: 0, cursor: .id, type: integer}", "/items?q=id%3E\(id)"),
    ] {
      let api = FakeAPI([target: "[]"])
      _ = try extract(yaml, from: id, .integer, via: api)
      #expect(api.targets == [target])
    }
    let api = FakeAPI { _, _ in .success(.init(body: "[]")) }
    _ = try extract("incremental: {header: X-Since, cursor: .id, type: integer}", from: id, .integer, via: api)
    #expect(api.requests.map(\.headers) == [["X-Since": id]])
    _ = try extract(
      "method: POST\nbody: '{\"after\": {since}}'\nincremental: {initial: 0, cursor: .id, type: integer}", from: id,
      .integer, via: api)
    #expect(api.requests.last?.body == Data("{\"after\": \(id)}".utf8))
  }

  @Test("A first run asks for everything, or for what `initial` says")
  func first() throws {
    let api = FakeAPI { _, _ in .success(.init(body: "[]")) }
    _ = try extract("incremental: {parameter: since, cursor: .t}", via: api)
    _ = try extract("incremental: {parameter: since, cursor: .t, initial: 2020-01-01}", via: api)
    _ = try extract("query: {q: '>{since}'}\nincremental: {cursor: .t, initial: 0}", via: api)
    #expect(api.targets == ["/items", "/items?since=2020-01-01", "/items?q=%3E0"])
  }

  @Test("Each page is asked for with it; an address that the source names has it already")
  func pages() throws {
    let api = FakeAPI { _, target in
      .success(.init(body: target.contains("page=2") ? #"{"data": []}"# : #"{"data": [{"id": 8}], "pages": 2}"#))
    }
    _ = try extract(
      "paginate: {kind: page_number, total_pages: .pages}\nincremental: {parameter: since, cursor: .id, type: integer}",
      from: "7", .integer, via: api)
    #expect(api.targets == ["/items?since=7&page=1", "/items?since=7&page=2"])
  }

  private func integers(_ extract: Extract<SourceRecord>) -> [String] {
    extract.records.map { $0.fields["id"]?.text ?? "none" }
  }

  @Test("Without a parameter, records before the checkpoint are left out; equal ones and those without a cursor stay")
  func leftOut() throws {
    let api = FakeAPI(["/items": #"[{"id": 9}, {"id": 6}, {"id": 7}, {"x": 1}, {"id": null}, {"id": "8"}, {"id": ""}]"#]
    )
    let found = try extract("incremental: {cursor: .id, type: integer}", from: "7", .integer, via: api)
    #expect(integers(found) == ["9", "7", "none", "null", "\"8\"", "\"\""])
    #expect(found.checkpoint?.before?.value == "7")
    #expect(found.checkpoint?.after?.value == "9")
    #expect(found.isComplete == false)
    #expect(found.warnings.map(\.reason) == ["1 of 7 records are before the checkpoint 7, and were left out"])
    #expect(found.notice == nil)
  }

  @Test("With a lag, records within it are read again")
  func lag() throws {
    let body =
      #"[{"t": "2024-05-31T07:58:59Z"}, {"t": "2024-05-31T09:59:00+02:00"}, {"t": "2024-05-31T07:59:30.5Z"}]"#
    let found = try extract(
      "incremental: {cursor: .t, lag_seconds: 60}", from: "2024-05-31T08:00:00Z", via: FakeAPI(["/items": body]))
    #expect(found.records.count == 2)
    #expect(found.checkpoint?.after?.value == "2024-05-31T08:00:00Z", "it never goes back")
  }

  @Test("A cursor of another type is kept, does not move the checkpoint, and is reported")
  func otherType() throws {
    let long = String(repeating: "9", count: 201)
    let api = FakeAPI([
      "/items": #"[{"id": 9.5}, {"id": true}, {"id": {"a": 1}}, {"id": "x"}, {"id": \#(long)}, {"id": 1.0e1}]"#
    ])
    let found = try extract("incremental: {cursor: .id, type: integer}", from: "7", .integer, via: api)
    #expect(found.records.count == 6)
    #expect(found.checkpoint?.after?.value == "10")
    #expect(
      found.warnings.map(\.reason) == [
        "the cursor .id of 5 of 6 records is not of the type integer, or too long: they are kept, and do not move the "
          + "checkpoint. The first: '9.5'"
      ])
  }

  @Test("A time more than a day after the reading does not move the checkpoint: it would leave out what comes before")
  func future() throws {
    let body = #"[{"t": "2024-05-31T07:00:00Z"}, {"t": "2124-05-31T07:00:00Z"}, {"t": "2024-05-31T09:00:00Z"}]"#
    let found = try extract("incremental: {cursor: .t}", from: "2024-05-31T06:00:00Z", via: FakeAPI(["/items": body]))
    #expect(found.records.count == 3)
    #expect(found.checkpoint?.after?.value == "2024-05-31T09:00:00Z")
    #expect(
      found.warnings.map(\.reason) == [
        "the cursor .t of 1 of 3 records is more than a day after the reading: they are kept, and do not move the "
          + "checkpoint. The first: '2124-05-31T07:00:00Z'"
      ])
  }

  @Test("If no record has a cursor, the run's result says so: the place is wrong")
  func nowhere() throws {
    let found = try extract("incremental: {cursor: .updated}", via: FakeAPI(["/items": #"[{"id": 1}, {"id": 2}]"#]))
    #expect(found.checkpoint == CheckpointSpan(before: nil, after: nil))
    #expect(found.notice?.contains("none of 2 records has a cursor at .updated") == true)
    let empty = try extract("incremental: {cursor: .updated}", via: FakeAPI(["/items": "[]"]))
    #expect(empty.notice == nil)
  }

  @Test(
    "Of an extract that was cut, the checkpoint moves only if the records came in ascending order",
    arguments: [
      ("[{\"id\": 3}, {\"id\": 3}, {\"id\": 5}, {\"id\": 9}]", "5"), ("[{\"id\": 9}, {\"id\": 5}, {\"id\": 3}]", "2"),
      // One cursor proves no order.
      ("[{\"id\": 9}, {\"id\": 9}, {\"id\": 3}]", "2"),
    ])
  func cut(body: String, after: String) throws {
    let yaml =
      "paginate: {kind: page_number, max_records: \(body.contains("[{\"id\": 3") ? 3 : 2)}\n"
      + "incremental: {parameter: since, cursor: .id, type: integer}"
    let api = FakeAPI { _, _ in .success(.init(body: body)) }
    let found = try extract(yaml, from: "2", .integer, via: api)
    #expect(found.checkpoint?.after?.value == after)
    #expect(
      found.notice
        == (after == "2"
          ? "the source may have more records than were read, and they are not in ascending order of .id: the checkpoint "
            + "stays at 2. Sort by the cursor, or raise the limit" : nil))
  }

  @Test("An extract that was cut before it reached the checkpoint says so: the next run would read the same again")
  func stalled() throws {
    let yaml =
      "paginate: {kind: page_number, max_records: 2}\nincremental: {parameter: since, cursor: .t, lag_seconds: 60}"
    let body = """
      [{"t": "2024-05-31T08:00:01Z"}, {"t": "2024-05-31T08:00:02Z"}, {"t": "2024-05-31T08:00:03Z"}]
      """
    let api = FakeAPI { _, _ in .success(.init(body: body)) }
    let found = try extract(yaml, from: "2024-05-31T08:00:30Z", via: api)
    #expect(found.checkpoint?.after?.value == "2024-05-31T08:00:30Z")
    #expect(
      found.notice
        == "the source has more records than were read, and those that were read end before the checkpoint "
        + "2024-05-31T08:00:30Z: raise the limit, or lower lag_seconds")
  }

  /// Drops the records that have `drop`, and rejects those that have `bad`, as a filter does.
  private final class Dropping: Transform {
    func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records {
      var result = Records()
      for record in records.records {
        if record.fields["drop"] != nil {
          context.memory.noteDropped(record.origin)
        } else if record.fields["bad"] != nil {
          result.rejected.append(RejectedRow(RowProblem(reason: "bad")))
        } else {
          result.records.append(SourceRecord(record.fields, origin: record.origin + ".0"))
          result.records.append(SourceRecord(record.fields, origin: record.origin + ".1"))
        }
      }
      return result
    }
  }

  @Test("Records that a filter dropped do not move the checkpoint; those that are rejected by name do")
  func dropped() throws {
    let body = #"[{"id": 3}, {"id": 9, "drop": 1}, {"id": 5, "bad": 1}]"#
    let found = try extract(
      "incremental: {cursor: .id, type: integer}", via: FakeAPI(["/items": body]), transforms: [Dropping()])
    #expect(found.checkpoint?.after?.value == "5")
  }

  @Test("Of a second filter, a record that one of its parts survives counts")
  func parts() throws {
    final class Second: Transform {
      func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records {
        for record in records.records where record.origin.hasSuffix(".1") { context.memory.noteDropped(record.origin) }
        return Records(records.records.filter { !$0.origin.hasSuffix(".1") })
      }
    }
    let found = try extract(
      "incremental: {cursor: .id, type: integer}", via: FakeAPI(["/items": #"[{"id": 3}]"#]),
      transforms: [Dropping(), Second()])
    #expect(found.checkpoint?.after?.value == "3")
  }

  @Test("A checkpoint of another type than the definition's is refused, with the command that resets it")
  func changedType() throws {
    let api = FakeAPI(["/items": "[]"])
    let error = #expect(throws: PipelineError.self) {
      try extract("incremental: {cursor: .t}", from: "7", .integer, via: api)
    }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("festvibes state items --reset all") == true)
    #expect(api.targets.isEmpty)
  }

  @Test("A dataset without incremental ignores a checkpoint")
  func without() throws {
    let (section, _) = makeSection("url: \(sourceURL)/items")
    let plain = ProcessedExtractor(
      itemsDataset, reader: try HTTPReader(itemsDataset, section: #require(section), time: ManualTime()),
      parser: ListParser(), transforms: [])
    let found = try plain.extract(
      item("7", .integer), via: FakeAPI(["/items": #"[{"id": 1}]"#]), deadline: Deadline.none(on: SystemTime()))
    #expect(found.records.count == 1)
    #expect(found.checkpoint == nil)
    #expect(found.isComplete == true)
  }
}
