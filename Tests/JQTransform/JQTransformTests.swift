import Contracts
import Definitions
import Foundation
import JQ
import JQTransform
import JSON
import Processing
import Testing

@Suite("The transform jq")
struct JQTransformTests {
  static var context: TransformContext { context(TransformMemory()) }

  static func context(_ memory: TransformMemory) -> TransformContext {
    TransformContext(
      dataset: Dataset(id: "test", dataType: "things", timeZone: "UTC", extractor: "file", sinks: []),
      item: WorkItem(date: .init(daysSinceEpoch: 0)), readAt: Date(timeIntervalSince1970: 0), memory: memory)
  }

  static func apply(_ filter: String, _ values: [String]) throws -> Records {
    let section = Section(plugin: "jq", values: [("filter", .scalar(filter))], place: "dataset.yaml:9: transform[0]")
    let records = try values.enumerated().map { index, text in
      SourceRecord(try #require(JSONValue(parsing: text).object), origin: "urn:uuid:1#\(index)")
    }
    let before = RejectedRow(RowProblem(reason: "before"))
    return try JQTransform(section: section, filters: JQFilters(limits: JQLimits(duration: .milliseconds(100))))
      .apply(Records(records, rejected: [before], document: true), context)
  }

  @Test("One output is the record, with its origin")
  func one() throws {
    let result = try Self.apply("{key: \"x_\\(.id)\", id}", [#"{"id":12345678901234567890,"more":1}"#])
    #expect(
      result.records.map { JSONValue.object($0.fields).text } == [
        #"{"key":"x_12345678901234567890","id":12345678901234567890}"#
      ])
    #expect(result.records[0].origin == "urn:uuid:1#0")
    #expect(result.rejected.count == 1 && result.document == true && result.warnings.isEmpty)
  }

  @Test("Several outputs are several records, whose origins differ")
  func several() throws {
    let result = try Self.apply("{id, day: .days[]}", [#"{"id":1,"days":["a","b"]}"#, #"{"id":2,"days":["c"]}"#])
    #expect(result.records.map { $0.fields["day"] } == ["a", "b", "c"])
    #expect(result.records.map(\.origin) == ["urn:uuid:1#0.0", "urn:uuid:1#0.1", "urn:uuid:1#1"])
  }

  @Test("Records that are dropped in several batches are one warning, with the sums")
  func droppedInBatches() throws {
    let section = Section(
      plugin: "jq", values: [("filter", .scalar("select(.keep)"))], place: "dataset.yaml:9: transform[0]")
    let transform = try JQTransform(section: section, filters: JQFilters())
    let memory = TransformMemory(collectsDropped: true)
    let records = Records([
      SourceRecord(JSONObject([("keep", true)]), origin: "a#1"), SourceRecord(JSONObject(), origin: "a#2"),
    ])
    for _ in 0..<3 { #expect(try transform.apply(records, Self.context(memory)).warnings.isEmpty) }
    #expect(memory.warnings.map(\.reason) == ["the filter dropped 3 of 6 records, for which it has no output"])
  }

  @Test("A record without output is dropped and counted")
  func dropped() throws {
    let result = try Self.apply("select(.keep)", [#"{"keep":true}"#, "{}", #"{"keep":null}"#])
    #expect(result.records.count == 1 && result.rejected.count == 1)
    #expect(result.warnings.map(\.reason) == ["the filter dropped 2 of 3 records, for which it has no output"])
  }

  @Test("A record for which the filter fails is rejected with jq's message, and costs no other")
  func rejected() throws {
    let long = String(repeating: "x", count: 1000)
    let result = try Self.apply(
      "if .bad then {a: 1}, error(.bad) elif .list then .list else {price: (.price + 1)} end",
      [
        #"{"price":1}"#, #"{"price":"1"}"#, #"{"bad":"no\nprice"}"#, #"{"list":[1]}"#, "{\"bad\":\"\(long)\"}",
        #"{"price":2}"#,
      ])
    #expect(result.records.map { $0.fields["price"] } == [2, 3])
    #expect(
      result.rejected.dropFirst().map(\.problem.reason) == [
        #"jq: string ("1") and number (1) cannot be added"#, "jq: no price",
        "jq: an output of the filter is a list, not an object",
        "jq: \(long.prefix(300))…",
      ])
    #expect(result.rejected.dropFirst().map(\.problem.href) == ["#1", "#2", "#3", "#4"])
    #expect(result.rejected.allSatisfy { $0.key == nil || $0.key == result.rejected[0].key }, "a place is no key")
    #expect(result.rejected[1].text == #"{"price":"1"}"#)
  }

  @Test("More records than a batch are all changed, in order")
  func batches() throws {
    let result = try Self.apply("{n: (.n + 1)}", (0..<1201).map { "{\"n\":\($0)}" })
    #expect(result.records.map { $0.fields["n"]?.number?.integer } == (1...1201).map { Int64($0) })
  }

  @Test(
    "A filter that cannot be used is a problem of the definition",
    arguments: [
      (".a | foo", "foo/0 is not defined"), ("env", "env is not available"),
      ("last(range(1e9))", "3 records were given up"),
    ])
  func broken(filter: String, message: String) throws {
    let error = #expect(throws: PipelineError.self) { try Self.apply(filter, ["{}", "{}", "{}", "{}"]) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.hasPrefix("dataset.yaml:9: transform[0].filter: ") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}
