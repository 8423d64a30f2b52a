import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import PostgresSink

extension PostgresSinkTests {
  @Suite("Documents in parts")
  final class PartsTests: TableSuite {
    private static let yaml = """
      table: prices
      key: id
      columns: {id: text, rank: integer}
      soft_delete: true
      """

    private var documents: [String: Data] = [:]
    private var count = 0

    override init() throws {
      try super.init()
      try declare(Self.yaml)
    }

    /// Loads lists of records, each as a part.
    private func load(
      _ parts: [String], rejected: [String] = [], isComplete: Bool? = true, item: String = "all", key: String? = nil,
      at second: Int? = nil, isDryRun: Bool = false
    ) throws -> DryRun {
      count += 1
      let key = key ?? "raw/parts\(count).json"
      let second = second ?? count
      let keys = parts.indices.dropFirst().map { "raw/parts\(count)_\($0 + 1).json" }
      for (index, records) in parts.enumerated() {
        var part = DocumentPart()
        part.records = Data(records.dropFirst().dropLast().utf8)

        part.rejected = index == 0 ? rejected.map { RejectedRow(RowProblem(reason: "bad row"), key: $0, text: $0) } : []
        let place =
          index == 0
          ? DocumentParts(keys: keys, isComplete: isComplete, records: 0, rejected: 0)
          : DocumentParts(index + 1, of: key)
        documents[index == 0 ? key : keys[index - 1]] = try part.document(
          of: sink.dataset, archive: "raw/x.warc.gz", parts: place,
          listedAt: Date(timeIntervalSince1970: 1_717_142_400 + Double(second)))
      }
      return try load(at: key, item: item, isDryRun: isDryRun)
    }

    private func load(at key: String, item: String = "all", isDryRun: Bool = false) throws -> DryRun {
      let document = try PartedDocument(documents[key] ?? Data(), at: key) {
        [documents] (key, _) throws(PipelineError) in
        guard let part = documents[key] else { throw PipelineError(.invalidInput, "s3_key names no object") }
        return part
      }
      let target = try PostgresSinkTests.makeTarget(key, item: item, run: "r\(count)", dataset: sink.dataset)
      let deadline = PostgresSinkTests.within(.seconds(60))
      if isDryRun { return try sink.dryRun(document, for: target, deadline: deadline) }
      return DryRun(report: try sink.load(document, for: target, deadline: deadline), differences: [])
    }

    private func records(_ ids: some Sequence<some CustomStringConvertible>, rank: Int = 1) -> String {
      "[\(ids.map { #"{"id": "\#($0)", "rank": \#(rank)}"# }.joined(separator: ","))]"
    }

    private func alive() throws -> [String] { try lines("id", "prices where _deleted_at is null order by id") }

    @Test("A rejected key that is too long for an index rejects its record alone")
    func longKey() throws {
      // Random digits, which Postgres cannot compress.
      var random = SplitMix(seed: 1)
      let long = (0..<10_000).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
      let report = try load([#"[{"id": "a"}]"#, #"[{"id": "\#(long)"}]"#], rejected: [long]).report
      #expect(report.records == RecordCounts(found: 3, new: 1, rejected: 2, cancelled: 0))
    }

    @Test("are one load: one row in the ledger, all records in the table; a second load writes nothing")
    func oneLoad() throws {
      let parts = [records(["a", "b"]), records(["c"]), records(["d", "e"])]
      #expect(try load(parts).report.records == RecordCounts(found: 5, new: 5, cancelled: 0))
      #expect(try alive() == ["a", "b", "c", "d", "e"])
      #expect(try lines("raw_key, records_found, records_new", "loads") == ["raw/parts1.json|5|5"])
      #expect(try lines("_raw_key", "prices group by _raw_key") == ["raw/parts1.json"])
      let before = try versions()
      // The report of a retry is that of the load.
      #expect(try load(at: "raw/parts1.json").report.records == RecordCounts(found: 5, new: 5, cancelled: 0))
      #expect(try load(parts).report.records == RecordCounts(found: 5, unchanged: 5, cancelled: 0))
      #expect(try versions() == before)
    }

    @Test("count a record of an earlier part once; one with other values is rejected, with positions over all parts")
    func duplicates() throws {
      let report = try load([records(["a", "b"]), records(["b", "c"]), records(["a"], rank: 2)]).report
      #expect(report.records == RecordCounts(found: 5, new: 3, unchanged: 1, rejected: 1, cancelled: 0))
      #expect(report.rejections.map(\.position) == [4])
      #expect(report.rejections.first?.reason == "record 0 of the document has the same key and other values")
      #expect(try lines("id, rank") == ["a|1", "b|1", "c|1"])
      #expect(try lines("position, record", "rejected_records") == [#"4|{"id": "a", "rank": 2}"#])
    }

    @Test("number rejected records over all parts, with the rows that the scraper rejected in between")
    func positions() throws {
      let bad = #"[{"id": "x", "rank": "no"}]"#
      let report = try load([records(["a", "b"]), bad, records(["c"])], rejected: ["q", "r"]).report
      #expect(report.records == RecordCounts(found: 6, new: 3, rejected: 3, cancelled: 0))
      #expect(report.rejections.map(\.position) == [2, 3, 4])
      #expect(
        try lines("position, href, record ->> 'text', record ->> 'id'", "rejected_records order by position") == [
          "2|q|q", "3|r|r", "4|x|x",
        ])
      // A later document resolves them.
      _ = try load([records(["a", "b"]), records(["c", "x"])])
      #expect(try lines("count(*)", "rejected_records where resolved_at is null") == ["0"])
    }

    @Test("delete what no part has; a rejected record of any part is in the source")
    func softDelete() throws {
      _ = try load([records(["a", "b"]), records(["c", "d"]), records(["e"])])
      let bad = #"[{"id": "d", "rank": "no"}]"#
      let report = try load([records(["a"]), records(["c"]), bad]).report
      #expect(report.records == RecordCounts(found: 3, unchanged: 2, rejected: 1, cancelled: 2))
      #expect(try alive() == ["a", "c", "d"])
      _ = try load([records(["a"]), records(["c"])], isComplete: false)
      _ = try load([records(["a"]), #"[{"rank": 1}]"#])
      #expect(try alive() == ["a", "c", "d"], "an incomplete document, and one with an unknown key, delete nothing")
      _ = try load([records(["a", "b"]), records(["c"])])
      #expect(try alive() == ["a", "b", "c"], "b is back")
    }

    @Test("are measured as a whole by the shrinkage guard, by the rows that were there before")
    func shrinkage() throws {
      _ = try load([records(10...29), records(30...49)])
      let failure = PostgresSinkTests.failure { _ = try self.load([self.records(10...19), self.records(20...24)]) }
      #expect(failure?.name == .sourceChanged)
      #expect(
        failure?.message.contains("has 15 records where the table prices has 40") == true, "\(failure?.message ?? "")")
      let other = PostgresSinkTests.failure { _ = try self.load([self.records(50...69), self.records(70...99)]) }
      #expect(other?.message.contains("only 0 of the 40") == true, "\(other?.message ?? "")")
      #expect(try alive().count == 40)
      #expect(try load([records(10...29), records(30...48)]).report.records.cancelled == 1)
    }

    @Test("change nothing if one is missing, or is of another document; the message names it")
    func missing() throws {
      _ = try load([records(["a"]), records(["b"])])
      let parts = [records(["a"]), records(["c"]), records(["d"])]
      _ = try load(parts, isDryRun: true)
      documents["raw/parts2_3.json"] = nil
      let failure = PostgresSinkTests.failure { _ = try self.load(at: "raw/parts2.json") }
      #expect(failure?.name == .storageCorrupt)
      #expect(
        failure?.message.hasPrefix("raw/parts2_3.json, part 3 of 3 of the document raw/parts2.json, is missing") == true
      )
      documents["raw/parts2_3.json"] = documents["raw/parts1_2.json"]
      let other = PostgresSinkTests.failure { _ = try self.load(at: "raw/parts2.json") }
      #expect(other?.message == "raw/parts2_3.json is not part 3 of the document raw/parts2.json")
      #expect(try alive() == ["a", "b"])
      let part = PostgresSinkTests.failure { _ = try self.load(at: "raw/parts1_2.json") }
      #expect(part?.name == .invalidInput && part?.message.contains("load that one") == true)
    }

    @Test("are superseded together, and a dry run of them changes nothing")
    func supersededAndDryRun() throws {
      _ = try load([records(["a"]), records(["b"])], at: 10)
      let older = try load([records(["a"], rank: 2), records(["c"])], at: 5).report
      #expect(older.isSuperseded && older.records == RecordCounts(found: 2, unchanged: 2, cancelled: 0))
      let before = try lines("id, rank, _deleted_at, _raw_key")
      let dryRun = try load([records(["a"], rank: 2), records(["c"])], at: 20, isDryRun: true)
      #expect(dryRun.report.records == RecordCounts(found: 2, new: 1, changed: 1, cancelled: 1))
      #expect(Set(dryRun.differences.map(\.label)) == ["a", "b", "c"])
      #expect(try lines("id, rank, _deleted_at, _raw_key") == before)
    }

    @Test("give an added column the type that the values of all parts have")
    func evolution() throws {
      try declare("table: prices\nkey: id\ncolumns: {id: text}\nschema_contract: evolve")
      let report = try load([#"[{"id": "a", "x": 1}]"#, #"[{"id": "b", "x": 1.5}]"#]).report
      #expect(report.records == RecordCounts(found: 2, new: 2))
      #expect(try lines("id, x, pg_typeof(x)") == ["a|1|numeric", "b|1.5|numeric"])
    }

    @Test("have too many rejected records for memory: the load is refused, and nothing is changed")
    func tooManyRejections() throws {
      let bad = "[\((0..<15_000).map { #"{"id": "\#($0)", "rank": "no"}"# }.joined(separator: ","))]"
      let other = "[\((15_000..<22_000).map { #"{"id": "\#($0)", "rank": "no"}"# }.joined(separator: ","))]"
      let failure = PostgresSinkTests.failure { _ = try self.load([bad, other]) }
      #expect(
        failure?.name == .sourceChanged && failure?.message.contains("20000") == true, "\(failure?.message ?? "")")
      #expect(try lines("count(*)", "rejected_records") == ["0"])
    }
  }
}
