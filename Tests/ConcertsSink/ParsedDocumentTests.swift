import Contracts
import EventRecords
import Foundation
import Testing
import Time

@testable import ConcertsSink
@testable import Ledger

private typealias Make = ConcertsSinkTests

@Suite("Parsing a document")
struct ParsedDocumentTests {
  private func parsed(_ records: EventRecord...) throws -> ParsedDocument {
    ParsedDocument(Make.makeDocument(records), zone: try Make.chicago.get())
  }

  private func reasons(_ change: (inout EventRecord) -> Void) throws -> [RejectedRecord.Reason] {
    var record = Make.makeRecord()
    change(&record)
    return try parsed(record).rejections.map(\.reason)
  }

  @Test("A record without a key, or of another day, is rejected with the reason")
  func rejections() throws {
    #expect(try reasons { _ in } == [])
    #expect(try reasons { $0.event.href = " " } == [.noEventAddress])
    #expect(try reasons { $0.venue.name = "\n\t" } == [.noVenueName])
    #expect(try reasons { $0.event.date = "May 31" } == [.badDate])
    #expect(try reasons { $0.event.date = "" } == [.badDate])
    #expect(try reasons { $0.event.date = "2024-06-01" } == [.otherDate])
    #expect(try reasons { $0.performanceTime = "8:00pm" } == [.badTime])
    #expect(try reasons { $0.performanceTime = "2024-05-31T20:00:00" } == [.badTime])
    #expect(try reasons { $0.performanceTime = "2024-06-01T00:00:00-05:00" } == [.timeOnOtherDay])
    #expect(try reasons { $0.performanceTime = "2024-05-31T00:00:00Z" } == [.timeOnOtherDay])
    #expect(try reasons { $0.event.genres = ["Jazz", "\0"] } == [.hasNUL])
    #expect(try reasons { $0.event.relatedArtists = [.init(name: "Irma", href: "/\0")] } == [.hasNUL])
    #expect(try reasons { $0.venue.website = "a\0b" } == [.hasNUL])
    #expect(try reasons { $0.event.status = "postponed" } == [.badStatus])
    #expect(try reasons { $0.event.status = "cancelled" } == [])
    #expect(try reasons { $0.artist.name = String(repeating: "x", count: 1001) } == [.tooLong])
    #expect(try reasons { $0.artist.genres = [String(repeating: "é", count: 501)] } == [.tooLong])
    #expect(try reasons { $0.artist.name = String(repeating: "x", count: 1000) } == [])
  }

  @Test("The first and the last moment of a local day belong to it")
  func edgesOfDay() throws {
    #expect(try reasons { $0.performanceTime = "2024-05-31T00:00:00-05:00" } == [])
    #expect(try reasons { $0.performanceTime = "2024-06-01T04:59:59Z" } == [])
    #expect(try reasons { $0.performanceTime = "2024-06-01T05:00:00Z" } == [.timeOnOtherDay])
  }

  @Test("An artist's name is its record's, or else the listing's")
  func artistName() throws {
    #expect(try reasons { $0.artist.name = "" } == [])
    #expect(
      try reasons {
        $0.artist.name = ""
        $0.event.eventArtist = ""
      } == [.noArtistName])
  }

  @Test(
    "A repeated record counts once, and a different one of the same event is rejected; the time of reading is not compared"
  )
  func duplicates() throws {
    let record = Make.makeRecord()
    var later = record
    later.scrapeTime = "2024-05-31T09:00:00-05:00"
    var other = record
    other.performanceTime = nil
    let parsed = try parsed(record, later, other)
    #expect(parsed.events.count == 1)
    #expect(parsed.duplicates == 1)
    #expect(parsed.rejections == [RejectedRecord(position: 2, reason: .conflictingDuplicate, href: "/events/1")])
  }

  @Test("Text is stored without surrounding white space, and empty text is not stored")
  func whiteSpace() throws {
    let parsed = try parsed(
      Make.makeRecord(artist: "\n  Kermit \u{a0}", phone: " ", description: "\t", genres: [" Jazz ", ""]))
    #expect(parsed.artists.keys.map(\.text) == ["Kermit"])
    #expect(parsed.genres.map(\.text) == ["Jazz"])
    #expect(parsed.events.values.first.flatMap(\.description) == nil)
    #expect(parsed.venues.values.first?.content.details.first == .some(nil))
  }

  @Test("Records of one venue are merged, and one whose page was read wins")
  func merging() throws {
    let unread = Make.makeRecord(address: "", phone: "1", failedPages: ["/organizations/blue-nile"])
    let read = Make.makeRecord(href: "/events/2", phone: "2")
    let venue = try #require(try parsed(unread, read).venues.values.first)
    #expect(venue.pageWasRead)
    #expect(venue.content.details[0] == "2")
    #expect(try parsed(read, unread).venues.values.first?.content == venue.content)
  }

  @Test("A listing with a record without an address is not whole")
  func wholeListing() throws {
    #expect(try parsed(Make.makeRecord()).isWholeListing)
    #expect(try !parsed(Make.makeRecord(), Make.makeRecord(href: "/events/2", date: "2024-06-01")).isWholeListing)
    #expect(try !parsed(Make.makeRecord(), Make.makeRecord(href: "/events/2", date: "")).isWholeListing)
    let rejected = try parsed(Make.makeRecord(artist: ""))
    #expect(rejected.isWholeListing)
    #expect(rejected.lists(Key("/events/1")))
    #expect(!rejected.lists(Key("/events/2")))
    #expect(try !parsed(Make.makeRecord(href: "")).isWholeListing)
    #expect(try !parsed(Make.makeRecord(href: "\0")).isWholeListing)
    let part = Make.makeDocument([Make.makeRecord()], isWholeListing: false)
    #expect(try !ParsedDocument(part, zone: Make.chicago.get()).isWholeListing)
  }

  @Test("Counts that do not add up are an error")
  func recordCounts() {
    #expect(throws: Never.self) {
      try RecordCounts(found: 4, new: 1, changed: 1, unchanged: 1, rejected: 1).check("events")
    }
    #expect(throws: PipelineError.self) { try RecordCounts(found: 2, new: 1).check("events") }
  }
}
