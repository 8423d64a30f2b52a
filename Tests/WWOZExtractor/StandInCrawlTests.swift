import Foundation
import HTTP
import Contracts
import Settings
import EventRecords
import TestSupport
import Testing
import Time

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

/// Whole days over HTTP, from the stand-in site and through its faults.
@Suite(.serialized, .enabled(if: StandInSite.isThere, "\(StandInSite.missing)"), .timeLimit(.minutes(5)))
struct StandInCrawlTests {
  private func read(_ date: String, from standIn: StandInSite, within limit: Duration = .seconds(120)) throws -> WWOZDay
  {
    let site = try #require(Site(standIn.url))
    return try WWOZCrawl(site: site).day(
      day(date), from: makeLivePages(of: site, date: date), deadline: Deadline(after: limit, on: SystemTime()))
  }

  private func refusal(_ date: String, from standIn: StandInSite) throws -> PipelineError {
    try #require(#expect(throws: PipelineError.self) { try read(date, from: standIn) })
  }

  private func expected(_ date: String) throws -> [String] {
    try #require((ExpectedDay.captured + ExpectedDay.composed).first { $0.date == date }).shows.sorted()
  }

  private func lines(_ day: WWOZDay) -> [String] { day.listing.shows.map(ExpectedDay.line).sorted() }

  @Test("A captured day is whole: every show with its details, every address asked for once, four at a time")
  func capturedDay() throws {
    let standIn = try StandInSite("--latency-ms", "2")
    let day = try read("2024-05-31", from: standIn)
    #expect(try lines(day) == expected("2024-05-31"))
    #expect(day.failed.isEmpty)
    #expect(day.venues.count == 81)
    #expect(day.events.count == 118)
    #expect(day.artists.count > 20)
    let requests = try standIn.requests()
    #expect(requests.count == day.pagesRead)
    #expect(Set(requests.map(\.path)).count == requests.count)
    #expect(requests.map(\.in_flight).max() == 4)
    #expect(requests.allSatisfy { $0.status == 200 })

    let records = day.records(
      of: .wwoz, zone: try Dataset.wwoz.timeZoneRules(), scrapeTime: "2024-05-31T03:00:00-05:00")
    #expect(records.count == 118)
    #expect(records.allSatisfy { $0.performanceTime?.hasPrefix("2024-05-31T") == true })
    #expect(records.allSatisfy { $0.performanceTime?.hasSuffix(":00-05:00") == true })
    #expect(records.allSatisfy { $0.venue.fullAddress.hasSuffix("New Orleans, LA \($0.venue.postalCode)") })
    #expect(records.contains { $0.event.description.contains("\nAll ages.") && $0.event.description.contains("Café") })
    #expect(records.contains { !$0.event.genres.isEmpty && $0.event.genres == $0.artist.genres })
    #expect(records.allSatisfy { record in !record.event.relatedArtists.contains { $0.name == record.artist.name } })
    #expect(records.contains { !$0.event.relatedArtists.isEmpty })
    // What the site leaves out of a page is left out here, and not made up.
    #expect(records.contains { $0.venue.isActive == nil })
    #expect(records.contains { $0.venue.isActive == false })
    #expect(records.contains { $0.venue.website.isEmpty })
  }

  @Test("The listings of the composed days are whole too")
  func composedDays() throws {
    let standIn = try StandInSite()
    let site = try #require(Site(standIn.url))
    let reader = try WWOZListingReader(site: site)
    let days = ExpectedDay.composed
    #expect(days.count == 12)
    let pages = try makeLivePages(of: site).fetch(
      days.map { site.url(of: "/calendar/livewire-music?date=\($0.date)") }, deadline: .none(on: SystemTime()))
    for (expected, page) in zip(days, pages) {
      let listing = try reader.read(page.get(), date: day(expected.date))
      #expect(listing.shows.map(ExpectedDay.line).sorted() == expected.shows.sorted())
      #expect(listing.rejected.isEmpty)
      #expect(listing.remarks.isEmpty)
    }
  }

  @Test("A day without shows is one request")
  func emptyDay() throws {
    let standIn = try StandInSite()
    let day = try read("2024-06-01", from: standIn)
    #expect(day.listing.shows.isEmpty)
    #expect(try standIn.requests().count == 1)
  }

  @Test("Pages that fail once are read the second time")
  func failuresThatPass() throws {
    let standIn = try StandInSite("--fail-rate", "0.3")
    let day = try read("2024-06-02", from: standIn)
    #expect(day.failed.isEmpty)
    #expect(try lines(day) == expected("2024-06-02"))
    #expect(try standIn.requests().contains { $0.status == 503 })
  }

  @Test("Event pages that always fail cost the details of events, and nothing else")
  func failuresThatStay() throws {
    let standIn = try StandInSite("--fail-always", "/events/")
    let day = try read("2024-06-02", from: standIn)
    #expect(try lines(day) == expected("2024-06-02"))
    #expect(day.failed.count == 27)
    #expect(day.failed.allSatisfy { $0.path.hasPrefix("/events/") && $0.error == "status 500" })
    #expect(!day.venues.isEmpty)
    #expect(day.artists.isEmpty)
    let records = day.records(of: .wwoz, zone: try Dataset.wwoz.timeZoneRules(), scrapeTime: "")
    #expect(records.allSatisfy { $0.origin?.failedPages == [$0.event.href] })
  }

  @Test("A venue's page that is cut off in the middle counts as failed")
  func truncatedDetails() throws {
    let standIn = try StandInSite("--truncate", "/organizations/a")
    let day = try read("2024-06-02", from: standIn)
    #expect(try lines(day) == expected("2024-06-02"))
    #expect(!day.failed.isEmpty)
    #expect(day.failed.allSatisfy { $0.path.hasPrefix("/organizations/a") })
  }

  @Test("A listing that is cut off in the middle is SourceUnavailable")
  func truncatedListing() throws {
    let error = try refusal("2024-05-31", from: try StandInSite("--truncate", "livewire-music"))
    #expect(error.name == .sourceUnavailable)
  }

  @Test(
    "A site that always throttles is SourceThrottled, one in trouble SourceUnavailable, one redesigned SourceChanged")
  func listingFails() throws {
    let broken = try StandInSite("--fail-always", "livewire")
    #expect(try refusal("2024-05-31", from: broken).name == .sourceUnavailable)
    #expect(try broken.requests().count == 5)
    let redesigned = try StandInSite("--drift")
    #expect(try refusal("2024-05-31", from: redesigned).name == .sourceChanged)
    #expect(try refusal("2026-05-07", from: redesigned).name == .sourceChanged)
  }

  @Test("A site that throttles always is SourceThrottled once the time is up")
  func throttledListing() throws {
    let server = try ScriptedServer(replies: [.http(429, [("Retry-After", "3600")])])
    defer { server.stop() }
    let site = try #require(Site("http://127.0.0.1:\(server.port)"))
    let error = #expect(throws: PipelineError.self) {
      try WWOZCrawl(site: site).day(
        day("2024-05-31"), from: makeLivePages(of: site), deadline: Deadline(after: .seconds(20), on: SystemTime()))
    }
    #expect(error?.name == .sourceThrottled)
    #expect(server.requests.map(\.target) == ["/robots.txt"])
  }

  @Test("A site that throttles now and then is waited for")
  func throttledNowAndThen() throws {
    let standIn = try StandInSite("--throttle-every", "30")
    let day = try read("2024-06-02", from: standIn)
    #expect(day.failed.isEmpty)
    #expect(try lines(day) == expected("2024-06-02"))
    #expect(try standIn.requests().contains { $0.status == 429 })
  }

  @Test("A site that is not there is SourceUnavailable, and the message says where it was looked for")
  func siteDown() throws {
    let address = "http://127.0.0.1:\(try StandInSite.freePort())"
    let site = try #require(Site(address))
    let error = #expect(throws: PipelineError.self) {
      try WWOZCrawl(site: site).day(
        day("2024-05-31"), from: makeLivePages(of: site), deadline: Deadline(after: .seconds(20), on: SystemTime()))
    }
    #expect(error?.name == .sourceUnavailable)
    #expect(error?.message.hasPrefix(address) == true)
  }

  @Test("When time runs short, what was read is kept and the rest is named")
  func shortOfTime() throws {
    let standIn = try StandInSite("--latency-ms", "1000")
    let start = ContinuousClock.now
    let day = try read("2024-05-31", from: standIn, within: .seconds(8))
    #expect(ContinuousClock.now - start < .seconds(30), "the whole day takes 55 s")
    #expect(try lines(day) == expected("2024-05-31"))
    #expect(!day.failed.isEmpty)
    #expect(day.pagesRead > 1)
    #expect(day.pagesRead + day.failed.count >= 1 + 81 + 118)
  }
}
