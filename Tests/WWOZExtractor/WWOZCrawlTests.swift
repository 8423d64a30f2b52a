import Contracts
import Settings
import EventRecords
import TestSupport
import Testing
import Time

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

struct WWOZCrawlTests {
  private let listingPath = "/calendar/livewire-music?date=2024-05-31"

  private func read(_ fake: FakeSite, deadline: Deadline = .none(on: ManualTime())) throws -> WWOZDay {
    try WWOZCrawl(site: site).day(day("2024-05-31"), from: fake, deadline: deadline)
  }

  private func records(_ fake: FakeSite) throws -> [EventRecord] {
    try read(fake).records(
      of: .wwoz, zone: Dataset.wwoz.timeZoneRules(), scrapeTime: "2024-05-31T03:00:00-05:00")
  }

  private func refusal(_ outcome: Result<Page, FetchError>, deadline: Deadline = .none(on: ManualTime())) throws
    -> PipelineError
  {
    let fake = FakeSite()
    fake.pages[listingPath] = outcome
    let error = #expect(throws: PipelineError.self) { try read(fake, deadline: deadline) }
    #expect(fake.asked == [listingPath])
    return try #require(error)
  }

  @Test("A day is its listing, its venues and events, and the artists whom events link to as their own")
  func order() throws {
    let fake = FakeSite.example()
    let day = try read(fake)
    #expect(
      fake.asked == [
        listingPath, "/organizations/example-hall", "/organizations/other-room", "/events/1056901", "/events/6",
        "/events/11", "/artists/big-example",
      ])
    #expect(day.failed.isEmpty)
    #expect(day.pagesRead == 7)
  }

  @Test("A record is what system 000 made of it")
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

  @Test("A time that is not given is null, and an act without a page of its own has no genres")
  func unknowns() throws {
    let record = try records(.example())[1]
    #expect(record.performanceTime == nil)
    #expect(record.artist == .init(name: "Small Example"))
    #expect(record.event.artistHref == "")
    #expect(record.event.relatedArtists == [.init(name: "Big Example", href: "/artists/big-example")])
  }

  @Test("A page that cannot be read costs its details, and is named")
  func failedPages() throws {
    let fake = FakeSite.example()
    fake.pages["/organizations/example-hall"] = .failure(FetchError(.unavailable, "status 500"))
    fake.pages["/events/6"] = .success(makePage("<h1>Down</h1>"))
    fake.pages["/artists/big-example"] = .failure(FetchError(.unusable, "no HTML but 'application/pdf'"))
    let day = try read(fake)
    #expect(day.failed.map(\.path) == ["/organizations/example-hall", "/events/6", "/artists/big-example"])
    #expect(
      day.failed.map(\.error) == [
        "status 500", "the page has no element of class content", "no HTML but 'application/pdf'",
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

  @Test("Each address is asked for once, however many shows lead to it")
  func once() throws {
    let fake = FakeSite.example()
    fake.pages[listingPath] = .success(
      makePage(makeListing([makePanel(rows: [makeRow(), makeRow()]), makePanel(rows: [makeRow()])])))
    _ = try read(fake)
    #expect(fake.asked == [listingPath, "/organizations/example-hall", "/events/1056901", "/artists/big-example"])
  }

  @Test("A day without shows asks for nothing more")
  func emptyDay() throws {
    let fake = FakeSite([listingPath: makeListing([])])
    let day = try read(fake)
    #expect(day.listing.shows.isEmpty)
    #expect(fake.asked == [listingPath])
    #expect(day.pagesRead == 1)
  }

  @Test("A venue without a page is not asked for")
  func venueWithoutPage() throws {
    let fake = FakeSite.example()
    fake.pages[listingPath] = .success(
      makePage(makeListing([makePanel(link: nil), makePanel(rows: [makeRow(), makeRow()])])))
    #expect(try read(fake).failed.isEmpty)
    #expect(!fake.asked.contains(""))
  }

  @Test("Only so many pages lie in memory at once")
  func batches() throws {
    let rows = (1...120).map { makeRow(act: "Act \($0)", link: "/events/\($0)") }
    let fake = FakeSite([listingPath: makeListing([makePanel(rows: rows)])])
    _ = try read(fake)
    #expect(fake.calls.map(\.count) == [1, 1, 32, 32, 32, 24])
  }

  @Test("The listing's failure is the day's, under its own name")
  func listingFails() throws {
    #expect(try refusal(.failure(FetchError(.unavailable, "status 503"))).name == .sourceUnavailable)
    #expect(try refusal(.failure(FetchError(.timedOut, "30 s"))).name == .sourceUnavailable)
    #expect(try refusal(.failure(FetchError(.throttled, "status 429"))).name == .sourceThrottled)
    let missing = try refusal(.failure(FetchError(.missing, "status 404")))
    #expect(missing.name == .sourceChanged)
    #expect(missing.message.hasSuffix("the rules are in Sources/Scraper/WWOZ"))
    #expect(try refusal(.failure(FetchError(.unusable, "no HTML but 'text/plain'"))).name == .sourceChanged)
    #expect(try refusal(.success(makePage("<h1>Welcome</h1>"))).name == .sourceChanged)
    let error = try refusal(.failure(FetchError(.unavailable, "status 503")))
    #expect(
      error.message == "https://www.wwoz.org/calendar/livewire-music?date=2024-05-31 cannot be read: status 503")
  }

  @Test("A listing for which no time was left is DeadlineExceeded")
  func noTime() throws {
    let deadline = Deadline(after: .zero, on: ManualTime())
    #expect(try refusal(.failure(FetchError(.timedOut, "no time")), deadline: deadline).name == .deadlineExceeded)
  }

  @Test("Pages for which no time is left count as failed, and the day is kept")
  func shortOfTime() throws {
    let time = ManualTime()
    let fake = FakeSite.example()
    fake.takes = (.seconds(10), time)
    let day = try read(fake, deadline: Deadline(after: .seconds(15), on: time))
    #expect(day.listing.shows.count == 3)
    #expect(day.venues.count == 2)
    #expect(day.failed.map(\.path) == ["/events/1056901", "/events/6", "/events/11"])
  }

  @Test("Clocks that are set forward and back are reckoned with")
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
      return try WWOZCrawl(site: site).day(day(date), from: fake, deadline: .none(on: ManualTime()))
        .records(of: .wwoz, zone: Dataset.wwoz.timeZoneRules(), scrapeTime: "")[0].performanceTime
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
}
