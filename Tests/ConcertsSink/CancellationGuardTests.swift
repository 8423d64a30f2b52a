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
  @Suite("A listing that lacks stored shows")
  final class ShrinkageTests {
    let database: TestDatabase
    let database: ConcertsDatabase
    let connection: PostgresConnection

    init() throws {
      database = try TestDatabase()
      database = try makeWarehouse(database)
      connection = try database.connect()
    }

    /// Loads a listing of the first so many shows.
    private func load(
      _ count: Int, first: Int = 0, on date: CalendarDate = testDate, allowsShrinkage: Bool = false, key: String? = nil,
      to database: ConcertsDatabase? = nil
    ) throws -> LoadReport {
      let records = (first..<first + count).map {
        makeRecord(href: "/events/\($0)", act: "Act \($0)", date: "\(date)", time: nil)
      }
      var document = makeDocument(records, date: date, key: key ?? "raw/\(UInt32.random(in: 0 ... .max)).json")
      document.allowsShrinkage = allowsShrinkage
      return try (database ?? self.database).load(document, deadline: within())
    }

    @Test("cancels up to half of them, and is refused beyond, with nothing written")
    func half() throws {
      _ = try load(20)
      let before = try connection.rowVersions()
      let error = #expect(throws: PipelineError.self) { try load(9, key: "raw/shrunk.json") }
      #expect(error?.name == .sourceChanged)
      #expect(
        error?.message
          == "the listing of 2024-05-31 has 9 shows where 20 are stored, less than 0.5 of them (SHRINK_FLOOR), and 11 "
          + "would be cancelled; nothing stored was touched. If that is right, `festvibes replay 2024-05-31 "
          + "--allow-shrink` loads it")
      #expect(failureName { _ = try load(0) } == .sourceChanged)
      #expect(try connection.rowVersions() == before)
      #expect(try load(10).counts.cancelled == 10)
    }

    @Test("is held back by the floor that is set: none, another part, or all", arguments: [0, 0.25, 1])
    func floor(_ floor: Double) throws {
      let database = try ConcertsDatabase(url: database.url, zone: Dataset.wwoz.timeZoneRules(), minimumListingRatio: floor)
      _ = try load(20)
      let smallest = Int(20 * floor)
      if smallest > 0 {
        #expect(failureName { _ = try self.load(smallest - 1, to: database) } == .sourceChanged)
      }
      #expect(try load(smallest, to: database).counts.cancelled == 20 - smallest)
    }

    @Test("is taken at its word when it has others in their place, as after the source has numbered its events anew")
    func renumbered() throws {
      _ = try load(20)
      let report = try load(20, first: 100)
      #expect(report.counts.cancelled == 20)
      #expect(report.counts.events.new == 20)
    }

    @Test("is taken at its word when that is asked for")
    func allowed() throws {
      _ = try load(20)
      #expect(try load(0, allowsShrinkage: true).counts.cancelled == 20)
    }

    @Test("is taken at its word on a day with few shows, or none")
    func fewShows() throws {
      _ = try load(9)
      #expect(try load(0).counts.cancelled == 9)
      #expect(try load(0).counts.cancelled == 0)
      #expect(try load(0, on: testDate.adding(days: 1)).counts.events == RecordCounts())
      _ = try load(10)
      #expect(failureName { _ = try load(0) } == .sourceChanged)
    }
  }
}
