import Contracts
import EventRecords
import ScrapingSupport
import TestSupport
import Testing
import Time

@testable import Fetching
@testable import WWOZExtractor

struct WWOZDayTests {
  private let listingPath = "/calendar/livewire-music?date=2024-05-31"

  private func read(_ fake: FakeSite, deadline: Deadline = .none(on: ManualTime())) throws -> WWOZDay {
    try makeExtractor().day(of: WorkItem(date: day("2024-05-31")), via: fake, deadline: deadline)
  }

  private func records(_ fake: FakeSite) throws -> [EventRecord] {
    try extract(fake).records
  }

  private func refusal(_ outcome: Result<Page, FetchError>, deadline: Deadline = .none(on: ManualTime())) throws
    -> PipelineError
  {
    let fake = FakeSite()
    fake.pages[listingPath] = outcome
    let error = #expect(throws: PipelineError.self) { try read(fake, deadline: deadline) }
    #expect(fake.requested == [listingPath])
    return try #require(error)
  }

  @Test("A day is its listing, its venues and events, and the artists to whom events link as their own (F13)")
  func order() throws {
    let fake = FakeSite.example()
    let day = try read(fake)
    #expect(
      fake.requested == [
        listingPath, "/organizations/example-hall", "/organizations/other-room", "/events/1056901", "/events/6",
        "/events/11", "/artists/big-example",
      ])
    #expect(day.failed.isEmpty)
    #expect(day.pagesRead == 7)
  }

  @Test("A record has the fields of the legacy system")
  func record() throws {
    let records = try records(.example())
    #expect(records.count == 3)
    let read = "2024-05-31T08:00:00.000Z"
    #expect(
      records[0]
        == EventRecord(
          artist: .init(
            name: "Big Example", genres: ["Jazz", "Funk"], relatedArtists: ["Small Example"],
            href: "/artists/big-example"),
          venue: .init(
            name: "Example Hall", thoroughfare: "123 Example St", locality: "New Orleans", state: "LA",
            postalCode: "70116", fullAddress: "123 Example St, New Orleans, LA 70116", isActive: true,
            href: "/organizations/example-hall", eventArtist: "Big Example"),
          event: .init(
            date: "2024-05-31", href: "/events/1056901", eventArtist: "Big Example", artistHref: "/artists/big-example",
            description: "One.\nTwo.", relatedArtists: [.init(name: "Small Example", href: "/artists/small-example")],
            genres: ["Jazz", "Funk"]),
          performanceTime: "2024-05-31T15:00:00-05:00", scrapeTime: "2024-05-31T03:00:00-05:00",
          origin: .init(
            dataset: "wwoz", listingURL: "https://www.wwoz.org/calendar/livewire-music?date=2024-05-31",
            pageTimes: .init(venue: read, event: read, artist: read))))
    #expect(records[2].venue.href == "/organizations/other-room")
    #expect(records[2].event.genres == ["Jazz", "Funk"])
    #expect(records[2].performanceTime == "2024-05-31T23:30:00-05:00")
  }

  @Test("A missing time is null, and an artist without a page has no genres")
  func unknowns() throws {
    let record = try records(.example())[1]
    #expect(record.performanceTime == nil)
    #expect(record.artist == .init(name: "Small Example"))
    #expect(record.event.artistHref == "")
    #expect(record.event.relatedArtists == [.init(name: "Big Example", href: "/artists/big-example")])
  }

  @Test("A page that cannot be read costs only its details, and is named")
  func failedPages() throws {
    let fake = FakeSite.example()
    fake.pages["/organizations/example-hall"] = .failure(FetchError(.unavailable, "status 500"))
    fake.pages["/events/6"] = .success(makePage("<h1>Down</h1>"))
    fake.pages["/artists/big-example"] = .failure(FetchError(.unusable, "no HTML but 'application/pdf'"))
    let day = try read(fake)
    #expect(day.failed.map(\.path) == ["/organizations/example-hall", "/events/6", "/artists/big-example"])
    #expect(
      day.failed.map(\.error) == [
        "status 500", "the page is not the one of its address: it has no node of type 'event'",
        "no HTML but 'application/pdf'",
      ])
    #expect(day.failed[0].url == "https://www.wwoz.org/organizations/example-hall")
    #expect(day.pagesRead == 4)
    let records = try records(fake)
    #expect(records.count == 3)
    #expect(
      records[0].venue == .init(name: "Example Hall", href: "/organizations/example-hall", eventArtist: "Big Example"))
    #expect(
      records.map(\.origin?.failedPages) == [
        ["/organizations/example-hall", "/artists/big-example"], ["/organizations/example-hall", "/events/6"],
        ["/artists/big-example"],
      ])
    #expect(records[0].event.artistHref == "/artists/big-example")
    let read = "2024-05-31T08:00:00.000Z"
    #expect(
      records.map { $0.origin?.pageTimes } == [.init(event: read), .init(), .init(venue: read, event: read)])
  }

  @Test("Each page is requested once, even if many shows lead to it")
  func once() throws {
    let fake = FakeSite.example()
    fake.pages[listingPath] = .success(
      makePage(makeListing([makePanel(rows: [makeRow(), makeRow()]), makePanel(rows: [makeRow()])])))
    _ = try read(fake)
    #expect(fake.requested == [listingPath, "/organizations/example-hall", "/events/1056901", "/artists/big-example"])
  }

  @Test("A day without shows needs no other page")
  func emptyDay() throws {
    let fake = FakeSite([listingPath: makeListing([])])
    let day = try read(fake)
    #expect(day.listing.shows.isEmpty)
    #expect(fake.requested == [listingPath])
    #expect(day.pagesRead == 1)
  }

  @Test("No page is requested for a venue without one")
  func venueWithoutPage() throws {
    let fake = FakeSite.example()
    fake.pages[listingPath] = .success(
      makePage(makeListing([makePanel(link: nil), makePanel(rows: [makeRow(), makeRow()])])))
    #expect(try read(fake).failed.isEmpty)
    #expect(!fake.requested.contains(""))
  }

  @Test("At most 32 pages are requested together")
  func batches() throws {
    let rows = (1...120).map { makeRow(artist: "Artist \($0)", link: "/events/\($0)") }
    let fake = FakeSite([listingPath: makeListing([makePanel(rows: rows)])])
    _ = try read(fake)
    #expect(fake.calls.map(\.count) == [1, 1, 32, 32, 32, 24])
  }

  @Test("The listing's failure is the day's, under its error name")
  func listingFails() throws {
    #expect(try refusal(.failure(FetchError(.unavailable, "status 503"))).name == .sourceUnavailable)
    #expect(try refusal(.failure(FetchError(.timedOut, "30 s"))).name == .sourceUnavailable)
    #expect(try refusal(.failure(FetchError(.throttled, "status 429"))).name == .sourceThrottled)
    #expect(try refusal(.failure(FetchError(.refused, "status 403"))).name == .sourceRefused)
    #expect(try refusal(.failure(FetchError(.disallowed, "robots.txt"))).name == .sourceChanged)
    #expect(try refusal(.failure(FetchError(.notArchived, "k does not hold it"))).name == .invalidInput)
    let missing = try refusal(.failure(FetchError(.missing, "status 404")))
    #expect(missing.name == .sourceChanged)
    #expect(missing.message.hasSuffix("the rules are in Sources/Extractors/WWOZ"))
    #expect(try refusal(.failure(FetchError(.unusable, "no HTML but 'text/plain'"))).name == .sourceChanged)
    #expect(try refusal(.success(makePage("<h1>Welcome</h1>"))).name == .sourceChanged)
    let error = try refusal(.failure(FetchError(.unavailable, "status 503")))
    #expect(
      error.message == "https://www.wwoz.org/calendar/livewire-music?date=2024-05-31 cannot be read: status 503")
  }

  @Test("A listing for which no time is left is DeadlineExceeded")
  func noTime() throws {
    let deadline = Deadline(after: .zero, on: ManualTime())
    #expect(try refusal(.failure(FetchError(.timedOut, "no time")), deadline: deadline).name == .deadlineExceeded)
  }

  @Test("The reason why a page cannot be parsed is a sentence")
  func unparsablePage() throws {
    let fake = FakeSite.example()
    let attributes = (0...500).map { " a\($0)" }.joined()
    fake.pages["/events/6"] = .success(makePage("<html><p\(attributes)>x</p></html>"))
    #expect(try read(fake).failed.map(\.error) == ["it cannot be parsed: a tag of more than 500 attributes"])
  }

  @Test("Pages for which no time is left count as failed, and the day is read")
  func shortOfTime() throws {
    let time = ManualTime()
    let fake = FakeSite.example()
    fake.delay = (.seconds(10), time)
    let day = try read(fake, deadline: Deadline(after: .seconds(25), on: time))
    #expect(day.listing.shows.count == 3)
    #expect(day.venues.count == 2)
    #expect(day.failed.map(\.path) == ["/events/1056901", "/events/6", "/events/11"])
  }

  @Test("Times are right on a day on which the clocks change")
  func daylightSaving() throws {
    func time(
      _ date: String, _ heading: String, _ when: String, month: String, dayOfMonth: String, _ beside: (String, String)
    ) throws
      -> String?
    {
      let path = "/calendar/livewire-music?date=\(date)"
      let row = makeRow(when: when, month: month, day: dayOfMonth)
      let fake = FakeSite([
        path: makeListing([makePanel(rows: [row])], heading: heading, current: date, previous: beside.0, next: beside.1)
      ])
      return try makeExtractor().extract(WorkItem(date: day(date)), via: fake, deadline: .none(on: ManualTime()))
        .records[0].performanceTime
    }
    #expect(
      try time(
        "2024-11-03", "Sunday, November 3, 2024", "Sunday, November 3 at 12:30am", month: "Nov", dayOfMonth: "3",
        ("2024-11-02", "2024-11-04")) == "2024-11-03T00:30:00-05:00")
    #expect(
      try time(
        "2024-11-03", "Sunday, November 3, 2024", "Sunday, November 3 at 8:00pm", month: "Nov", dayOfMonth: "3",
        ("2024-11-02", "2024-11-04")) == "2024-11-03T20:00:00-06:00")
  }

  @Test("An extract has the records, the rows' problems and the pages of its day")
  func problems() throws {
    let fake = FakeSite.example()
    fake.pages[listingPath] = .success(
      makePage(
        makeListing([
          makePanel(rows: [
            makeRow(), makeRow(link: "/node/1"), makeRow(link: "/events/6", when: "Friday, May 31 at 8:00"),
            makeRow(artist: " ", link: "/events/11"), makeRow(), makeRow(),
          ])
        ])))
    fake.pages["/events/6"] = .failure(FetchError(.unavailable, "status 500"))
    let extract = try extract(fake)
    #expect(extract.records.count == 2, "three rows are of one event")
    #expect(extract.rejected.map(\.problem.href) == ["/node/1", "/events/11"])
    #expect(extract.rejected.map(\.key) == [nil, "/events/11"])
    #expect(extract.rejected[0].text.contains("Big Example"))
    #expect(extract.warnings.map(\.href) == ["/events/6"])
    #expect(extract.failedPages == [FailedPage(url: "https://www.wwoz.org/events/6", error: "status 500")])
    #expect(extract.pagesRead == 4)
    #expect(extract.listedAt.timeIntervalSince1970 == 1_717_142_400)
    #expect(extract.records.allSatisfy { $0.scrapeTime == "2024-05-31T03:00:00-05:00" })
  }

  @Test("An item without a date is InvalidInput")
  func undatedItem() throws {
    let fake = FakeSite.example()
    let error = #expect(throws: PipelineError.self) {
      try makeExtractor().extract(WorkItem(id: "jazz"), via: fake, deadline: .none(on: ManualTime()))
    }
    #expect(error?.name == .invalidInput)
    #expect(fake.requested.isEmpty)
  }

  @Test("An archive of the site at another address is read with that address")
  func movedSite() throws {
    let moved = MovedSite(FakeSite.example())
    let extract = try makeExtractor(of: "https://calendar.example.com").extract(
      WorkItem(date: day("2024-05-31")), via: moved, deadline: .none(on: ManualTime()))
    #expect(extract.records == (try self.records(.example())))
    #expect(moved.paths == [listingPath])
  }

  /// An archive of the fake site.
  private final class MovedSite: PageFetcher {
    private let fake: FakeSite
    private(set) var paths: [String] = []

    init(_ fake: FakeSite) { self.fake = fake }

    func read(
      _ requests: [FetchRequest], deadline: Deadline, _ use: (_ index: Int, _ page: Page) throws -> Void
    ) -> [(any Error)?] { fake.read(requests, deadline: deadline, use) }

    func archivedSite(holding path: String) -> Site? {
      paths.append(path)
      return site
    }
  }
}
