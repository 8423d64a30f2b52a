import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import PostgresSink

extension PostgresSinkTests {
  @Suite("The ledger of rejected records")
  final class ResolutionTests: TableSuite {
    @Test("says of an earlier rejected record what a later document of its item has made of it")
    func resolutions() throws {
      let bad = #"{"id": "a", "price": -1}, {"id": "b", "price": -1}, {"id": "c", "price": -1}, {"price": 1}"#
      try load("[\(bad)]", item: "x")
      try load("[\(bad)]", item: "y")
      try load(#"[{"id": "b", "price": -2}, {"id": "a", "price": 1}]"#, item: "x", isComplete: true)
      let ended = "rejected_records where raw_key = 'raw/1.json' order by position"
      #expect(
        try lines("position, resolution, (select raw_key from loads l where l.id = resolved_by)", ended) == [
          "0|loaded|raw/3.json", "1|rejected again|raw/3.json", "2|not listed|raw/3.json", "3|replaced|raw/3.json",
        ])
      let ledger = try Ledger(
        Database(url: testDatabase.url, migrations: ConcertsSink.migrations, applicationName: "tests"))
      func open(_ item: String) throws -> [String] {
        try ledger.rejections(of: PostgresSinkTests.dataset, item: item, deadline: PostgresSinkTests.within()).map {
          "\($0.rawKey) \($0.position)"
        }
      }
      #expect(try open("x") == ["raw/3.json 0"])
      #expect(try open("y").count == 4)
      // A document of which a part is missing says nothing of a record that it lacks.
      try load(#"[{"id": "b", "price": 2}]"#, item: "y", isComplete: false)
      #expect(try open("y") == [])
      #expect(
        try lines("position, resolution", "rejected_records where raw_key = 'raw/2.json' order by position") == [
          "0|replaced", "1|loaded", "2|replaced", "3|replaced",
        ])
    }

    @Test("of several sinks: the ledger has what all of them have rejected, and what all of them have loaded")
    func severalSinks() throws {
      let raw = try PostgresSinkTests.makeSink(
        testDatabase.url, "table: raw\nkey: [id]\ncolumns: {id: text, price: text, rank: integer}")
      let ledger = try Ledger(
        Database(url: testDatabase.url, migrations: ConcertsSink.migrations, applicationName: "tests"))
      // As the loader does.
      func load(_ records: String, _ key: String, second: Int) throws {
        let document = PostgresSinkTests.makeDocument(
          records, listed: "2024-05-31T08:00:0\(second).000Z", isComplete: true)
        var target = try PostgresSinkTests.makeTarget(key)
        target.writesLedger = false
        let reports = try [sink, raw].map {
          try $0.load(document, for: target, deadline: PostgresSinkTests.within())
        }
        #expect(reports.allSatisfy { !$0.isInLedger })
        try ledger.recordLoad(
          LoadReport(combining: reports), of: document, for: target, deadline: PostgresSinkTests.within())
      }
      let mixed =
        #"[{"id": "a", "price": -1}, {"id": "b", "price": 1, "rank": 1.5}, {"id": "c", "rank": 1}, {"rank": 2}]"#
      let ended = "raw_key, position, coalesce(resolution, 'open'), reason"
      let all = "rejected_records order by raw_key, position"
      let open = [
        "raw/1.json|0|open|price is -1: it must satisfy price >= 0",
        "raw/1.json|1|open|rank is 1.5: it must be an integer from -9223372036854775808 to 9223372036854775807",
        "raw/1.json|3|open|id is missing: the column id needs a value",
      ]
      try load(mixed, "raw/1.json", second: 1)
      #expect(try lines(ended, all) == open)
      let counts = try lines("counts", "loads")
      #expect(try lines("records_found, records_new, records_rejected", "loads") == ["4|1|3"])
      #expect(try count("raw") == 2)
      // The same document again.
      try load(mixed, "raw/1.json", second: 1)
      #expect(try lines(ended, all) == open)
      #expect(try lines("counts", "loads") == counts)

      // Both take the second record, and one of them the first.
      try load(#"[{"id": "a", "price": 7, "rank": "x"}, {"id": "b", "price": 1}]"#, "raw/2.json", second: 2)
      #expect(
        try lines("raw_key, position, coalesce(resolution, 'open')", all) == [
          "raw/1.json|0|rejected again", "raw/1.json|1|loaded", "raw/1.json|3|replaced", "raw/2.json|0|open",
        ])
    }
  }
}
