import Contracts
import EventRecords
import Foundation
import Postgres
import Settings
import TestSupport
import Testing
import Time

@testable import ConcertsSink
@testable import Ledger

extension ConcertsSinkTests {
  @Suite("A listing that lacks stored events")
  final class CancellationGuardTests: SinkSuite {
    /// Loads a listing of consecutive events.
    /// - Parameters:
    ///   - count: the number of events.
    ///   - first: the number of the first event.
    private func load(
      _ count: Int, first: Int = 0, on date: CalendarDate = testDate, allowsShrinkage: Bool = false, key: String? = nil,
      to sink: ConcertsSink? = nil
    ) throws -> LoadReport {
      let records = (first..<first + count).map {
        makeRecord(href: "/events/\($0)", artist: "Artist \($0)", date: "\(date)", time: nil)
      }
      let document = makeDocument(
        records, date: date, key: key ?? "raw/\(UInt32.random(in: 0 ... .max)).json", allowsShrinkage: allowsShrinkage)
      return try (sink ?? self.sink).load(document, deadline: within())
    }

    @Test("cancels up to half of them; beyond that it is refused, and nothing is written")
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

    @Test("is refused below the configured ratio: none, another share, or all", arguments: [0, 0.25, 1])
    func ratio(_ ratio: Double) throws {
      let sink = try makeSink(testDatabase, minimumListingRatio: ratio)
      _ = try load(20)
      let smallest = Int(20 * ratio)
      if smallest > 0 {
        #expect(failureName { _ = try self.load(smallest - 1, to: sink) } == .sourceChanged)
      }
      #expect(try load(smallest, to: sink).cancelled == 20 - smallest)
    }

    @Test("is accepted if it has others in their place, as after the source has renumbered its events")
    func renumbered() throws {
      _ = try load(20)
      let report = try load(20, first: 100)
      #expect(report.cancelled == 20)
      #expect(report.events.new == 20)
    }

    @Test("is accepted if the request allows it")
    func allowed() throws {
      _ = try load(20)
      #expect(try load(0, allowsShrinkage: true).cancelled == 20)
    }

    @Test("is accepted on a day with few events, or none")
    func fewEvents() throws {
      _ = try load(9)
      #expect(try load(0).cancelled == 9)
      #expect(try load(0).cancelled == 0)
      #expect(try load(0, on: testDate.adding(days: 1)).events == RecordCounts())
      _ = try load(10)
      #expect(failureName { _ = try load(0) } == .sourceChanged)
    }
  }
}

@Suite("The setting of the cancellation guard")
struct CancellationGuardSettingTests {
  private func ratio(_ environment: [String: String]) throws -> Double {
    var configuration = Configuration(environment: environment)
    let ratio = ConcertsSink.minimumListingRatio(from: &configuration)
    try configuration.validate()
    return ratio
  }

  @Test("MIN_LISTING_RATIO wins over its former name SHRINK_FLOOR, and the default is one half")
  func names() throws {
    #expect(try ratio([:]) == 0.5)
    #expect(try ratio(["SHRINK_FLOOR": "0.25"]) == 0.25)
    #expect(try ratio(["MIN_LISTING_RATIO": "0.75", "SHRINK_FLOOR": "0.25"]) == 0.75)
    #expect(try ratio(["MIN_LISTING_RATIO": "", "SHRINK_FLOOR": "0"]) == 0)
  }

  @Test("A value that is not a share is a problem", arguments: ["MIN_LISTING_RATIO", "SHRINK_FLOOR"])
  func wrong(name: String) {
    let error = #expect(throws: PipelineError.self) { try ratio([name: "2"]) }
    #expect(error?.message.contains(name) == true)
  }
}
