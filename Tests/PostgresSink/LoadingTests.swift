import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import PostgresSink

extension PostgresSinkTests {
  @Suite("Loading a document")
  final class LoadingTests: TableSuite {
    private let two = """
      [{"id": "a", "price": 1.50, "rank": 1, "seen": "2024-05-31T08:00:00.123456-05:00", "_record": "urn:uuid:1#0"},
       {"id": "b", "price": "2", "rank": "2", "seen": null, "_record": "urn:uuid:1#1"}]
      """

    @Test("creates the table, with comments and lineage, and stores the records")
    func firstLoad() throws {
      let report = try load(two)
      #expect(report.records == RecordCounts(found: 2, new: 2))
      #expect(report.isInLedger && !report.isSuperseded && report.rejections.isEmpty)
      #expect(
        try lines(
          "id, price, rank, to_char(seen at time zone 'UTC', 'HH24:MI:SS.US'), _dataset, _item, _run, _raw_key, _record, "
            + "to_char(_first_seen at time zone 'UTC', 'HH24:MI:SS'), _last_seen = _first_seen, length(_content_hash)")
          == [
            "a|1.50|1|13:00:00.123456|markets|all|r1|raw/1.json|urn:uuid:1#0|08:00:01|t|32",
            "b|2.00|2|markets|all|r1|raw/1.json|urn:uuid:1#1|08:00:01|t|32",
          ])
      #expect(
        try lines("dataset, item, run, raw_key, records_found, records_new, superseded", "loads") == [
          "markets|all|r1|raw/1.json|2|2|f"
        ])
      #expect(
        try lines("col_description('prices'::regclass, 2)", "(values (1)) x") == ["the price"])
      #expect(try lines("dataset, schema_name, table_name", "etl_tables") == ["markets|public|prices"])
    }

    @Test("writes and locks no row the second time, under the same key or another (F47)")
    func unchanged() throws {
      try load(two, key: "raw/1.json", at: 1)
      let before = try versions()
      let loads = try lines("ctid, xmin", "loads")
      #expect(try load(two, key: "raw/1.json", at: 1).records == RecordCounts(found: 2, unchanged: 2))
      #expect(try versions() == before)
      #expect(try lines("ctid, xmin", "loads") == loads)
      let later = try load(
        """
        [{"_record": "urn:uuid:2#0", "seen": "2024-05-31T13:00:00.123456Z", "rank": "1", "price": "1.5", "id": "a"},
         {"id": "b", "price": 2.00, "rank": 2.0}]
        """)
      #expect(later.records == RecordCounts(found: 2, unchanged: 2), "the same values in other spellings")
      #expect(try versions() == before)
      #expect(try count("loads") == 2)
    }

    @Test("writes only what differs, and keeps when a row was first seen")
    func changes() throws {
      try load(two)
      let b = try lines("ctid, xmin, xmax", "prices where id = 'b'")
      let report = try load(#"[{"id": "a", "price": 3}, {"id": "b", "price": 2, "rank": 2}, {"id": "c"}]"#)
      #expect(report.records == RecordCounts(found: 3, new: 1, changed: 1, unchanged: 1))
      #expect(
        try lines(
          "id, price, rank, _run, to_char(_first_seen at time zone 'UTC', 'SS'), to_char(_last_seen at time zone 'UTC', 'SS')"
        )
          == ["a|3.00|r2|01|02", "b|2.00|2|r1|01|01", "c|r2|02|02"])
      #expect(try lines("ctid, xmin, xmax", "prices where id = 'b'") == b)
    }

    @Test("counts a record that is there twice as unchanged, and rejects one with other values: the first stands")
    func duplicates() throws {
      let report = try load(
        #"[{"id": "a", "rank": 1}, {"id": "a", "rank": "1"}, {"id": "a", "rank": 2}, {"id": "é"}, {"id": "e\u0301"}]"#)
      #expect(report.records == RecordCounts(found: 5, new: 3, unchanged: 1, rejected: 1))
      #expect(
        report.rejections == [
          .init(
            position: 2, reason: "record 0 of the document has the same key and other values", key: "a")
        ])
      #expect(try lines("id, rank") == ["a|1", "e\u{301}", "é"])
    }

    @Test("puts a record that does not fit into quarantine, by name, and loads the others")
    func rejections() throws {
      let report = try load(
        """
        [{"id": "a", "price": "1,5"}, {"id": "b", "price": -1}, {"id": "c", "price": 1.555}, {"price": 1}, 7,
         {"id": "d", "rank": 9223372036854775808}, {"id": "e", "seen": "2024-05-31"}, {"id": "f\\u0000"},
         {"id": "g", "rank": [1]}, {"id": "h", "price": 1}]
        """, rejected: #"[{"reason": "no row", "href": "x", "text": "y"}]"#)
      #expect(report.records == RecordCounts(found: 11, new: 1, rejected: 10))
      #expect(
        report.rejections.map { "\($0.position) \($0.key ?? "-"): \($0.reason)" } == [
          #"0 a: price is "1,5": it must be a number such as 12.5, with at most 10 digits before the point and 2 behind it"#,
          "1 b: price is -1: it must satisfy price >= 0",
          "2 c: price is 1.555: it must be a number such as 12.5, with at most 10 digits before the point and 2 behind it",
          "3 -: id is missing: the column id needs a value",
          "4 -: it is no JSON object",
          "5 d: rank is 9223372036854775808: it must be an integer from -9223372036854775808 to 9223372036854775807",
          #"6 e: seen is "2024-05-31": it must be a time with its offset such as 2024-05-31T20:00:00-05:00"#,
          "7 -: id has a NUL character, which Postgres cannot store",
          "8 g: rank is [1]: it must be an integer from -9223372036854775808 to 9223372036854775807",
          "10 x: no row",
        ])
      #expect(
        try lines("position, record", "rejected_records where position in (0, 4, 7, 10) order by position") == [
          #"0|{"id": "a", "price": "1,5"}"#, "4|7", #"7|"{\"id\": \"f\\u0000\"}""#,
          #"10|{"href": "x", "text": "y", "reason": "no row"}"#,
        ])
      #expect(try lines("id") == ["h"])
      try load(#"[{"id": "a", "price": 1.5}]"#)
      #expect(try count("rejected_records where resolved_at is null") == 0)
    }

    @Test("changes nothing if a later document of the item was loaded")
    func superseded() throws {
      try load(#"[{"id": "a", "rank": 2}]"#, at: 10)
      let before = try versions()
      let report = try load(#"[{"id": "a", "rank": 1}, {"id": "b"}, {"id": 1, "rank": "x"}]"#, at: 5)
      #expect(report.isSuperseded)
      #expect(report.records == RecordCounts(found: 3, unchanged: 2, rejected: 1))
      #expect(try versions() == before)
      #expect(try lines("raw_key, superseded", "loads order by id") == ["raw/1.json|f", "raw/2.json|t"])
    }

    @Test("does not replace what a later document of another item has of a record")
    func laterItem() throws {
      try load(#"[{"id": "a", "rank": 2}]"#, item: "jazz", at: 10)
      let report = try load(#"[{"id": "a", "rank": 1}, {"id": "b", "rank": 1}]"#, item: "funk", at: 5)
      #expect(report.records == RecordCounts(found: 2, new: 1, unchanged: 1))
      #expect(try lines("id, rank, _item") == ["a|2|jazz", "b|1|funk"])
    }

    @Test("reports the counts of the first attempt if the request is repeated in its run")
    func repeated() throws {
      let document = makeDocument(two)
      let first = try sink.load(document, for: makeTarget(), deadline: within())
      let again = try sink.load(document, for: makeTarget(), deadline: within())
      #expect(first == again)
      #expect(
        try sink.load(document, for: makeTarget(run: "r2"), deadline: within()).records
          == RecordCounts(found: 2, unchanged: 2))
    }

    @Test("refuses a document that is not the target's, and changes nothing")
    func refused() throws {
      let cases: [(String, PipelineError.Name, String)] = [
        ("{", .storageCorrupt, "is not an extract document: line 1"),
        ("{}", .storageCorrupt, "no list of records"),
        (#"{"records": {}}"#, .storageCorrupt, "no list of records"),
        (#"{"ingestion_result": {"success": false}, "records": []}"#, .storageCorrupt, "failed"),
        (#"{"ingestion_result": {"source": "other"}, "records": []}"#, .invalidInput, "of the source 'other'"),
        (
          #"{"ingestion_result": {"timestamp": "2199-01-01T00:00:00Z"}, "records": []}"#, .storageCorrupt,
          "in the future"
        ),
        ("[" + String(repeating: "1,", count: 20_001) + "1]", .storageCorrupt, "more than 20000 records"),
        ("[" + String(repeating: "[],", count: 1_000_001) + "1]", .storageCorrupt, "more than 2000000 values"),
      ]
      for (text, name, message) in cases {
        let error = failure { _ = try sink.load(Data(text.utf8), for: makeTarget(), deadline: within()) }
        #expect(error?.name == name && error?.message.contains(message) == true, "\(text.prefix(40)): \(error as Any)")
      }
      #expect(try lines("to_regclass('prices')", "(values (1)) x") == [""])
    }

    @Test("takes a bare list, which has no time and is older than any other")
    func bareList() throws {
      #expect(
        try sink.load(Data(#"[{"id": "a"}]"#.utf8), for: makeTarget(), deadline: within()).records
          == RecordCounts(found: 1, new: 1))
      try load(#"[{"id": "b"}]"#, at: 1)
      #expect(
        try sink.load(Data(#"[{"id": "c"}]"#.utf8), for: makeTarget("raw/x.json"), deadline: within()).isSuperseded)
    }
  }
}
