import Contracts
import EventRecords
import Fetching
import ScrapingSupport
import Testing

@testable import WWOZExtractor

/// Links of a listing in other spellings.
struct ListingAddressTests {
  private func shows(_ link: String, base: String? = nil) throws -> [WWOZListing.Show] {
    let venue = link.replacing("eve", with: "organiza").replacing("nts", with: "tions")
    let html = makeListing([makePanel(link: venue, rows: [makeRow(link: link)])])
    return try readListing(base.map { html.replacing("<head>", with: "<head><base href=\"\($0)\">") } ?? html).shows
  }

  @Test(
    "However a link is written, the event and the venue keep their keys",
    arguments: [
      "/events/1", "/events/1/", "/events/1?utm_source=x", "HTTP://WWW.WWOZ.ORG:80/events/1", "/events/./1",
      "/x/../events/1", "/events/%31", "/eve\nnts/1", "../events/1", "//www.wwoz.org/events/1?fbclid=1#x",
    ])
  func spellings(link: String) throws {
    let shows = try shows(link)
    #expect(shows.map(\.path) == ["/events/1"])
    #expect(shows.map(\.venuePath) == ["/organizations/1"])
  }

  @Test("A base counts")
  func base() throws {
    #expect(try shows("events/1", base: "/").map(\.path) == ["/events/1"])
    #expect(try shows("events/1", base: "https://www.wwoz.org/").map(\.venuePath) == ["/organizations/1"])
    #expect(throws: PipelineError.self) { try shows("events/1", base: "https://example.com/") }
  }

  @Test("A listing whose links gained parameters and slashes is the same day")
  func sameDay() throws {
    let plain = try extract(.example())
    let fake = FakeSite.example()
    let path = "/calendar/livewire-music?date=2024-05-31"
    guard case .success(var page)? = fake.pages[path] else { return }
    var html = String(decoding: page.body, as: UTF8.self)
    for link in ["/events/1056901", "/events/6", "/organizations/example-hall"] {
      html = html.replacing("\"\(link)\"", with: "\"https://www.wwoz.org:443\(link)/?utm_source=x&utm_medium=y\"")
    }
    page = makePage(html)
    fake.pages[path] = .success(page)
    #expect(try extract(fake).records == plain.records)
    #expect(fake.requested.contains("/events/1056901"), "the plain address is requested")
  }

  @Test("An address that no store would take is no address")
  func long() throws {
    let long = "/events/" + String(repeating: "x", count: 3000)
    let others = (1...3).map { makeRow(link: "/events/\($0)") }
    let listing = try readListing(makeListing([makePanel(rows: others + [makeRow(link: long)])]))
    #expect(listing.shows.count == 3)
    #expect(listing.rejected.map(\.key) == [nil])
  }

  @Test("A second event in a row is rejected, not lost silently")
  func secondEvent() throws {
    let others = (1...3).map { makeRow(link: "/events/1\($0)") }
    let two = makeRow(artist: "Big Example</a><a href='/events/2'>Second")
    let listing = try readListing(makeListing([makePanel(rows: others + [two])]))
    #expect(listing.shows.count == 4)
    #expect(listing.rejected.map(\.key) == ["/events/2"])
  }
}
