import Contracts
import Definitions
import Enrich
import Foundation
import JSON
import Processing
import Testing

@Suite("The transform enrich")
struct EnricherTests {
  static func apply(
    _ fields: [(String, String)], existing: String? = nil, to text: String = "{}", item: WorkItem? = nil
  ) throws -> JSONObject {
    var values: [(String, Section.Value)] = [
      ("fields", .section(Section(values: fields.map { ($0.0, .scalar($0.1)) })))
    ]
    if let existing { values.append(("existing", .scalar(existing))) }
    let context = TransformContext(
      dataset: Dataset(
        id: "markets", source: "coingecko", dataType: "coins", timeZone: "UTC", extractor: "http", sinks: []),
      item: try item ?? WorkItem(id: "a_b", parameters: ["city": "Austin", "source": "other"]),
      readAt: Date(timeIntervalSince1970: 1_717_185_600.25))
    let record = SourceRecord(try #require(JSONValue(parsing: text).object), origin: "o#1")
    let result = try Enricher(section: Section(plugin: "enrich", values: values)).apply(Records([record]), context)
    #expect(result.records.count == 1 && result.records[0].origin == "o#1")
    return result.records[0].fields
  }

  @Test("Constants, facts and parameters become fields, in order")
  func fields() throws {
    let fields = try Self.apply([
      ("unit", "percent"), ("dataset", "{dataset}"), ("name", "{data_type} of {city}"), ("item", "{item}"),
      ("read", "{read_at}"),
      ("literal", "{{city}} {1} {} { {city}"), ("empty", ""), ("source", "{source}"),
    ])
    #expect(
      JSONValue.object(fields).text
        == #"{"unit":"percent","dataset":"markets","name":"coins of Austin","item":"a_b","read":"2024-05-31T20:00:00.250Z","literal":"{city} {1} {} { Austin","empty":"","source":"other"}"#
    )
  }

  @Test("The date is the item's, and null without one")
  func date() throws {
    #expect(try Self.apply([("day", "{date}")])["day"] == .some(.null))
    let item = WorkItem(date: .init(daysSinceEpoch: 19_874))
    #expect(
      try Self.apply([("day", "{date}"), ("s", "{source}")], item: item) == ["day": "2024-05-31", "s": "coingecko"])
  }

  @Test("A value that the record has is replaced or kept, as the definition says")
  func existing() throws {
    let text = #"{"a":1,"b":null}"#
    #expect(try Self.apply([("a", "x"), ("b", "x")], to: text) == ["a": "x", "b": "x"])
    #expect(try Self.apply([("a", "x"), ("b", "x")], existing: "keep", to: text) == ["a": 1, "b": "x"])
  }

  @Test("A name that is no fact is a problem of the definition")
  func unknown() throws {
    let error = #expect(throws: PipelineError.self) { try Self.apply([("a", "{run}")]) }
    #expect(error?.name == .configurationInvalid)
    #expect(
      error?.message.contains("'a' of enrich names {run}") == true
        && error?.message.contains("read_at, city, source") == true)
  }

  @Test("A point of a time series gets the time at which the source was read")
  func series() throws {
    let context = TransformContext(
      dataset: Dataset(id: "x", dataType: "series", timeZone: "UTC", extractor: "http", sinks: []),
      item: try WorkItem(id: "all"), readAt: Date(timeIntervalSince1970: 1_717_185_600))
    let record = SourceRecord(JSONObject([("value", 1), ("collection_date", "old")]), origin: "o")
    let result = try Enricher.ofSeries.apply(Records([record]), context)
    #expect(result.records.map(\.fields) == [["value": 1, "collection_date": "2024-05-31T20:00:00.000Z"]])
    #expect(Enricher.seriesForm(named: "indec_ipc").sameAs == "series")
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}
