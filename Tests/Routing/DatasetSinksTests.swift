import Contracts
import Foundation
import Testing

@testable import Routing

@Suite("The sinks of a dataset")
struct DatasetSinksTests {
  private static let records = """
    [{"id": "c1", "kind": "concert"}, {"id": "v1", "kind": "venue", "note": "a \\"kind\\": \\"concert\\""},
     {"id": "bad","kind":"venue"} , {"id": "c2", "kind": "concert"},{"id": "x", "kind": "label"}, 7]
    """

  private func sink(_ name: String, _ rule: String? = nil, isParted: Bool = false) throws -> (KeepingSink, any Sink) {
    let sink = isParted ? KeepingPartedSink(name) : KeepingSink(name)
    return (sink, FilteredSink.narrowing(sink, to: try rule.flatMap { try RoutingSupport.filter($0) }))
  }

  private func load(_ sinks: [any Sink], _ document: Data) throws -> LoadReport {
    try DatasetSinks(sinks).load(
      PartedDocument(alone: document, at: "raw/k.json"), for: RoutingSupport.target(), deadline: RoutingSupport.deadline
    )
  }

  @Test("with where have their records only, as they stand in the document, and reject by their places in all of it")
  func narrows() throws {
    let (concerts, first) = try sink("concerts", "{kind: concert}")
    let (venues, second) = try sink("venues", "{kind: venue}")
    let report = try load([first, second], RoutingSupport.document(Self.records, rejected: #"[{"reason": "r"}]"#))
    let head = #"{"ingestion_result": {"success": true, "complete": true, "records": 3}, "records": ["#
    let rest = #"] , "rejected": [{"reason": "r"}]}"#
    #expect(
      concerts.documents == [
        head + #"{"id": "c1", "kind": "concert"},{"id": "c2", "kind": "concert"}"# + rest
      ])
    #expect(
      venues.documents == [
        head + #"{"id": "v1", "kind": "venue", "note": "a \"kind\": \"concert\""},{"id": "bad","kind":"venue"}"# + rest
      ])
    #expect((concerts.targets + venues.targets).allSatisfy { !$0.writesLedger })
    #expect(report.records == RecordCounts(found: 7, new: 3, rejected: 4))
    #expect(
      report.sinks == [
        SinkResult(sink: "concerts", records: RecordCounts(found: 2, new: 2)),
        SinkResult(sink: "venues", records: RecordCounts(found: 2, new: 1, rejected: 1)),
      ])
    #expect(Set(report.rejections.map(\.position)) == [2, 4, 5, 6])
    #expect(report.rejections.count == 4)
    #expect(
      report.rejections.filter { [4, 5].contains($0.position) }.map(\.reason) == [
        #"no entry of load takes it: kind is "label""#, "no entry of load takes it: kind is missing",
      ])
    #expect(report.rejected[4] == #"{"id": "x", "kind": "label"}"# && report.rejected[5] == "7")
  }

  @Test("One entry with where leaves the ledger to the loader, and the other records are rejected")
  func one() throws {
    let (venues, filtered) = try sink("venues", "{kind: venue}")
    #expect(!DatasetSinks([filtered]).isOne)
    let report = try load([filtered], RoutingSupport.document(Self.records))
    #expect(report.records == RecordCounts(found: 6, new: 1, rejected: 5))
    venues.error = PipelineError(.databaseConflict, "gone")
    let error = #expect(throws: PipelineError.self) { try load([filtered], RoutingSupport.document("[]")) }
    #expect(error == PipelineError(.databaseConflict, "gone"))
  }

  @Test("A sink without where has the document as it is, and takes what no other takes")
  func unfiltered() throws {
    let (venues, filtered) = try sink("venues", "{kind: venue}")
    let (all, whole) = try sink("all")
    let (labels, third) = try sink("labels", "{kind: [label, concert]}")
    all.report = { _ in LoadReport(records: RecordCounts(found: 6, new: 1, changed: 1, unchanged: 4)) }
    labels.report = { _ in LoadReport(records: RecordCounts(found: 3, new: 1, changed: 2, cancelled: 4)) }
    let document = RoutingSupport.document(Self.records)
    let report = try load([whole, filtered, third], document)
    #expect(all.documents == [String(decoding: document, as: UTF8.self)])
    // Venues and labels exclude each other: two are new, one is rejected.
    #expect(report.records == RecordCounts(found: 6, new: 2, changed: 2, unchanged: 1, rejected: 1, cancelled: 4))
    #expect(venues.documents.count == 1 && report.rejections.map(\.position) == [2])

    #expect(DatasetSinks([whole]).isOne)
    let alone = try load([whole], document)
    #expect(alone.sinks.isEmpty && alone.records == RecordCounts(found: 6, new: 1, changed: 1, unchanged: 4))
  }

  @Test("An earlier rejection is loaded if one of the sinks that exclude each other has it, and missing if none has it")
  func resolutions() throws {
    let (concerts, first) = try sink("concerts", "{kind: concert}")
    let (venues, second) = try sink("venues", "{kind: venue}")
    concerts.report = {
      var report = KeepingSink.allNew($0)
      report.resolutions = ["v1": .notListed, "c1": .loaded, "c9": .notListed]
      return report
    }
    venues.report = {
      var report = KeepingSink.allNew($0)
      report.resolutions = ["v1": .loaded, "c1": .notListed, "c9": .notListed]
      return report
    }
    let report = try load([first, second], RoutingSupport.document(Self.records))
    #expect(report.resolutions == ["v1": .loaded, "c1": .loaded, "c9": .notListed])
  }

  @Test("A document in parts is narrowed part by part, and each is read as often as the sink asks")
  func parts() throws {
    let (concerts, first) = try sink("concerts", "{kind: concert}", isParted: true)
    let (_, second) = try sink("venues", "{kind: venue}", isParted: true)
    let head =
      #"{"parts":{"complete":true,"keys":["raw/k_2.json"],"number":1,"records":5,"rejected":1},"records":[{"kind":"venue","id":"bad"},{"kind":"concert"}],"rejected":[{"reason":"r"}]}"#
    let part =
      #"{"parts":{"number":2,"of":"raw/k.json"},"records":[{"kind":"venue"},{"kind":"?"},{"kind":"concert","id":"bad"}],"rejected":[]}"#
    let document = try PartedDocument(Data(head.utf8), at: "raw/k.json") { _, _ throws(PipelineError) in
      Data(part.utf8)
    }
    let sinks = DatasetSinks([first, second])
    let target = try RoutingSupport.target()
    let report = try sinks.load(document, for: target, deadline: RoutingSupport.deadline)
    #expect(concerts.documents.count == 2)
    #expect(concerts.documents[1].hasSuffix(#""records":[{"kind":"concert","id":"bad"}],"rejected":[]}"#))
    #expect(report.records == RecordCounts(found: 6, new: 2, rejected: 4))
    #expect(Set(report.rejections.map(\.position)) == [0, 2, 4, 5])
    #expect(report.rejected[4] == #"{"kind":"?"}"#)
    let dryRun = try sinks.dryRun(document, for: target, deadline: RoutingSupport.deadline)
    #expect(dryRun.report.records == report.records)

    let (_, whole) = try sink("plain", "{kind: venue}")
    let error = #expect(throws: PipelineError.self) { try DatasetSinks([whole]).check(document, for: target) }
    #expect(error?.message.contains("the sink plain takes documents of one part only") == true)
  }

  @Test(
    "What is no extract document is refused",
    arguments: [
      "", "{}", #"{"records": 1}"#, #"{"records": [{"kind": "venue"} {}]}"#, #"{"records": [{"kind": "venue"}"#,
      #"{"records": [{"kind": "venue"},]}"#, #"{"records": [{"kind" "venue"}]}"#, #"{"a" 1, "records": []}"#,
    ])
  func corrupt(text: String) throws {
    let (venues, filtered) = try sink("venues", "{kind: venue}")
    let error = #expect(throws: PipelineError.self) { try load([filtered], Data(text.utf8)) }
    #expect(error?.name == .storageCorrupt && venues.documents.isEmpty)
  }

  @Test("A bare list of records is narrowed, and so is an empty one")
  func bareLists() throws {
    let (venues, filtered) = try sink("venues", "{kind: venue}")
    #expect(try load([filtered], Data(#" [ {"kind": "x"}, {"kind": "venue"} ]"#.utf8)).records.found == 2)
    #expect(try load([filtered], Data("[ ]".utf8)).records.found == 0)
    #expect(venues.documents == [#" [ {"kind": "venue"} ]"#, "[ ]"])
  }

  @Test("A sink that fails stops none of the others, and the error names what became of the document in each")
  func failures() throws {
    let sinks = ["a", "b", "c"].map { KeepingSink($0) }
    let document = RoutingSupport.document(#"[{"id": "1"}]"#)
    sinks[1].error = PipelineError(.destinationUnavailable, "gone")
    let error = #expect(throws: PipelineError.self) { try load(sinks, document) }
    #expect(error?.name == .destinationUnavailable)
    let loaded = "(1 found, 1 new, 0 changed, 0 unchanged, 0 rejected)"
    #expect(
      error?.message == "the sink b failed: gone; loaded: a \(loaded), c \(loaded), where the same document changes "
        + "nothing any more")
    // A repetition helps with the second only.
    sinks[2].error = PipelineError(.schemaMismatch, "other")
    #expect(
      #expect(throws: PipelineError.self) { try load(sinks, document) }
        == PipelineError(
          .schemaMismatch,
          "the sink b failed: DestinationUnavailable: gone; the sink c failed: SchemaMismatch: other; loaded: a \(loaded), "
            + "where the same document changes nothing any more"))
    // Nothing comes of asking the next sink of a database that is away.
    sinks[0].error = PipelineError(.databaseUnavailable, "away")
    #expect(
      #expect(throws: PipelineError.self) { try load(sinks, document) }
        == PipelineError(.databaseUnavailable, "the sink a failed: away; not tried: b, c"))
    #expect(sinks.map(\.targets.count) == [3, 2, 2])
  }
}
