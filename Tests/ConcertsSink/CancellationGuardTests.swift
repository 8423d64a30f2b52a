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
  @Suite("A listing that lacks stored shows")
  final class CancellationGuardTests: SinkSuite {
    /// Loads a listing of the first so many shows.
    private func load(
      _ count: Int, first: Int = 0, on date: CalendarDate = testDate, allowsShrinkage: Bool = false, key: String? = nil,
      to sink: ConcertsSink? = nil
    ) throws -> LoadReport {
      let records = (first..<first + count).map {
        makeRecord(href: "/events/\($0)", artist: "Act \($0)", date: "\(date)", time: nil)
      }
      let document = makeDocument(
        records, date: date, key: key ?? "raw/\(UInt32.random(in: 0 ... .max)).json", allowsShrinkage: allowsShrinkage)
      return try (sink ?? self.sink).load(document, deadline: within())
    }

    @Test("cancels up to half of them, and is refused beyond, with nothing written")
    func half() throws {
      _ = try load(20)
      let before = try connection.rowVersions()
      let error = #expect(throws: PipelineError.self) { try load(9, key: "raw/shrunk.json") }
      #expect(error?.name == .sourceChanged)
      #expect(
        error?.message
          == "the listing of 2024-05-31 has 9 events where 20 are stored, less than 0.5 of them (MIN_LISTING_RATIO), and "
          + "11 would be cancelled. Nothing was changed. If the listing is right, `festvibes replay 2024-05-31 "
          + "--allow-shrink` loads it")
      #expect(failureName { _ = try load(0) } == .sourceChanged)
      #expect(try connection.rowVersions() == before)
      #expect(try load(10).cancelled == 10)
    }

    @Test("is held back by the floor that is set: none, another part, or all", arguments: [0, 0.25, 1])
    func floor(_ floor: Double) throws {
      let sink = try makeSink(testDatabase, minimumListingRatio: floor)
      _ = try load(20)
      let smallest = Int(20 * floor)
      if smallest > 0 {
        #expect(failureName { _ = try self.load(smallest - 1, to: sink) } == .sourceChanged)
      }
      #expect(try load(smallest, to: sink).cancelled == 20 - smallest)
    }

    @Test("is taken at its word when it has others in their place, as after the source has numbered its events anew")
    func renumbered() throws {
      _ = try load(20)
      let report = try load(20, first: 100)
      #expect(report.cancelled == 20)
      #expect(report.events.new == 20)
    }

    @Test("is taken at its word when that is asked for")
    func allowed() throws {
      _ = try load(20)
      #expect(try load(0, allowsShrinkage: true).cancelled == 20)
    }

    @Test("is taken at its word on a day with few shows, or none")
    func fewShows() throws {
      _ = try load(9)
      #expect(try load(0).cancelled == 9)
      #expect(try load(0).cancelled == 0)
      #expect(try load(0, on: testDate.adding(days: 1)).events == RecordCounts())
      _ = try load(10)
      #expect(failureName { _ = try load(0) } == .sourceChanged)
    }
  }
}
