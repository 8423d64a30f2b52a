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

    @Test("is refused if it has others in their place, as after the source has renumbered its events, unless allowed")
    func renumbered() throws {
      _ = try load(20)
      let before = try connection.rowVersions()
      let error = #expect(throws: PipelineError.self) { try load(20, first: 100, key: "raw/renumbered.json") }
      #expect(error?.name == .sourceChanged)
      #expect(
        error?.message
          == "the listing of 2024-05-31 has 20 events, but only 0 of the 20 that are stored: the source may have given its "
          + "events other addresses. 20 would be cancelled and 20 new. Nothing was changed. If the listing is right, "
          + "`festvibes replay 2024-05-31 --allow-shrink` loads it")
      #expect(try connection.rowVersions() == before)
      let report = try load(20, first: 100, allowsShrinkage: true)
      #expect(report.cancelled == 20)
      #expect(report.events.new == 20)
    }

    @Test("is refused if it shares less than a fifth of them, whatever its length", arguments: [10, 20, 60])
    func hardlyShared(count: Int) throws {
      _ = try load(20)
      // Of 10 listed events a fifth is 2, of more it is a fifth of the stored ones.
      let enough = min(20, count) / 5
      #expect(failureName { _ = try self.load(count, first: 20 - enough + 1) } == .sourceChanged)
      #expect(try load(count, first: 20 - enough).cancelled == 20 - enough)
    }

    @Test("is accepted if it has all of them among many more, as a day that filled up")
    func growth() throws {
      _ = try load(10)
      let report = try load(100)
      #expect(report.events == RecordCounts(found: 100, new: 90, unchanged: 10))
      #expect(report.cancelled == 0)
    }

    @Test("is refused although the same artists play in the same places at the same times under other addresses")
    func otherAddresses() throws {
      func listing(_ suffix: String) -> LoadDocument {
        makeDocument(
          (0..<36).map { makeRecord(href: "/events/\($0)\(suffix)", artist: "Artist \($0)") }, key: "raw/\(suffix).json"
        )
      }
      try sink.load(listing(""), deadline: within())
      #expect(failureName { try self.sink.load(listing("?utm_source=mail"), deadline: within()) } == .sourceChanged)
      #expect(try sink.load(listing(""), deadline: within()).events.unchanged == 36)
    }

    @Test("cancels nothing and is refused all the same, if it is not whole and has other events")
    func notWhole() throws {
      _ = try load(20)
      func listing(_ numbers: Range<Int>) -> LoadDocument {
        let records = numbers.map { makeRecord(href: "/events/\($0)", artist: "Artist \($0)", time: nil) }
        return makeDocument(records, key: "raw/\(numbers).json", isWholeListing: false)
      }
      #expect(failureName { try self.sink.load(listing(100..<120), deadline: within()) } == .sourceChanged)
      #expect(try sink.load(listing(0..<2), deadline: within()).events.unchanged == 2)
      #expect(try connection.count("events where status = 'scheduled'") == 20)
    }

    @Test("changes nothing if a later listing was loaded, and is not refused")
    func superseded() throws {
      func load(_ numbers: Range<Int>, at hour: Int) throws -> LoadReport {
        let records = numbers.map { makeRecord(href: "/events/\($0)", artist: "Artist \($0)", time: nil) }
        return try sink.load(
          makeDocument(records, key: "raw/\(hour).json", listed: "2024-05-30T\(hour):00:00Z"), deadline: within())
      }
      _ = try load(0..<20, at: 12)
      #expect(try load(100..<120, at: 11).isSuperseded)
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
