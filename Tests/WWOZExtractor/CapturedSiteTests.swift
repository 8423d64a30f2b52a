import Contracts
import EventRecords
import Foundation
import HTTP
import ScrapingSupport
import TestSupport
import Testing
import Time

@testable import Fetching
@testable import WWOZExtractor

/// Whole days over HTTP, from the captured site and through its faults.
@Suite(.serialized, .enabled(if: CapturedSite.isThere, "\(CapturedSite.missing)"), .timeLimit(.minutes(45)))
struct CapturedSiteTests {
  private func read(
    _ date: String, from captured: CapturedSite, within limit: Duration = .seconds(120)
  ) throws -> WWOZDay {
    try read(date, at: captured.url, within: limit)
  }

  private func read(_ date: String, at url: String, within limit: Duration) throws -> WWOZDay {
    let extractor = try makeExtractor(of: url)
    let policy = extractor.policy
    return try extractor.day(
      of: WorkItem(date: day(date)),
      via: makeLivePages(of: policy.site, policy: policy, job: makeJob(item: date)),
      deadline: Deadline(after: limit, on: SystemTime()))
  }

  private func refusal(_ date: String, from captured: CapturedSite) throws -> PipelineError {
    try #require(#expect(throws: PipelineError.self) { try read(date, from: captured) })
  }

  private func expected(_ date: String) throws -> [String] {
    try #require((ExpectedDay.captured + ExpectedDay.composed).first { $0.date == date }).shows.sorted()
  }

  private func lines(_ day: WWOZDay) -> [String] { day.listing.shows.map(ExpectedDay.line).sorted() }

  @Test("A captured day is complete: every show with its details, every page requested once, four at a time")
  func capturedDay() throws {
    let captured = try CapturedSite("--latency-ms", "2")
    let day = try read("2024-05-31", from: captured)
    #expect(try lines(day) == expected("2024-05-31"))
    #expect(day.failed.isEmpty)
    #expect(day.venues.count == 81)
    #expect(day.events.count == 118)
    #expect(day.artists.count > 20)
    let requests = try captured.requests()
    #expect(requests.count == day.pagesRead)
    #expect(Set(requests.map(\.path)).count == requests.count)
    #expect(requests.map(\.in_flight).max() == 4)
    #expect(requests.allSatisfy { $0.status == 200 })

    let records = try day.records(
      of: testDataset, zone: try testDataset.timeZoneRules(), scrapeTime: "2024-05-31T03:00:00-05:00")
    #expect(records.count == 118)
    #expect(records.allSatisfy { $0.performanceTime?.hasPrefix("2024-05-31T") == true })
    #expect(records.allSatisfy { $0.performanceTime?.hasSuffix(":00-05:00") == true })
    #expect(records.allSatisfy { $0.venue.fullAddress.hasSuffix("New Orleans, LA \($0.venue.postalCode)") })
    #expect(records.contains { $0.event.description.contains("\nAll ages.") && $0.event.description.contains("Café") })
    #expect(records.contains { !$0.event.genres.isEmpty && $0.event.genres == $0.artist.genres })
    #expect(records.allSatisfy { record in !record.event.relatedArtists.contains { $0.name == record.artist.name } })
    #expect(records.contains { !$0.event.relatedArtists.isEmpty })
    // A field that a page leaves out stays empty, and is not made up.
    #expect(records.contains { $0.venue.isActive == nil })
    #expect(records.contains { $0.venue.isActive == false })
    #expect(records.contains { $0.venue.website.isEmpty })
  }

  @Test("The listings of the composed days are complete, too")
  func composedDays() throws {
    let captured = try CapturedSite()
    let site = try #require(Site(captured.url))
    let reader = WWOZListingReader(site: site)
    let days = ExpectedDay.composed
    #expect(days.count == 12)
    let pages = try makeLivePages(of: site).fetch(
      days.map { site.url(of: "/calendar/livewire-music?date=\($0.date)") }, deadline: .none(on: SystemTime()))
    for (expected, page) in zip(days, pages) {
      let listing = try reader.read(page.get(), date: day(expected.date))
      #expect(listing.shows.map(ExpectedDay.line).sorted() == expected.shows.sorted())
      #expect(listing.rejected.isEmpty)
      #expect(listing.warnings.isEmpty)
    }
  }

  @Test("A day without shows is one request")
  func emptyDay() throws {
    let captured = try CapturedSite()
    let day = try read("2024-06-01", from: captured)
    #expect(day.listing.shows.isEmpty)
    #expect(try captured.requests().count == 1)
  }

  @Test("Pages that fail once are read at the second attempt")
  func failuresThatPass() throws {
    let captured = try CapturedSite("--fail-rate", "0.3")
    let day = try read("2024-06-02", from: captured)
    #expect(day.failed.isEmpty)
    #expect(try lines(day) == expected("2024-06-02"))
    #expect(try captured.requests().contains { $0.status == 503 })
  }

  @Test("Event pages that always fail cost only the details of events")
  func failuresThatStay() throws {
    let captured = try CapturedSite("--fail-always", "/events/")
    let day = try read("2024-06-02", from: captured)
    #expect(try lines(day) == expected("2024-06-02"))
    #expect(day.failed.count == 27)
    #expect(day.failed.allSatisfy { $0.path.hasPrefix("/events/") && $0.error == "status 500" })
    #expect(!day.venues.isEmpty)
    #expect(day.artists.isEmpty)
    let records = try day.records(of: testDataset, zone: try testDataset.timeZoneRules(), scrapeTime: "")
    #expect(records.allSatisfy { $0.origin?.failedPages == [$0.event.href] })
  }

  @Test("A venue's page that is cut off counts as failed")
  func truncatedDetails() throws {
    let captured = try CapturedSite("--truncate", "/organizations/a")
    let day = try read("2024-06-02", from: captured)
    #expect(try lines(day) == expected("2024-06-02"))
    #expect(!day.failed.isEmpty)
    #expect(day.failed.allSatisfy { $0.path.hasPrefix("/organizations/a") })
  }

  @Test("A listing that is cut off is SourceUnavailable")
  func truncatedListing() throws {
    let error = try refusal("2024-05-31", from: try CapturedSite("--truncate", "livewire-music"))
    #expect(error.name == .sourceUnavailable)
  }

  @Test(
    "A site that fails is SourceUnavailable, and a redesigned one is SourceChanged")
  func listingFails() throws {
    let broken = try CapturedSite("--fail-always", "livewire")
    #expect(try refusal("2024-05-31", from: broken).name == .sourceUnavailable)
    #expect(try broken.requests().count == 5)
    let redesigned = try CapturedSite("--drift")
    #expect(try refusal("2024-05-31", from: redesigned).name == .sourceChanged)
    #expect(try refusal("2026-05-07", from: redesigned).name == .sourceChanged)
  }

  @Test("A site that always throttles is SourceThrottled when no time is left")
  func throttledListing() throws {
    let server = try ScriptedServer(replies: [.http(429, [("Retry-After", "3600")])])
    defer { server.stop() }
    let error = #expect(throws: PipelineError.self) {
      try read("2024-05-31", at: server.url, within: .seconds(20))
    }
    #expect(error?.name == .sourceThrottled)
    #expect(server.requests.map(\.target) == ["/robots.txt"])
  }

  @Test("A site that throttles now and then is read completely")
  func throttledNowAndThen() throws {
    let captured = try CapturedSite("--throttle-every", "30")
    let day = try read("2024-06-02", from: captured)
    #expect(day.failed.isEmpty)
    #expect(try lines(day) == expected("2024-06-02"))
    #expect(try captured.requests().contains { $0.status == 429 })
  }

  @Test("A site that cannot be reached is SourceUnavailable, and the message has its address")
  func siteDown() throws {
    let address = "http://127.0.0.1:\(try FreePort.find())"
    let error = #expect(throws: PipelineError.self) { try read("2024-05-31", at: address, within: .seconds(20)) }
    #expect(error?.name == .sourceUnavailable)
    #expect(error?.message.hasPrefix(address) == true)
  }

  @Test("When time runs short, the pages that were read count, and the others are named")
  func shortOfTime() throws {
    let captured = try CapturedSite("--latency-ms", "1000")
    let start = ContinuousClock.now
    let day = try read("2024-05-31", from: captured, within: .seconds(8))
    #expect(ContinuousClock.now - start < .seconds(30), "the whole day takes 55 s")
    #expect(try lines(day) == expected("2024-05-31"))
    #expect(!day.failed.isEmpty)
    #expect(day.pagesRead > 1)
    #expect(day.pagesRead + day.failed.count >= 1 + 81 + 118)
  }
}
