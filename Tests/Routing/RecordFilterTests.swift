import JSON
import Testing

@testable import Routing

@Suite("The key where")
struct RecordFilterTests {
  @Test(
    "accepts records by the values of fields and paths; a number and a flag have the value that is written like them",
    arguments: [
      ("{kind: venue}", #"{"kind": "venue"}"#, true), ("{kind: venue}", #"{"kind": "Venue"}"#, false),
      ("{kind: [artist, venue]}", #"{"kind": "venue"}"#, true), ("{kind: [artist, venue]}", "{}", false),
      ("{kind: venue}", #"{"kind": ["venue"]}"#, false), ("{kind: venue}", #"{"kind": null}"#, false),
      ("{kind: 'null'}", #"{"kind": null}"#, false), ("{size: 5}", #"{"size": 5}"#, true),
      ("{size: 5}", #"{"size": "5"}"#, true), ("{size: 5}", #"{"size": 5.0}"#, false),
      ("{open: true}", #"{"open": true}"#, true), ("{open: true}", #"{"open": false}"#, false),
      ("{'.source.id': 'é'}", #"{"source": {"id": "é"}}"#, true),
      ("{.source.id: a}", #"{"source": "a"}"#, false), ("{.source.id: a}", #"{".source.id": "a"}"#, false),
      ("{kind: a, .n: [1, 2]}", #"{"kind": "a", "n": 2}"#, true),
      ("{kind: a, .n: [1, 2]}", #"{"kind": "a", "n": 3}"#, false),
    ])
  func accepts(rule: String, record: String, isAccepted: Bool) throws {
    let filter = try #require(try RoutingSupport.filter(rule))
    #expect(try filter.accepts(JSONValue(parsing: record)) == isAccepted)
  }

  @Test("excludes another one only if both name a field, and no value is in both")
  func excludes() throws {
    let filters = try ["{kind: a}", "{kind: [b, c]}", "{kind: [c, d]}", "{type: a}", "{kind: b, type: x}"].map {
      try #require(try RoutingSupport.filter($0))
    }
    let excluded = filters.map { filter in filters.map { filter.excludes($0) } }
    #expect(
      excluded == [
        [false, true, true, false, true], [true, false, false, false, false], [true, false, false, false, true],
        [false, false, false, false, true], [true, false, true, true, false],
      ])
    #expect("\(filters[1])" == "kind: b or c")
  }

  @Test(
    "is refused with a reason if it says nothing",
    arguments: [
      ("{}", "load[0].where: it names no field"), ("{kind: []}", "load[0].where.kind: it has no value"),
      ("{'.a[]': x}", "a path to one value"), ("{.: x}", "a path to one value"), ("venue", "it must be a mapping"),
      ("{kind: {a: b}}", "load[0].where.kind"),
    ])
  func problems(rule: String, problem: String) {
    let error = #expect(throws: RoutingSupport.Problems.self) { try RoutingSupport.section("where: \(rule)") }
    #expect(error?.texts.count == 1 && error?.texts.first?.contains(problem) == true, "\(error?.texts ?? [])")
  }

  @Test("A section without it is for all records")
  func none() throws {
    #expect(RecordFilter(try RoutingSupport.section("")) == nil)
  }
}
