import Contracts
import EventRecords
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink

extension ConcertsSinkTests {
  /// The loader loads every document that the scraper may store.
  @Suite("A document of 8 MB, the largest that the scraper stores")
  final class DocumentSizeTests: SinkSuite {
    /// The size, in bytes.
    private static let maximum = 8 << 20

    /// Returns the JSON of as many records as fit, at most 2000, as a listing has.
    private func document(_ record: (Int) -> EventRecord) throws -> (data: Data, count: Int) {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      var text = #"{"ingestion_result": {"success": true, "source": "wwoz"}, "records": ["#
      var count = 0
      while count < 2000 {
        let json = String(decoding: try encoder.encode(record(count)), as: UTF8.self)
        guard text.utf8.count + json.utf8.count + 3 <= Self.maximum else { break }
        text += (count == 0 ? "" : ",") + json
        count += 1
      }
      text += "]}"
      return (Data(text.utf8), count)
    }

    private func load(_ data: Data) throws -> LoadReport {
      let target = LoadTarget(dataset: dataset, item: WorkItem(date: testDate), key: "raw/large.json")
      return try sink.load(data, for: target, deadline: within(.seconds(300)))
    }

    @Test("is loaded if its texts are long")
    func prose() throws {
      let prose = String(repeating: "Träume & <Brass>. ", count: 1100)
      let large = try document { number in
        makeRecord(
          href: "/events/\(number)", artist: "Artist \(number)", artistHref: "/artists/\(number)",
          artistDescription: prose, venue: "Venue \(number)", time: nil, description: prose)
      }
      #expect(large.data.count > Self.maximum - (100 << 10))
      #expect(try load(large.data).events == RecordCounts(found: large.count, new: large.count))
      #expect(try load(large.data).events == RecordCounts(found: large.count, unchanged: large.count))
    }

    @Test("is loaded if it has 2000 events")
    func events() throws {
      let large = try document { number in
        makeRecord(
          href: "/events/\(number)", artist: "Artist \(number)", artistHref: "/artists/\(number)",
          artistDescription: String(repeating: "x", count: 1000), venue: "Venue \(number)", time: nil,
          description: String(repeating: "y", count: 1000), genres: ["Genre \(number)"])
      }
      #expect(large.count == 2000)
      #expect(try load(large.data).events.new == 2000)
      #expect(try load(large.data).events.unchanged == 2000)
    }

    @Test("is loaded if it has a hundred artists for each event")
    func artists() throws {
      let large = try document { number in
        makeRecord(
          href: "/events/\(number)", artist: "Artist \(number)", artistHref: "/artists/\(number)",
          artistRelated: (0..<100).map { "Related \(number) \($0)" }, venue: "Venue \(number)", time: nil,
          genres: (0..<50).map { "Genre \(number) \($0)" })
      }
      let report = try load(large.data)
      #expect(report.events.new == large.count)
      #expect(report.artists.new == large.count * 101)
      #expect(try load(large.data).artists.unchanged == large.count * 101)
    }
  }
}
