import Contracts
import EventRecords
import Fetching
import ScrapingSupport
import TestSupport
import Testing
import Time

@testable import WWOZExtractor

struct ListingPagerTests {
  private let first = "/calendar/livewire-music?date=2024-05-31"

  private func pager(_ links: [String]) -> String {
    "<ul class='pager'>" + links.map { "<li><a href='\($0)'>more</a></li>" }.joined() + "</ul>"
  }

  /// Returns a page of the listing with an event for each number.
  private func page(_ events: [Int], links: [String]) -> String {
    let rows = events.map { makeRow(artist: "Artist \($0)", link: "/events/\($0)") }
    return makeListing(rows.isEmpty ? [] : [makePanel(rows: rows)])
      .replacing("</section>", with: "\(pager(links))</section>")
  }

  private func site(_ pages: [String: String]) -> FakeSite { FakeSite(pages) }

  private func paths(_ fake: FakeSite) throws -> [String] { try extract(fake).records.map(\.event.href) }

  @Test("A listing with a pager is read to its end")
  func all() throws {
    let fake = site([
      first: page([1, 2], links: ["?date=2024-05-31&page=1", "?date=2024-05-31&page=2"]),
      "\(first)&page=1": page([3], links: ["?date=2024-05-31", "?date=2024-05-31&page=2"]),
      "\(first)&page=2": page([4], links: ["?date=2024-05-31&page=0", "?date=2024-05-31&page=1"]),
    ])
    #expect(try paths(fake) == ["/events/1", "/events/2", "/events/3", "/events/4"])
    #expect(fake.requested.prefix(3) == [first, "\(first)&page=1", "\(first)&page=2"])
    #expect(try extract(fake).pagesRead == 3)
  }

  @Test("Each page may show only the next one, and a row on two pages counts once")
  func next() throws {
    let fake = site([
      first: page([1, 2], links: ["/calendar/livewire-music?date=2024-05-31&page=1"]),
      "\(first)&page=1": page([2, 3], links: ["?page=2&date=2024-05-31&utm_source=x"]),
      "/calendar/livewire-music?page=2&date=2024-05-31": page([], links: []),
    ])
    #expect(try paths(fake) == ["/events/1", "/events/2", "/events/3"])
  }

  @Test("The next page may be named in the head only", arguments: ["next", "NEXT", "next nofollow"])
  func linkElement(relation: String) throws {
    let fake = site([
      first: page([1], links: []).replacing("</ul>", with: "</ul><link rel='\(relation)' href='?page=1'>"),
      "\(first)&page=1": page([2], links: []),
    ])
    #expect(try paths(fake) == ["/events/1", "/events/2"])
  }

  @Test("A pager may write the day in another way", arguments: ["05/31/2024", "20240531", "2024-5-31"])
  func otherDate(day: String) throws {
    let fake = site([
      first: page([1], links: ["?date=\(day)&page=1"]),
      "/calendar/livewire-music?date=\(day)&page=1": page([2], links: []),
    ])
    #expect(try paths(fake) == ["/events/1", "/events/2"])
  }

  @Test("A link without a date is one of the same day")
  func withoutDate() throws {
    let fake = site([first: page([1], links: ["?page=1"]), "\(first)&page=1": page([2], links: [])])
    #expect(try paths(fake) == ["/events/1", "/events/2"])
  }

  @Test(
    "Other links with a page are no pager",
    arguments: [
      "/calendar/livewire-music?date=2024-06-01&page=1", "/other?date=2024-05-31&page=1", "?date=2024-05-31&page=0",
      "?date=2024-05-31&page=", "?date=2024-05-31&pages=1", "https://example.com/calendar/livewire-music?page=1",
      "?date=2024-05-31&page=0,0",
    ])
  func others(link: String) throws {
    let fake = site([first: page([1], links: [link])])
    #expect(try paths(fake) == ["/events/1"])
  }

  private func refusal(_ fake: FakeSite) throws -> PipelineError {
    try #require(#expect(throws: PipelineError.self) { try extract(fake) })
  }

  @Test("A further page that is missing, of another kind or of another day is SourceChanged")
  func missing() throws {
    let start = page([1], links: ["?date=2024-05-31&page=1"])
    #expect(try refusal(site([first: start])).name == .sourceChanged)
    let whole = page([2], links: [])
    for other in [
      "<h1>Oops</h1>", makeListing(heading: "Saturday, June 1, 2024", current: "2024-06-01"),
      String(whole.prefix(whole.count * 2 / 3)),
    ] {
      #expect(try refusal(site([first: start, "\(first)&page=1": other])).name == .sourceChanged)
    }
  }

  @Test("The failure of a further page is the listing's")
  func failures() throws {
    let reasons: [(FetchError.Reason, PipelineError.Name)] = [
      (.unavailable, .sourceUnavailable), (.throttled, .sourceThrottled), (.timedOut, .sourceUnavailable),
      (.notArchived, .sourceChanged), (.missing, .sourceChanged), (.disallowed, .sourceChanged),
    ]
    for (reason, name) in reasons {
      let fake = site([first: page([1], links: ["?date=2024-05-31&page=1"])])
      fake.pages["\(first)&page=1"] = .failure(FetchError(reason, "x"))
      let error = try refusal(fake)
      #expect(error.name == name)
      #expect(error.message.contains("&page=1"))
    }
  }

  @Test("A pager without an end is SourceChanged, after at most fifty pages")
  func endless() throws {
    var pages = [first: page([0], links: ["?date=2024-05-31&page=1"])]
    for number in 1...60 {
      pages["\(first)&page=\(number)"] = page([number], links: ["?date=2024-05-31&page=\(number + 1)"])
    }
    let fake = site(pages)
    let error = try refusal(fake)
    #expect(error.name == .sourceChanged)
    #expect(error.message.contains("more than 50 pages"))
    #expect(fake.requested.count <= 50)
    let many = site([first: page([0], links: (1...60).map { "?date=2024-05-31&page=\($0)" })])
    #expect(try refusal(many).name == .sourceChanged)
    #expect(many.requested == [first])
  }

  @Test("A circle ends")
  func circle() throws {
    let fake = site([
      first: page([1], links: ["?date=2024-05-31&page=1"]),
      "\(first)&page=1": page([2], links: ["?date=2024-05-31&page=1", "?date=2024-05-31&page=0", "?date=2024-05-31"]),
    ])
    #expect(try paths(fake) == ["/events/1", "/events/2"])
  }

  @Test("The rows of all pages count together")
  func rows() throws {
    var pages: [String: String] = [:]
    for number in 0...4 {
      let rows = (1...450).map { makeRow(artist: "A", link: "/events/\(number * 1000 + $0)") }
      pages[number == 0 ? first : "\(first)&page=\(number)"] = makeListing([makePanel(rows: rows)])
        .replacing("</section>", with: "\(pager(["?date=2024-05-31&page=\(min(number + 1, 4))"]))</section>")
    }
    let error = try refusal(site(pages))
    #expect(error.name == .sourceChanged)
    #expect(error.message.contains("2250 rows") && error.message.contains("2000"))
  }
}
