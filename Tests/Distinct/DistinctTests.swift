import Contracts
import Definitions
import Distinct
import Foundation
import JSON
import Processing
import Testing

@Suite("The transform distinct")
struct DistinctTests {
  private let context: TransformContext

  init() throws {
    context = TransformContext(
      dataset: Dataset(id: "d", source: "s", dataType: "t", timeZone: "UTC", extractor: "http", sinks: []),
      item: try WorkItem(id: "all"), readAt: Date(timeIntervalSince1970: 0))
  }

  private static func distinct(_ fields: [String], where wanted: [(String, [String])] = []) -> Distinct {
    func list(_ texts: [String]) -> Section.Value { .list(texts.map { .scalar($0) }) }
    var values = [("fields", list(fields))]
    if !wanted.isEmpty { values.append(("where", .section(Section(values: wanted.map { ($0.0, list($0.1)) })))) }
    return Distinct(section: Section(plugin: "distinct", values: values))
  }

  private static func records(_ texts: [String]) throws -> Records {
    Records(
      try texts.enumerated().map { SourceRecord(try #require(JSONValue(parsing: $1).object), origin: "o#\($0)") })
  }

  /// The numbers of the records that are kept.
  private func kept(_ distinct: Distinct, _ texts: String...) throws -> [String] {
    try distinct.apply(Self.records(texts), context).records.map { String($0.origin.dropFirst(2)) }
  }

  @Test("The first record of a key stands, over all batches of an item")
  func first() throws {
    let distinct = Self.distinct(["a", "b"])
    #expect(try kept(distinct, #"{"a":1,"b":2}"#, #"{"a":1,"b":3}"#, #"{"a":1,"b":2,"c":0}"#) == ["0", "1"])
    #expect(try kept(distinct, #"{"b":2,"a":1}"#, #"{"a":2,"b":2}"#) == ["1"])
    // Another transform has its own keys.
    #expect(try kept(Self.distinct(["a", "b"]), #"{"a":1,"b":2}"#) == ["0"])
  }

  @Test("A record without a value in a field is kept, and so are values that differ in form")
  func missing() throws {
    let distinct = Self.distinct(["id"])
    #expect(
      try kept(distinct, "{}", "{}", #"{"id":null}"#, #"{"id":1}"#, #"{"id":"1"}"#, #"{"id":"1"}"#)
        == ["0", "1", "2", "3", "4"])
  }

  @Test("Only records with the given values are compared")
  func conditions() throws {
    let distinct = Self.distinct(["id"], where: [("kind", ["venue", "7"])])
    #expect(
      try kept(
        distinct, #"{"kind":"venue","id":1}"#, #"{"kind":"venue","id":1}"#, #"{"kind":"event","id":1}"#,
        #"{"kind":"event","id":1}"#, #"{"kind":7,"id":1}"#, #"{"id":1}"#, #"{"kind":null,"id":1}"#) == [
          "0", "2", "3", "5", "6",
        ])
  }

  @Test("Repetitions are not rejected; those with another content are counted by a warning")
  func warning() throws {
    let same = try Self.distinct(["id"]).apply(Self.records([#"{"id":1}"#, #"{"id":1}"#]), context)
    #expect(same.warnings.isEmpty && same.rejected.isEmpty && same.records.count == 1)
    let other = try Self.distinct(["id"]).apply(Self.records([#"{"id":1,"a":1}"#, #"{"id":1,"a":2}"#]), context)
    #expect(other.rejected.isEmpty && other.records.first?.fields["a"] == 1)
    #expect(other.warnings.count == 1 && other.warnings[0].reason.hasPrefix("1 of 2 records repeat the id"))
  }
}
