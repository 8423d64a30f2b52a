import Contracts
import Foundation
import JSON
import Loading
import TestSupport
import Testing
import Time

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

  @Test("A sink that fails stops none of the others, and the error names what became of the document in each (F06)")
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

  @Test("A sink elsewhere has half of the time that is left, if another follows it; those of the database have all")
  func shares() throws {
    let time = ManualTime()
    var seen: [Duration] = []
    let sinks = ["stream", "hook", "table", "last"].map { KeepingSink($0) }
    for sink in sinks {
      sink.onLoad = { deadline in
        seen.append(deadline.remaining)
        time.advance(by: sink.isInDatabase ? .seconds(1) : deadline.remaining)
      }
    }
    (sinks[2].isInDatabase, sinks[3].isInDatabase) = (true, true)
    func load(_ sinks: [any Sink]) throws {
      let document = try PartedDocument(alone: RoutingSupport.document("[]"), at: "raw/k.json")
      _ = try DatasetSinks(sinks).load(
        document, for: RoutingSupport.target(), deadline: Deadline(after: .seconds(100), on: time))
    }
    try load(sinks)
    #expect(seen == [.seconds(50), .seconds(25), .seconds(25), .seconds(24)])
    seen = []
    try load([sinks[0]])
    #expect(seen == [.seconds(100)])
    // One that wants more than its share stops no other elsewhere, and the database waits for the repetition.
    sinks[0].error = PipelineError(.deadlineExceeded, "no time was left")
    let error = #expect(throws: PipelineError.self) { try load(sinks) }
    #expect(
      error?.message.contains("the sink stream failed: no time was left; not tried: table, last; loaded: hook") == true)
  }

  @Test("After a failure elsewhere that may pass the database waits for the repetition, which counts what is new")
  func repetition() throws {
    let (stream, table) = (KeepingSink("stream"), KeepingSink("table"))
    table.isInDatabase = true
    stream.keepsRecords = false
    stream.report = {
      var report = KeepingSink.allNew($0)
      (report.records.new, report.records.unchanged) = (0, report.records.found)
      return report
    }
    var stored = 0
    table.report = { document in
      var report = KeepingSink.allNew(document)
      (report.records.new, report.records.unchanged) = (report.records.found - stored, stored)
      stored = report.records.found
      return report
    }
    let document = RoutingSupport.document(#"[{"id": "1"}, {"id": "2"}]"#)
    stream.error = PipelineError(.destinationUnavailable, "throttled")
    #expect(
      #expect(throws: PipelineError.self) { try load([stream, table], document) }
        == PipelineError(.destinationUnavailable, "the sink stream failed: throttled; not tried: table"))
    stream.error = nil
    #expect(try load([stream, table], document).records == RecordCounts(found: 2, new: 2))
    // No repetition mends this one: the table has its records all the same.
    stream.error = PipelineError(.configurationInvalid, "no such stream")
    let error = #expect(throws: PipelineError.self) { try load([stream, table], document) }
    #expect(error?.message.contains("loaded: table (2 found, 0 new") == true)
  }

  @Test("Entries with one name are told apart by what they take")
  func names() throws {
    let (first, concerts) = try sink("table", "{kind: concert}")
    let (second, venues) = try sink("table", "{kind: [venue, place]}")
    let (_, others) = try sink("others", "{kind: label}")
    let report = try load([concerts, venues, others], RoutingSupport.document(Self.records))
    #expect(
      report.sinks.map(\.sink) == ["table (where kind: concert)", "table (where kind: venue or place)", "others"])
    (first.error, second.error) = (PipelineError(.schemaMismatch, "a"), PipelineError(.schemaMismatch, "b"))
    let error = #expect(throws: PipelineError.self) {
      try load([concerts, venues], RoutingSupport.document(Self.records))
    }
    #expect(error?.message.contains("the sink table (where kind: venue or place) failed: SchemaMismatch: b") == true)
  }

  @Test("A record that no table takes is rejected, also if a stream has it: a stream keeps nothing")
  func untakenBesideStream() throws {
    let (stream, table) = (KeepingSink("stream"), try sink("table", "{kind: concert}"))
    stream.keepsRecords = false
    stream.report = {
      var report = KeepingSink.allNew($0)
      (report.records.new, report.records.unchanged) = (0, report.records.new)
      return report
    }
    let records = #"[{"id": "c1", "kind": "concert"}, {"id": "p", "kind": "promoter"}]"#
    let report = try load([stream, table.1], RoutingSupport.document(records))
    #expect(report.records == RecordCounts(found: 2, new: 1, rejected: 1))
    #expect(report.rejections.map(\.reason) == [#"no entry of load takes it: kind is "promoter""#])
    #expect(report.rejected[1] == #"{"id": "p", "kind": "promoter"}"#)
    // Alone it is the sink that says what becomes of records.
    #expect(try load([stream], RoutingSupport.document(records)).records.rejected == 0)
  }

  @Test("Before a load the same is said of entries that load and keep records", arguments: ["", "concerts"])
  func problems(stream: String) throws {
    let table = "{plugin: postgres, table: t, key: [id], columns: {id: text}, where: {kind: concert}}"
    let entry = "{plugin: kinesis, stream: \"${STREAM:-}\"}"
    let records = try [#"{"kind": "promoter"}"#, #"{"kind": "concert"}"#].map { try JSONValue(parsing: Array($0.utf8)) }
    func problems(_ load: [String]) throws -> [String] {
      let definition = try RoutingSupport.definition(load, environment: ["STREAM": stream])
      return UntakenRecords.problems(of: records, in: LoadingRegistry.keepingSections(of: definition))
    }
    #expect(
      try problems([table, entry]) == [
        #"1 record is rejected by a load: no entry of load takes it: kind is "promoter""#
      ])
    #expect(try problems([entry]).isEmpty)
    #expect(try problems([table, "{plugin: postgres, table: u, key: [id], columns: {id: text}}"]).isEmpty)
  }
}
