import Contracts
import Fetching
import ScrapingSupport
import TestSupport
import Testing
import Time

@testable import WWOZExtractor

/// Listings that are made to take long.
@Suite(.serialized)
struct ListingLimitsTests {
  private func refusal(_ html: String) throws -> PipelineError? {
    let start = ContinuousClock.now
    // A debug build under sanitizers is slow; a quadratic reader takes minutes.
    defer { #expect(ContinuousClock.now - start < .seconds(20)) }
    do {
      _ = try readListing(html)
      return nil
    } catch { return try #require(error as? PipelineError) }
  }

  private func expectTooMany(_ html: String, _ count: Int) throws {
    let error = try refusal(html)
    #expect(error?.name == .sourceChanged)
    #expect(
      error?.message.contains("has \(count) rows, of which at most 2000 are read") == true,
      "\(error?.message ?? "read")")
  }

  @Test("1.2 MB of rows in one element")
  func rows() throws {
    let row = "<div class=calendar-info><a href=/events/1>a</a><p>May 31 at 8pm</p></div>"
    let panel = "<div class=panel><div><div>\(String(repeating: row, count: 15_000))</div></div></div>"
    try expectTooMany(makeListing([panel]), 15_000)
    let icons =
      "<div class=panel><div><div>\(String(repeating: "<div class=calendar-page>x</div>" + row, count: 11_000))"
    try expectTooMany(makeListing([icons + "</div></div></div>"]), 11_000)
  }

  @Test("A panel with 50,000 elements, and 50,000 panels without rows")
  func elements() throws {
    let panel = "<div class=panel><div><div>\(String(repeating: "<div>x</div>", count: 50_000))</div></div></div>"
    #expect(try refusal(makeListing([panel, makePanel(rows: (1...3).map { makeRow(link: "/events/\($0)") })])) == nil)
    try expectTooMany(makeListing([String(repeating: "<div class=panel>x</div>", count: 50_000)]), 50_000)
  }

  @Test("Nested panels")
  func nested() throws {
    let open = "<div class='panel panel-default'><div class=row><div class=row><div class=calendar-info>"
    for depth in [10, 50] {
      let panel =
        String(repeating: open, count: depth) + "<a href='/events/1'>a</a>"
        + String(repeating: "</div>", count: depth * 4)
      _ = try refusal(makeListing([String(repeating: panel, count: 2000 / depth)]))
    }
  }

  @Test("100,000 stray links")
  func strays() throws {
    let strays = String(repeating: "<a href=/events/1>", count: 100_000)
    // Unclosed links nest, and how many a parser makes of them differs.
    #expect(try refusal(makeListing([makePanel(), strays]))?.name == .sourceChanged)
    try expectTooMany(makeListing([makePanel(), String(repeating: "<a href=/events/1>x</a>", count: 50_000)]), 50_001)
  }

  @Test("A row with 50,000 paragraphs, and one of 50,000 links")
  func paragraphs() throws {
    let row = makeRow().replacing("<hr />", with: String(repeating: "<p>x</p>", count: 50_000))
    #expect(try refusal(makeListing([makePanel(rows: [row])])) == nil)
    let links = makeRow().replacing("<hr />", with: String(repeating: "<a href=/events/2>x</a>", count: 50_000))
    #expect(try refusal(makeListing([makePanel(rows: [links])]))?.name == .sourceChanged)
  }

  @Test("2,000 rows are read, and 2,001 are not")
  func maximum() throws {
    func listing(_ count: Int) -> String {
      makeListing([makePanel(rows: (1...count).map { makeRow(link: "/events/\($0)") })])
    }
    #expect(try readListing(listing(2000)).shows.count == 2000)
    try expectTooMany(listing(2001), 2001)
  }

  @Test("The deadline is looked at between rows")
  func deadline() throws {
    let html = makeListing([makePanel(rows: (1...500).map { makeRow(link: "/events/\($0)") })])
    let fake = FakeSite(["/calendar/livewire-music?date=2024-05-31": html])
    let time = ManualTime()
    // The response comes before the deadline, which then passes.
    fake.lateness = (.seconds(10), time)
    let error = #expect(throws: PipelineError.self) {
      try extract(fake, deadline: Deadline(after: .seconds(5), on: time))
    }
    #expect(error?.name == .deadlineExceeded)
    #expect(error?.message.contains("its row 64") == true)
  }

  @Test("A name of 1.9 MB is cut, with a warning")
  func names() throws {
    let long = String(repeating: "é", count: 950_000)
    let others = (1...3).map { makeRow(link: "/events/\($0)") }
    let listing = try readListing(
      makeListing([makePanel(rows: others), makePanel(venue: "Hall", rows: [makeRow(artist: long)])]))
    #expect(listing.shows.last?.artist == String(repeating: "é", count: 500))
    #expect(listing.warnings.map(\.reason) == ["a name has more than 500 characters and was cut (at 'Hall')"])
    #expect(listing.warnings.map(\.href) == ["/events/1056901"])
    let marks = "e" + String(repeating: "\u{301}", count: 900_000)
    let marked = try readListing(makeListing([makePanel(venue: marks, rows: others)]))
    #expect(marked.shows.allSatisfy { $0.venue.utf8.count <= 8192 })
    let rejected = try readListing(
      makeListing([
        makePanel(rows: others + [makeRow(artist: long, link: "/x/\(String(repeating: "x", count: 30_000))")])
      ]))
    #expect(rejected.rejected.allSatisfy { $0.text.utf8.count <= 4000 && $0.problem.href.utf8.count <= 800 })
  }
}
