import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import PostgresSink

extension PostgresSinkTests {
  @Suite("Soft delete")
  final class SoftDeleteTests: TableSuite {
    private static let yaml = """
      table: prices
      key: id
      columns: {id: text, rank: integer}
      soft_delete: true
      """

    override init() throws {
      try super.init()
      try declare(Self.yaml)
    }

    /// Returns records with the ids.
    private func records(_ ids: some Sequence<some CustomStringConvertible>, rank: Int = 1) -> String {
      "[\(ids.map { #"{"id": "\#($0)", "rank": \#(rank)}"# }.joined(separator: ","))]"
    }

    /// Returns the ids of rows that are not deleted.
    private func alive() throws -> [String] { try lines("id", "prices where _deleted_at is null order by id") }

    @Test("spares rows that a later reading has written, also if the ledger does not know of it yet")
    func laterReading() throws {
      func load(_ ids: [String], second: Int) throws {
        var target = try PostgresSinkTests.makeTarget("raw/\(second).json", dataset: sink.dataset)
        target.writesLedger = false
        _ = try sink.load(
          PostgresSinkTests.makeDocument(
            records(ids), listed: "2024-05-31T08:00:0\(second).000Z", isComplete: true),
          for: target, deadline: PostgresSinkTests.within(.seconds(60)))
      }
      try load(["a", "b"], second: 5)
      try load(["a"], second: 3)
      #expect(try alive() == ["a", "b"])
      try load(["a"], second: 6)
      #expect(try alive() == ["a"])
    }

    @Test("marks rows that a complete document lacks, with its time, and revives those that reappear")
    func deleting() throws {
      #expect(try load(records(["a", "b", "c"]), isComplete: true).records.cancelled == 0)
      let kept = try lines("ctid, xmin, xmax", "prices where id <> 'b'")
      let report = try load(records(["a", "c"]), isComplete: true)
      #expect(report.records == RecordCounts(found: 2, unchanged: 2, cancelled: 1))
      #expect(
        try lines("id, to_char(_deleted_at at time zone 'UTC', 'SS'), cardinality(_items)") == ["a|1", "b|02|0", "c|1"])
      #expect(try lines("ctid, xmin, xmax", "prices where id <> 'b'") == kept, "no other row is written")
      let before = try versions()
      #expect(
        try load(records(["a", "c"]), isComplete: true).records == RecordCounts(found: 2, unchanged: 2, cancelled: 0))
      #expect(try versions() == before)
      #expect(
        try load(records(["a", "b"]), isComplete: true).records
          == RecordCounts(found: 2, changed: 1, unchanged: 1, cancelled: 1))
      #expect(try alive() == ["a", "b"])
      #expect(try lines("records_cancelled", "loads order by id") == ["0", "1", "0", "1"])
    }

    @Test("says what to do with a row that is older than a check, and breaks it")
    func brokenCheck() throws {
      try load(records(["a", "b"], rank: -1), isComplete: true)
      try declare(Self.yaml.replacing("rank: integer", with: "rank: {type: integer, check: rank >= 0}"))
      #expect(try load(records(["a", "b"], rank: -1), isComplete: true).records.rejected == 2)
      let error = #expect(throws: PipelineError.self) { try load("[]", isComplete: true) }
      #expect(error?.name == .schemaMismatch)
      #expect(
        error?.message.contains("`delete from \"public\".\"prices\" where not (\"rank\" >= (0))`") == true,
        "\(error?.message ?? "")")
      #expect(try alive() == ["a", "b"])
    }

    @Test("needs a document that says that it is complete, with every record's key known")
    func incomplete() throws {
      try load(records(["a", "b"]), isComplete: true)
      try load(records(["a"]))
      try load(records(["a"]), isComplete: false)
      try load(#"[{"id": "a", "rank": 1}, {"rank": 2}]"#, isComplete: true)
      try load(records(["a"]), isComplete: true, rejected: #"[{"reason": "x", "href": "", "text": "y"}]"#)
      #expect(try alive() == ["a", "b"])
      try load(#"[{"id": "a", "rank": "bad"}]"#, isComplete: true)
      #expect(try alive() == ["a"], "a rejected record with a key is in the source")
      try load(records(["a", "b"]), isComplete: true)
      try load(records([] as [String]), isComplete: true, rejected: #"[{"reason": "x", "href": "a", "text": "y"}]"#)
      #expect(try alive() == ["a"])
    }

    @Test("keeps a row as long as any item has it")
    func sharedRows() throws {
      #expect(try load(records(["a", "b"]), item: "jazz", isComplete: true).records.new == 2)
      let second = try load(records(["b", "c"]), item: "funk", isComplete: true)
      #expect(second.records == RecordCounts(found: 2, new: 1, unchanged: 1, cancelled: 0))
      #expect(
        try lines("id, _items") == [
          "a|{markets/jazz}", "b|{markets/jazz,markets/funk}", "c|{markets/funk}",
        ])
      let before = try versions()
      try load(records(["b", "c"]), item: "funk", isComplete: true)
      #expect(try versions() == before)
      #expect(try load(records(["a"]), item: "jazz", isComplete: true).records.cancelled == 0)
      #expect(try alive() == ["a", "b", "c"])
      #expect(try load(records(["c"]), item: "funk", isComplete: true).records.cancelled == 1)
      #expect(try alive() == ["a", "c"])
      #expect(
        try sink.storedCounts(
          of: [.init(id: "jazz"), .init(id: "funk"), .init(id: "none")], in: dataset, deadline: within())
          == ["jazz": 1, "funk": 1, "none": 0])
    }

    @Test("keeps a row that an earlier reading of another item has, although a later one lost it")
    func laterLoss() throws {
      try load(records(["a"]), item: "jazz", isComplete: true, at: 1)
      try load(records([] as [String]), item: "jazz", isComplete: true, at: 20)
      #expect(try alive().isEmpty)
      let report = try load(records(["a"]), item: "funk", isComplete: true, at: 10)
      #expect(report.records == RecordCounts(found: 1, changed: 1, cancelled: 0))
      #expect(try lines("id, _items") == ["a|{markets/funk}"])
      #expect(try alive() == ["a"])
    }

    @Test("is of the dataset's own rows, if two datasets share a table")
    func twoDatasets() throws {
      try load(records(["a", "b"]), isComplete: true)
      let other = makeDataset("others")
      try declare(Self.yaml, dataset: other)
      _ = try sink.load(
        Data(#"{"ingestion_result":{"complete":true,"timestamp":"2024-06-01T00:00:00Z"},"records":[{"id":"c"}]}"#.utf8),
        for: makeTarget("raw/o.json", dataset: other), deadline: within())
      #expect(try alive() == ["a", "b", "c"])
    }

    @Test("refuses a document that has lost most rows, or has others in their place, unless the request allows it")
    func shrinkage() throws {
      try load(records(0..<20), isComplete: true)
      let before = try versions()
      for ids in [Array(0..<9), Array(100..<120)] {
        let error = failure { try load(records(ids), isComplete: true) }
        #expect(error?.name == .sourceChanged)
        #expect(error?.message.contains("--allow-shrink") == true)
      }
      #expect(try versions() == before && count("loads") == 1)
      #expect(try load(records(0..<10), isComplete: true).records.cancelled == 10)
      #expect(try load(records(0..<1), isComplete: true, allowsShrinkage: true).records.cancelled == 9)
    }

    @Test("with minimum_ratio 0 takes any document; a superseded one deletes nothing")
    func anyDocument() throws {
      try declare(Self.yaml + "\nminimum_ratio: 0")
      try load(records(0..<20), isComplete: true, at: 5)
      #expect(try load(records([] as [String]), isComplete: true, at: 4).isSuperseded)
      #expect(try alive().count == 20)
      #expect(try load(records([] as [String]), isComplete: true, at: 6).records.cancelled == 20)
    }

    @Test("can be declared later: stored rows belong to the item that wrote them")
    func later() throws {
      try declare("table: prices\nkey: id\ncolumns: {id: text, rank: integer}")
      try load(records(["a", "b"]), item: "jazz")
      try declare(Self.yaml)
      #expect(try load(records(["a"]), item: "jazz", isComplete: true).records.cancelled == 1)
      #expect(try alive() == ["a"])
    }
  }
}
