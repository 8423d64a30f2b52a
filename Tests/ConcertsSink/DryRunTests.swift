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
  @Suite("A dry run of a load")
  final class DryRunTests: SinkSuite {
    private let one = makeRecord(genres: ["Jazz"])
    private let two = makeRecord(href: "/events/2", artist: "Irma")

    private func document(_ records: [EventRecord], run: Int, at hour: Int? = nil) -> LoadDocument {
      makeDocument(records, key: "raw/\(run).json", listed: hour.map { "2024-05-30T\($0):00:00Z" })
    }

    @Test("reports what the load then does, and leaves every row of every table as it was")
    func sameAsTheLoad() throws {
      let rejected = makeRecord(href: "/events/9", venue: "")
      try sink.load(document([one, two, rejected], run: 1, at: 10), deadline: within())
      var moved = one
      moved.venue.phoneNumber = "504-555-0100"
      moved.event.genres = ["Funk"]
      let better = document([moved, makeRecord(href: "/events/9")], run: 2, at: 10)
      let rows = try connection.rowVersions()
      let stored = try sink.events(on: testDate, deadline: within())

      let dryRun = try sink.dryRun(better, deadline: within())
      #expect(try connection.rowVersions() == rows)
      #expect(try sink.events(on: testDate, deadline: within()) == stored)
      #expect(dryRun.report.events == RecordCounts(found: 2, new: 1, changed: 1))
      #expect(dryRun.report.cancelled == 1)
      #expect(
        dryRun.differences == [
          .init(
            .changed, label: "20:00 Blue Nile: Kermit Ruffins (/events/1)",
            fields: [
              .init(name: "event_data.genres", before: #"["Jazz"]"#, after: #"["Funk"]"#),
              .init(name: "venue_data.phone_number", before: #""""#, after: #""504-555-0100""#),
            ]),
          .init(.added, label: "20:00 Blue Nile: Kermit Ruffins (/events/9)"),
          .init(.removed, label: "20:00 Blue Nile: Irma (/events/2)"),
        ])
      #expect(try sink.dryRun(better, deadline: within()) == dryRun, "repeatable")

      let report = try sink.load(better, deadline: within())
      #expect(dryRun.report == report)
      let loaded = try sink.events(on: testDate, deadline: within())
      #expect(try [DryRun.Difference].between(stored, loaded) == dryRun.differences)
      let after = try sink.dryRun(better, deadline: within())
      #expect(after.differences.isEmpty)
      #expect(after.report.events == RecordCounts(found: 2, unchanged: 2))
    }

    @Test("of an older listing reports that it is superseded, and no difference")
    func older() throws {
      try sink.load(document([one], run: 2, at: 12), deadline: within())
      let dryRun = try sink.dryRun(document([one, two], run: 1, at: 11), deadline: within())
      #expect(dryRun.report.isSuperseded)
      #expect(dryRun.differences.isEmpty)
    }

    @Test("fails as the load would, releases the lock, and leaves the connection usable")
    func failing() throws {
      let day = (0..<20).map { makeRecord(href: "/events/\($0)", artist: "Artist \($0)", time: nil) }
      try sink.load(document(day, run: 1), deadline: within())
      let rows = try connection.rowVersions()
      #expect(failureName { _ = try sink.dryRun(document([], run: 2), deadline: within()) } == .sourceChanged)
      #expect(try connection.rowVersions() == rows)
      // The server would end a transaction that is left open after 15 seconds.
      try makeSink(testDatabase).load(document(day, run: 3), deadline: within(.seconds(12)))
      #expect(try sink.dryRun(document(day, run: 4), deadline: within()).report.events.unchanged == 20)
    }

    @Test("holds no lock after its end, although its connection stays open")
    func lockIsFree() throws {
      try sink.load(document([one], run: 1), deadline: within())
      _ = try sink.dryRun(document([one, two], run: 2), deadline: within())
      #expect(
        try connection.count(
          "pg_locks l join pg_database d on d.oid = l.database where locktype = 'advisory' and datname = current_database()"
        ) == 0)
      #expect(
        try connection.count(
          "pg_stat_activity where datname = current_database() and state like 'idle in transaction%'") == 0)
    }

    @Test("does not disturb concurrent loads of the same events")
    func besideLoads() throws {
      let day = (0..<10).map { makeRecord(href: "/events/\($0)", artist: "Artist \($0)", time: nil) }
      try sink.load(document(day, run: 1), deadline: within())
      let url = testDatabase.url
      let failures = Locked([String]())
      let shorter = Array(day.reversed().dropLast(2))
      concurrently(
        (0..<4).map { worker in
          {
            do {
              let own = try ConcertsSinkTests.makeSink(url)
              for round in 0..<10 {
                let key = "raw/\(worker)-\(round).json"
                guard worker % 2 == 1 else {
                  try own.load(ConcertsSinkTests.makeDocument(day, key: key), deadline: ConcertsSinkTests.within())
                  continue
                }
                let dryRun = try own.dryRun(
                  ConcertsSinkTests.makeDocument(shorter, key: key), deadline: ConcertsSinkTests.within())
                if dryRun.differences.map(\.change) != [.removed, .removed] || dryRun.report.cancelled != 2 {
                  failures.change { $0.append("\(dryRun.report)") }
                }
              }
            } catch {
              failures.change { $0.append("\(error)") }
            }
          }
        })
      #expect(failures.change { $0 } == [])
      #expect(try sink.events(on: testDate, deadline: within()).count == 10)
    }

    @Test("does not migrate: a database without a schema is a schema mismatch")
    func noSchema() throws {
      let empty = try TestDatabase()
      let sink = try makeSink(empty)
      #expect(failureName { _ = try sink.dryRun(document([one], run: 1), deadline: within()) } == .schemaMismatch)
      #expect(try empty.connect().rowVersions().isEmpty)
    }
  }
}
