import Foundation
import Contracts
import Settings
import EventRecords
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink

extension WarehouseTests {
  @Suite("A dryRun of a load")
  final class RehearsalTests {
    let database: TestDatabase
    let database: ConcertsDatabase
    let connection: PostgresConnection

    init() throws {
      database = try TestDatabase()
      database = try makeWarehouse(database)
      connection = try database.connect()
    }

    private let one = makeRecord(genres: ["Jazz"])
    private let two = makeRecord(href: "/events/2", act: "Irma")

    private func document(_ records: [EventRecord], run: Int, at hour: Int? = nil) -> LoadDocument {
      makeDocument(records, key: "raw/\(run).json", listed: hour.map { "2024-05-30T\($0):00:00Z" })
    }

    @Test("tells what the load then does, and leaves every row of every table where it was")
    func sameAsTheLoad() throws {
      let rejected = makeRecord(href: "/events/9", venue: "")
      try database.load(document([one, two, rejected], run: 1, at: 10), deadline: within())
      var moved = one
      moved.venue.phoneNumber = "504-555-0100"
      moved.event.genres = ["Funk"]
      let better = document([moved, makeRecord(href: "/events/9")], run: 2, at: 10)
      let rows = try connection.rowVersions()
      let stored = try database.events(on: testDate, deadline: within())

      let dryRun = try database.dryRun(better, deadline: within())
      #expect(try connection.rowVersions() == rows)
      #expect(try database.events(on: testDate, deadline: within()) == stored)
      #expect(dryRun.before == stored)
      #expect(dryRun.report.counts.events == RecordCounts(found: 2, new: 1, changed: 1))
      #expect(dryRun.report.counts.cancelled == 1)
      #expect(try database.dryRun(better, deadline: within()) == dryRun, "as often as one likes")

      let report = try database.load(better, deadline: within())
      #expect(dryRun.report == report)
      #expect(try database.events(on: testDate, deadline: within()) == dryRun.after)
      let after = try database.dryRun(better, deadline: within())
      #expect(after.before == after.after)
      #expect(after.report.counts.events == RecordCounts(found: 2, unchanged: 2))
    }

    @Test("of an older listing says so, and shows no difference")
    func older() throws {
      try database.load(document([one], run: 2, at: 12), deadline: within())
      let dryRun = try database.dryRun(document([one, two], run: 1, at: 11), deadline: within())
      #expect(dryRun.report.isSuperseded)
      #expect(dryRun.before == dryRun.after)
    }

    @Test("fails as the load would, and neither holds the lock nor spoils the connection")
    func failing() throws {
      let day = (0..<20).map { makeRecord(href: "/events/\($0)", act: "Act \($0)", time: nil) }
      try database.load(document(day, run: 1), deadline: within())
      let rows = try connection.rowVersions()
      #expect(failureName { _ = try database.dryRun(document([], run: 2), deadline: within()) } == .sourceChanged)
      #expect(try connection.rowVersions() == rows)
      // Another connection gets the lock at once.
      try makeWarehouse(database).load(document(day, run: 3), deadline: within(.seconds(5)))
      #expect(try database.dryRun(document(day, run: 4), deadline: within()).report.counts.events.unchanged == 20)
    }

    @Test("holds no lock when it is over, though its connection lives on")
    func lockIsFree() throws {
      try database.load(document([one], run: 1), deadline: within())
      _ = try database.dryRun(document([one, two], run: 2), deadline: within())
      #expect(
        try connection.count(
          "pg_locks l join pg_database d on d.oid = l.database where locktype = 'advisory' and datname = current_database()"
        ) == 0)
      #expect(
        try connection.count(
          "pg_stat_activity where datname = current_database() and state like 'idle in transaction%'") == 0)
    }

    @Test("at the same time as loads of the same shows disturbs none of them")
    func besideLoads() throws {
      let day = (0..<10).map { makeRecord(href: "/events/\($0)", act: "Act \($0)", time: nil) }
      try database.load(document(day, run: 1), deadline: within())
      let url = database.url
      let zone = try chicago.get()
      let failures = Locked([String]())
      let rehearsed = Array(day.reversed().dropLast(2))
      concurrently(
        (0..<4).map { worker in
          {
            do {
              let own = try ConcertsDatabase(url: url, zone: zone)
              for round in 0..<10 {
                let key = "raw/\(worker)-\(round).json"
                guard worker % 2 == 1 else {
                  try own.load(WarehouseTests.makeDocument(day, key: key), deadline: WarehouseTests.within())
                  continue
                }
                let dryRun = try own.dryRun(
                  WarehouseTests.makeDocument(rehearsed, key: key), deadline: WarehouseTests.within())
                if (dryRun.before.count, dryRun.after.count, dryRun.report.counts.cancelled) != (10, 8, 2) {
                  failures.change { $0.append("\(dryRun.report)") }
                }
              }
            } catch {
              failures.change { $0.append("\(error)") }
            }
          }
        })
      #expect(failures.change { $0 } == [])
      #expect(try database.events(on: testDate, deadline: within()).count == 10)
    }

    @Test("migrates nothing: a database of no version is told to be that")
    func noSchema() throws {
      #expect(failureName { _ = try database.dryRun(document([one], run: 1), deadline: within()) } == .schemaMismatch)
      #expect(try connection.rowVersions().isEmpty)
    }
  }
}
