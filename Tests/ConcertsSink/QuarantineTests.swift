import Contracts
import EventRecords
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink
@testable import Ledger

extension ConcertsSinkTests {
  @Suite("Rejected records")
  final class QuarantineTests: SinkSuite {
    override class var isMigrated: Bool { false }

    private let good = makeRecord()
    private let noVenue = makeRecord(href: "/events/2", venue: "", venueHref: "/organizations/x")

    @discardableResult
    private func load(_ run: Int, _ records: EventRecord..., adding entries: [LoadDocument.Entry] = []) throws
      -> LoadReport
    {
      var document = makeDocument(records, key: "raw/\(run).json", listed: "2024-05-30T12:00:0\(run)Z")
      document.run = "\(run)"
      document.entries += entries
      return try sink.load(document, deadline: within())
    }

    /// Returns the rows as `raw key|position|resolution|resolving load's key`.
    private func stored() throws -> [String] {
      try connection.lines(
        "raw_key, position, resolution, (select raw_key from loads where id = resolved_by)",
        from: "rejected_records order by id")
    }

    @Test("are all in their table if the ledger counts them; otherwise nothing is loaded")
    func counted() throws {
      try sink.database.migrate(deadline: within())
      try connection.execute(
        script: """
          create function lose() returns trigger language plpgsql as $$ begin return null; end $$;
          create trigger lose before insert on rejected_records for each row when (new.position = 1) execute function lose();
          """, deadline: within())
      let before = try connection.rowVersions()
      #expect(failureName { try load(1, good, noVenue) } == .databaseConflict)
      #expect(try connection.rowVersions() == before)
      try load(1, noVenue, good)
      #expect(failureName { try load(0, good, noVenue) } == .databaseConflict, "one that is superseded")
      #expect(try connection.count("loads") == 1)
    }

    private func open() throws -> [String] {
      try ledger.rejections(of: dataset, deadline: within()).map { "\($0.rawKey)|\($0.position)" }
    }

    @Test("are resolved when a later document has them right, and are kept")
    func resolved() throws {
      try load(1, good, noVenue)
      let rejected = try #require(try ledger.rejections(of: dataset, deadline: within()).first)
      #expect(
        (rejected.item.date, rejected.rawKey, rejected.run, rejected.position) == (testDate, "raw/1.json", "1", 1))
      #expect(rejected.reason == "no venue name")
      #expect(rejected.href == "/events/2")
      #expect(rejected.record == #"{"position": 1}"#)
      #expect(rejected.resolution == nil)
      try load(2, good, makeRecord(href: "/events/2"))
      #expect(try open().isEmpty)
      #expect(try stored() == ["raw/1.json|1|loaded|raw/2.json"])
      let history = try ledger.rejections(of: dataset, ofRun: "1", deadline: within())
      #expect(history.map(\.resolution?.kind) == ["loaded"])
      #expect(history.first?.resolution?.run == "2")
      #expect(try ledger.rejections(of: dataset, ofRun: "2", deadline: within()).isEmpty)
    }

    @Test("that are rejected again are open once, under the newest document")
    func rejectedAgain() throws {
      for run in 1...3 { try load(run, good, noVenue) }
      #expect(try open() == ["raw/3.json|1"])
      #expect(
        try stored() == [
          "raw/1.json|1|rejected again|raw/2.json", "raw/2.json|1|rejected again|raw/3.json", "raw/3.json|1",
        ])
      let before = try connection.rowVersions()
      try load(3, good, noVenue)
      #expect(try connection.rowVersions() == before, "the same document once more writes nothing")
    }

    @Test("are resolved as not listed if they disappear from the listing")
    func notListed() throws {
      try load(1, good, noVenue)
      try load(2, good)
      #expect(try open().isEmpty)
      #expect(try stored() == ["raw/1.json|1|not listed|raw/2.json"])
    }

    @Test("stay open if an unreadable record of a later listing may be the same")
    func unknown() throws {
      try load(1, good, noVenue)
      try load(2, good, adding: [.unreadable(reason: "it is malformed", href: nil)])
      #expect(try open() == ["raw/1.json|1", "raw/2.json|1"])
      try load(3, good, adding: [.unreadable(reason: "it is malformed", href: nil)])
      #expect(try open() == ["raw/1.json|1", "raw/3.json|1"], "without an address they do not accumulate")
      try load(4, good)
      #expect(try open().isEmpty)
      #expect(try stored().suffix(2) == ["raw/2.json|1|replaced|raw/3.json", "raw/3.json|1|replaced|raw/4.json"])
    }

    @Test("of other dates and datasets are not resolved")
    func others() throws {
      try load(1, good, noVenue)
      try sink.load(
        makeDocument([], date: testDate.adding(days: 1), key: "raw/a.json"), deadline: within())
      try sink.load(makeDocument([], key: "raw/b.json", dataset: "other"), deadline: within())
      #expect(try open() == ["raw/1.json|1"])
    }

    @Test("are not changed by an older listing that is loaded late")
    func superseded() throws {
      try load(2, good, noVenue)
      try load(1, good)
      #expect(try open() == ["raw/2.json|1"])
    }

    @Test("are reopened if stricter code loads the same document, and resolved by better code")
    func sameDocument() throws {
      try load(1, good, noVenue)
      try load(1, good, makeRecord(href: "/events/2"))
      #expect(try stored() == ["raw/1.json|1|loaded|raw/1.json"])
      #expect(try connection.lines("records_rejected", from: "loads") == ["0"])
      try load(1, good, noVenue)
      #expect(try stored() == ["raw/1.json|1"])
      #expect(try connection.lines("records_rejected", from: "loads") == ["1"])
    }

    @Test("are listed by date")
    func byDate() throws {
      try load(1, good, noVenue)
      #expect(try ledger.rejections(of: dataset, item: "\(testDate)", deadline: within()).count == 1)
      #expect(try ledger.rejections(of: dataset, item: "\(testDate.adding(days: 1))", deadline: within()).isEmpty)
    }

    @Test("of a database of the first version are kept, and those of each date's last document are open")
    func migrated() throws {
      try makeSink(testDatabase).database.migrate(to: [.legacyTables], deadline: within())
      let counts = #"{"events": {"found": 2, "new": 1, "changed": 0, "unchanged": 0, "rejected": 1}}"#
      for run in 1...2 {
        try connection.execute(
          script: """
            insert into loads (dataset, event_date, raw_key, run, counts)
            values ('wwoz', '2024-05-31', 'raw/\(run).json', '\(run)', '\(counts)');
            insert into rejected_records (dataset, event_date, raw_key, position, reason, record)
            values ('wwoz', '2024-05-31', 'raw/\(run).json', 1, 'no venue name',
              '{"event_data": {"wwoz_event_href": "/events/2"}}'),
              ('wwoz', '2024-05-31', 'raw/\(run).json', 2, 'cannot be read', '"text"')
            """, deadline: within())
      }
      #expect(try sink.database.migrate(deadline: within()) == ConcertsSink.migrations.dropFirst().map(\.name))
      #expect(try open() == ["raw/2.json|1", "raw/2.json|2"])
      #expect(try connection.lines("records_found, records_rejected", from: "loads") == ["2|1", "2|1"])
      try load(3, good, makeRecord(href: "/events/2"))
      #expect(try open().isEmpty)
      #expect(
        try connection.lines("raw_key, resolution", from: "rejected_records order by id") == [
          "raw/1.json|replaced", "raw/1.json|replaced", "raw/2.json|loaded", "raw/2.json|replaced",
        ])
    }
  }
}
