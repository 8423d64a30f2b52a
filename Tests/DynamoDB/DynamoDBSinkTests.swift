import Contracts
import DynamoDB
import Foundation
import JSON
import TestSupport
import Testing

@testable import DynamoDBSink

@Suite("The sink dynamodb")
struct DynamoDBSinkTests {
  @Test("writes each record as an item with its fields, and a digest (F53)")
  func items() throws {
    let fixture = try SinkFixture(SinkFixture.plain)
    let report = try fixture.load(
      SinkFixture.document([
        SinkFixture.session("06", more: #","price":10.50,"flag":true,"none":null,"list":[1,{"a":"b"}]"#),
        SinkFixture.session("07", text: "Jerk é"),
      ]))
    #expect(report.records == RecordCounts(found: 2, new: 2) && !report.isInLedger)
    let item = fixture.table.sorted[0]
    #expect(item["date"] == .text("2024-03-06") && item["session"] == .text("Session One"))
    #expect(item["warm_up"] == .text("") && item["post_id"] == .number("123") && item["price"] == .number("10.50"))
    #expect(item["flag"] == .flag(true) && item["none"] == .null)
    #expect(item["list"] == .list([.number("1"), .map(["a": .text("b")])]))
    #expect(item["_content_hash"]?.shown.count == 64 && item["_record"] == nil && item["_edit_items"] == nil)
    #expect(fixture.table.operations == ["BatchGetItem", "BatchWriteItem"] && fixture.table.problems == [])
  }

  @Test("writes nothing that is stored already", arguments: [SinkFixture.workouts, SinkFixture.plain])
  func unchanged(load: String) throws {
    let fixture = try SinkFixture(load)
    let document = SinkFixture.document((1...30).map { SinkFixture.session($0 < 10 ? "0\($0)" : "\($0)") })
    try fixture.load(document)
    fixture.table.restart()
    let report = try fixture.load(document)
    #expect(report.records.unchanged == 30 && report.records.new + report.records.changed == 0)
    #expect(fixture.table.writes == 0 && report.remarks == [])
    #expect(fixture.table.operations.contains("BatchWriteItem") == false)
  }

  @Test("has the same digest for the same content, in whatever order its fields are, and wherever it was read")
  func digests() throws {
    let fixture = try SinkFixture(SinkFixture.plain)
    try fixture.load(SinkFixture.document([#"{"date":"d","session":"s","x":{"a":1,"b":2},"_record":"1"}"#]))
    let again = try fixture.load(
      SinkFixture.document([#"{"x":{"b":2,"a":1},"_record":"2","session":"s","date":"d"}"#]))
    #expect(again.records.unchanged == 1)
    for other in [#"{"a":2,"b":1}"#, #"{"a":"2","b":1}"#] {
      let record = #"{"date":"d","session":"s","x":\#(other)}"#
      #expect(try fixture.load(SinkFixture.document([record])).records.changed == 1)
    }
  }

  @Test("takes the fields that the definition names, and the keys")
  func attributes() throws {
    let fixture = try SinkFixture(
      "{plugin: dynamodb, table: workouts, hash: date, range: session, order: modified, attributes: [segment_a]}")
    try fixture.load(SinkFixture.document([SinkFixture.session("06")]))
    #expect(
      fixture.table.sorted[0].keys.sorted() == ["_content_hash", "date", "modified", "segment_a", "session"])
    // A field that is not stored changes nothing.
    let again = try fixture.load(SinkFixture.document([SinkFixture.session("06", post: 9)]))
    #expect(again.records.unchanged == 1)
  }

  @Test("takes numbers as keys, by their digits, and a table without a range key")
  func keys() throws {
    let fixture = try SinkFixture("{plugin: dynamodb, table: workouts, hash: id}", on: MemoryTable(keys: ["id"]))
    try fixture.load(SinkFixture.document([#"{"id":7}"#, #"{"id":"é"}"#, #"{"id":"e\#u{301}"}"#]))
    #expect(fixture.table.sorted.map { $0["id"] } == [.text("7"), .text("e\u{301}"), .text("é")])
  }

  @Test("of a key that comes twice the first record stands, and another one is rejected by name")
  func repetition() throws {
    let fixture = try SinkFixture()
    let report = try fixture.load(
      SinkFixture.document([
        SinkFixture.session("06", text: "first"), SinkFixture.session("06", text: "second"),
        SinkFixture.session("06", text: "first"),
      ]))
    #expect(report.records == RecordCounts(found: 3, new: 1, unchanged: 1, rejected: 1, cancelled: 0))
    #expect(fixture.contents == ["06 Session One: first (123, 1)"])
    #expect(report.rejections.map(\.position) == [1] && report.rejections.first?.key == "2024-03-06 | Session One")
    #expect(report.rejections.first?.reason.hasPrefix("record 0 of the document has the same key") == true)
    #expect(report.rejected[1]?.contains(#""second""#) == true)
  }

  @Test(
    "rejects by name what DynamoDB does not take, and writes the rest",
    arguments: [
      (#"{"session":"s"}"#, "its key date is missing"), (#"{"date":"","session":"s"}"#, "its key date is empty"),
      (#"{"date":["d"],"session":"s"}"#, "its key date is a list"), (#"{"date":"d"}"#, "its key session is missing"),
      (#"{"date":"d","session":"\#(String(repeating: "s", count: 1025))"}"#, "its key session has 1025 bytes"),
      (#"{"date":"\#(String(repeating: "é", count: 1025))","session":"s"}"#, "its key date has 2050 bytes"),
      (#"{"date":"d","session":"s","t":"\#(String(repeating: "x", count: 400 << 10))"}"#, "bytes as an item"),
      (#"{"date":"d","session":"s","n":1e126}"#, "between 1e-130 and 1e126"),
      (#"{"date":"d","session":"s","n":123456789012345678901234567890123456789}"#, "at most 38 digits"),
      (#"{"date":"d","session":"s","é":1,"e\#u{301}":2}"#, "spelled in two ways"),
      (
        #"{"date":"d","session":"s","l":\#(String(repeating: "[", count: 40) + String(repeating: "]", count: 40))}"#,
        "nested more than 32 levels"
      ), ("7", "it is no JSON object"),
    ])
  func rejections(record: String, reason: String) throws {
    let fixture = try SinkFixture(SinkFixture.plain)
    let report = try fixture.load(
      SinkFixture.document([record, SinkFixture.session("06")], rejected: #"{"reason":"no date","href":"slug"}"#))
    #expect(report.records == RecordCounts(found: 3, new: 1, rejected: 2))
    #expect(report.rejections.map(\.position) == [0, 2] && report.rejections.first?.reason.contains(reason) == true)
    #expect(report.rejections.last?.key == "slug" && report.rejected.count == 2)
    #expect(fixture.table.items.count == 1 && fixture.table.problems == [])
  }

  @Test("takes an item of exactly 400 KB, the sink's own attributes included")
  func largest() throws {
    let fixture = try SinkFixture()
    let small = try fixture.load(SinkFixture.document([SinkFixture.session("05", text: "")]))
    let room = (400 << 10) - fixture.table.sorted[0].size
    #expect(small.records.new == 1)
    // The sink leaves some room, since the size of a number of siblings is not known beforehand.
    let document = SinkFixture.document([
      SinkFixture.session("06", text: String(repeating: "x", count: room - 64)),
      SinkFixture.session("07", text: String(repeating: "x", count: room + 1)),
    ])
    let report = try fixture.load(document)
    #expect(report.records.new == 1 && report.records.rejected == 1 && fixture.table.problems == [])
    #expect(fixture.table.sorted.map(\.size).max().map { $0 <= 400 << 10 } == true)
  }

  @Test("needs the fields of owner and order in each record")
  func owners() throws {
    let report = try SinkFixture().load(
      SinkFixture.document([
        #"{"date":"d","session":"s","post_id":1}"#, #"{"date":"d","session":"s","modified":"2024"}"#,
        #"{"date":"d","session":"s","post_id":"","modified":"2024"}"#,
      ]))
    #expect(
      report.rejections.map(\.reason) == [
        "it has no text or number modified, by which its versions are ordered",
        "it has no text or number post_id, by which it is owned",
        "it has no text or number post_id, by which it is owned",
      ])
  }

  @Test("shows in a dry run what a load would change, and writes nothing")
  func dryRun() throws {
    let fixture = try SinkFixture()
    try fixture.load(SinkFixture.document([SinkFixture.session("05"), SinkFixture.session("06")]))
    fixture.table.restart()
    let edited = SinkFixture.document([
      SinkFixture.session("06", edit: 2, text: "Jerk"), SinkFixture.session("07", edit: 2),
    ])
    let result = try fixture.dryRun(edited)
    #expect(fixture.table.writes == 0)
    #expect(result.report.records == RecordCounts(found: 2, new: 1, changed: 1, cancelled: 1))
    #expect(result.differences.map(\.change) == [.changed, .added, .removed])
    #expect(
      result.differences.first?.fields == [
        .init(name: "modified", before: "2024-03-01T12:00:01Z", after: "2024-03-01T12:00:02Z"),
        .init(name: "segment_a", before: "Snatch", after: "Jerk"),
      ])
    #expect(result.differences.last?.label == "table workouts: 2024-03-05 | Session One")
    let report = try fixture.load(edited)
    #expect(report.records == result.report.records)
  }

  @Test(
    "says what is wrong with a table, and what to do",
    arguments: [
      (
        "ResourceNotFoundException", PipelineError.Name.configurationInvalid,
        "aws dynamodb create-table --table-name workouts"
      ),
      ("AccessDeniedException", .configurationInvalid, "lack dynamodb:BatchGetItem"),
      ("ValidationException", .configurationInvalid, "its key must be date (S, hash), session (S, range)"),
      ("ProvisionedThroughputExceededException", .destinationUnavailable, "The load is repeated"),
    ])
  func errors(code: String, name: PipelineError.Name, text: String) throws {
    let fixture = try SinkFixture(SinkFixture.plain)
    fixture.table.fail(Dictionary(uniqueKeysWithValues: (0..<999).map { ($0, .refuses(400, code)) }))
    let error = #expect(throws: PipelineError.self) {
      try fixture.load(SinkFixture.document([SinkFixture.session("06")]), within: .seconds(60))
    }
    #expect(error?.name == name && error?.message.contains(text) == true, "\(error?.message ?? "")")
  }

  @Test(
    "is refused by a definition that contradicts itself",
    arguments: [
      ("owner: post_id", "owner"), ("order: date", "order"), ("owner: date, order: modified", "owner"),
      ("attributes: [_content_hash]", "attributes"),
    ])
  func definitions(keys: String, key: String) {
    let error = #expect(throws: PipelineError.self) {
      try SinkFixture("{plugin: dynamodb, table: workouts, hash: date, range: session, \(keys)}")
    }
    #expect(error?.message.contains(key) == true)
  }
}
