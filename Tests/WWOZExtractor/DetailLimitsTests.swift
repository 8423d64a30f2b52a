import Contracts
import EventRecords
import Fetching
import ScrapingSupport
import Testing

@testable import WWOZExtractor

/// Pages whose fields are larger than a record may be.
@Suite(.serialized)
struct DetailLimitsTests {
  private let listing = "/calendar/livewire-music?date=2024-05-31"

  private func read(_ type: NodeType, _ fields: String...) throws -> Page {
    makePage(makeDetailPage(type, fields.joined()))
  }

  @Test("A description is cut to 20 KB between two characters, and a line stays a line")
  func prose() throws {
    let reader = WWOZDetailReader(site: site)
    let event = try reader.event(read(.event, makeBody("<p>One.</p><p>\(String(repeating: "é", count: 950_000))</p>")))
    #expect(event.description.utf8.count <= 20_480 && event.description.utf8.count > 20_400)
    #expect(event.description.hasPrefix("One.\né") && event.description.hasSuffix("é"))
    #expect(event.problems == ["its description has more than 20480 bytes and was cut"])
    let fields = (1...30).map { _ in makeBody(String(repeating: "x", count: 1000)) }.joined()
    #expect(try reader.event(read(.event, fields)).description.utf8.count <= 20_480)
    let exact = try reader.event(read(.event, makeBody(String(repeating: "x", count: 20_480))))
    #expect(exact.description.utf8.count == 20_480 && exact.problems.isEmpty)
  }

  @Test("52,000 artists are 100, and 5,000 genres are 50")
  func lists() throws {
    let reader = WWOZDetailReader(site: site)
    let links = (1...52_000).map { "<a href='/artists/\($0)'>A \($0)</a>" }
    // The parser may refuse as many elements as in the larger page.
    if let event = try? reader.event(read(.event, makeField("field-related-acts", links.joined()))) {
      #expect(event.artists.count == 100)
    }
    let artists = links.prefix(20_000).joined()
    let event = try reader.event(read(.event, makeField("field-related-acts", artists)))
    #expect(event.artists.map(\.name) == (1...100).map { "A \($0)" })
    #expect(event.problems == ["it has more than 100 artists, of which the first were taken"])
    let genres = (1...5_000).map { "<a href='/g'>G \($0)</a>" }.joined()
    let artist = try reader.artist(
      read(.artist, makeField("field-genres", genres), makeField("field-related-acts", artists)))
    #expect(artist.genres.count == 50 && artist.artists.count == 100)
    #expect(artist.problems.count == 2)
    let hundred = (1...100).map { "<a href='/artists/\($0)'>A \($0)</a>" }.joined()
    #expect(try reader.event(read(.event, makeField("field-related-acts", hundred, hundred))).problems.isEmpty)
  }

  @Test("Names and short fields have at most 500 characters, and an address at most 2 KB")
  func names() throws {
    let reader = WWOZDetailReader(site: site)
    let long = String(repeating: "x", count: 300_000)
    let longLink = String(repeating: "x", count: 30_000)
    let venue = try reader.venue(
      read(
        .organization, makeAddress(street: "<div class='thoroughfare'>\(long)</div>"), makeField("field-phone", long),
        makeField("field-url", "<a href='http://example.com/\(longLink)'>x</a>"),
        makeField("field-organization-status", long)))
    #expect(venue.thoroughfare.count == 500 && venue.phoneNumber.count == 500)
    #expect(venue.website == "", "a part of an address leads elsewhere")
    #expect(venue.problems.count == 4)
    let event = try reader.event(
      read(.event, makeArtists((long, "/artists/a"), ("B", "/artists/\(longLink)"), ("C", "/artists/c"))))
    #expect(event.artists.map(\.name.count) == [500, 1, 1])
    #expect(event.artists.map(\.path) == ["/artists/a", "", "/artists/c"])
  }

  @Test("What was cut is a warning of its page")
  func warnings() throws {
    let fake = FakeSite.example()
    fake.pages["/events/6"] = .success(try read(.event, makeBody(String(repeating: "x", count: 30_000))))
    let extract = try extract(fake)
    #expect(
      extract.warnings == [
        RowProblem(reason: "its description has more than 20480 bytes and was cut", href: "/events/6")
      ])
    #expect(extract.records.count == 3)
  }

  @Test("100 rows that link to one text of 1.9 MB make a document that can be stored")
  func oneText() throws {
    let rows = (1...100).map { makeRow(artist: "Artist \($0)", link: "/events/1") }
    let fake = FakeSite([listing: makeListing([makePanel(rows: rows)])])
    fake.pages["/events/1"] = .success(try read(.event, makeBody(String(repeating: "x ", count: 950_000))))
    let records = try extract(fake).records
    #expect(records.count == 100)
    #expect(records.reduce(0) { $0 + $1.event.description.utf8.count } < Limits.maximumDocumentBytes)
  }

  @Test("A document of more than 8 MB is refused before it is made, with both numbers")
  func document() throws {
    let rows = (1...1000).map { makeRow(artist: "Artist \($0)", link: "/events/1") }
    let fake = FakeSite([listing: makeListing([makePanel(rows: rows)])])
    fake.pages["/events/1"] = .success(try read(.event, makeBody(String(repeating: "x", count: 20_000))))
    let error = try #require(#expect(throws: PipelineError.self) { try extract(fake) })
    #expect(error.name == .sourceChanged)
    #expect(error.message.contains("of which at most 8388608 are stored"))
  }

  @Test("Details of more than 8 MB are not collected")
  func details() throws {
    let count = 600
    let rows = (1...count).map { makeRow(link: "/events/\($0)") }
    let fake = FakeSite([listing: makeListing([makePanel(rows: rows)])])
    let page = try read(.event, makeBody(String(repeating: "x", count: 20_000)))
    for number in 1...count { fake.pages["/events/\(number)"] = .success(page) }
    let error = try #require(#expect(throws: PipelineError.self) { try extract(fake) })
    #expect(error.name == .sourceChanged)
    #expect(fake.requested.count < 500, "the rest is not requested")
  }
}
