import EventCache
import Foundation
import Contracts
import Settings
import EventRecords
import TestSupport
import Testing
import Time

/// Whole runs: the real state machine definition in a real interpreter, the four binaries behind the official emulator,
/// real Postgres, real Redis, an S3 that checks signatures.
@Suite("A night's run", .serialized, .enabled(if: LocalStack.isUp, "start the stack: make test"))
struct NightTests {
  private let stack: LocalStack

  init() throws {
    stack = try LocalStack()
  }

  /// One line a show, in a form that compares.
  private func lines(_ records: [EventRecord]) -> [String] {
    records.map {
      [$0.venue.href, $0.venue.name, $0.event.href, $0.artist.name, $0.performanceTime ?? "-"].joined(separator: " | ")
    }.sorted()
  }

  /// The same lines out of Postgres, as a reader with SQL sees them.
  private func storedLines(_ date: String) throws -> [String] {
    let rows = try stack.database.query(
      """
      select concat_ws(' | ', v.wwoz_venue_href, v.name, e.wwoz_event_href, a.name,
        coalesce(to_char(e.performance_time at time zone 'America/Chicago', 'YYYY-MM-DD"T"HH24:MI:SS') || '-05:00', '-')) as line
      from events e join venues v on v.id = e.venue_id join artists a on a.id = e.artist_id
      where e.event_date = $1::date
      """, [.text(date)], until: stack.deadline)
    return try rows.map { try $0["line"] as String }.sorted()
  }

  private func check(_ date: String, _ expected: [String]) throws {
    #expect(lines(try #require(try stack.cached(date))) == expected.sorted())
    #expect(try storedLines(date) == expected.sorted())
  }

  private func expectedLines(_ date: String) throws -> [String] {
    try SourceSite.ExpectedListing.read(date).panels.flatMap { panel in
      panel.events.map {
        [panel.venue_href, panel.venue, $0.event_href, $0.artist, performanceTime(date, $0.time)].joined(
          separator: " | ")
      }
    }
  }

  private static let needsPages = "../shared/wwoz is not here: nothing to compare with"

  @Test(
    "real pages are in Postgres and Redis row by row, an empty day is [], and a second run writes nothing",
    .enabled(if: SourceSite.hasCapturedPages, "\(needsPages)"))
  func realPages() throws {
    try stack.empty()
    let site = try SourceSite.captured()
    defer { site.stop() }
    let night = try stack.night(from: "2024-05-31", to: "2024-06-02")
    #expect(night.execution.status == .succeeded)
    #expect(night.dates.values.allSatisfy { $0.status == .succeeded })
    let expected = try expectedLines("2024-05-31")
    #expect(expected.count == 118)
    try check("2024-05-31", expected)
    try check("2024-06-02", try expectedLines("2024-06-02"))
    let venues = try #require(try stack.cached("2024-05-31")).map(\.venue.href)
    #expect(Set(venues).count == 81)
    let emptyDay = try #require(CalendarDate("2024-06-01"))
    #expect(try stack.cachedBytes(emptyDay) == Data("[]".utf8))
    #expect(try night.count("found", "2024-06-01") == 0)
    #expect(try night.count("new", "2024-05-31") == 118)
    let asked = try site.requests()
    let distinctByDate = asked.filter { $0.hasPrefix("/events/") }
    #expect(distinctByDate.count == Set(distinctByDate).count)

    let before = try stack.rowVersions()
    let again = try stack.night(from: "2024-05-31", to: "2024-06-02")
    #expect(again.execution.status == .succeeded)
    #expect(try stack.rowVersions() == before)
    #expect(try again.count("unchanged", "2024-05-31") == 118)
    #expect(try again.count("new", "2024-05-31") == 0)
    #expect(try again.count("changed", "2024-05-31") == 0)
  }

  @Test("the twelve days are there, show by show", .enabled(if: SourceSite.hasCapturedPages, "\(needsPages)"))
  func twelveDays() throws {
    try stack.empty()
    let site = try SourceSite.captured()
    defer { site.stop() }
    for day in try SourceSite.days() {
      let night = try stack.night(from: day.date, to: day.date)
      #expect(night.execution.status == .succeeded, "\(day.date)")
      try check(
        day.date,
        day.events.map {
          [$0.venue_href, $0.venue, $0.event_href, $0.artist, performanceTime(day.date, $0.time)].joined(
            separator: " | ")
        })
    }
  }

  @Test("pages that fail once cost nothing", .enabled(if: SourceSite.hasCapturedPages, "\(needsPages)"))
  func passingFailures() throws {
    try stack.empty()
    let site = try SourceSite.captured("--fail-rate", "0.1")
    defer { site.stop() }
    let night = try stack.night(from: "2024-05-31", to: "2024-05-31")
    #expect(night.execution.status == .succeeded)
    #expect(try night.count("pages_failed", "2024-05-31") == 0)
    try check("2024-05-31", try expectedLines("2024-05-31"))
  }

  @Test(
    "detail pages that always fail cost their details, and the summary says how many",
    .enabled(if: SourceSite.hasCapturedPages, "\(needsPages)"))
  func missingDetails() throws {
    try stack.empty()
    // Every second one: a site of which nothing works for long is left alone.
    let site = try SourceSite.captured("--fail-always", "/events/.*[02468]$")
    defer { site.stop() }
    let night = try stack.night(from: "2024-05-31", to: "2024-05-31")
    #expect(night.execution.status == .succeeded)
    try check("2024-05-31", try expectedLines("2024-05-31"))
    let records = try #require(try stack.cached("2024-05-31"))
    let failed = records.filter { $0.event.href.utf8.last.map { $0 % 2 == 0 } ?? false }
    #expect(failed.count > 30)
    #expect(try night.count("pages_failed", "2024-05-31") == failed.count)
    #expect(failed.allSatisfy { $0.event.description.isEmpty })
    #expect(records.contains { !$0.event.description.isEmpty })
    #expect(records.contains { !$0.venue.thoroughfare.isEmpty })
  }

  @Test(
    "a redesigned site is SourceChanged, and nothing stored is touched",
    .enabled(if: SourceSite.hasCapturedPages, "\(needsPages)"))
  func drift() throws {
    try stack.empty()
    do {
      let site = try SourceSite.captured()
      defer { site.stop() }
      _ = try stack.night(from: "2024-06-02", to: "2024-06-02")
    }
    let before = try stack.rowVersions()
    let day = try #require(CalendarDate("2024-06-02"))
    let cached = try stack.cachedBytes(day)
    let site = try SourceSite.captured("--drift")
    defer { site.stop() }
    let night = try stack.night(from: "2024-06-02", to: "2024-06-02")
    #expect(night.execution.status == .failed)
    #expect(night.execution.error == "States.ExceedToleratedFailureThreshold")
    #expect(night.dates["2024-06-02"]?.error == "SourceChanged")
    #expect(try stack.rowVersions() == before)
    #expect(try stack.cachedBytes(day) == cached)
    #expect(!before.isEmpty && cached != nil)
  }

  @Test("a site that is down is SourceUnavailable, by name, after retries")
  func siteDown() throws {
    let night = try stack.night(from: "2024-06-02", to: "2024-06-02")
    #expect(night.execution.status == .failed)
    let child = try #require(night.dates["2024-06-02"])
    #expect(child.error == "SourceUnavailable")
    #expect(child.cause?.contains("127.0.0.1:\(LocalStack.sitePort)") == true)
    let events = try stack.steps.history(of: child.executionArn, limit: 100, deadline: stack.deadline)
    #expect(events.count { $0.type == "TaskFailed" } == 4)
    let failures = try stack.database.query(
      "select event_date::text, stage, error, cause from etl_failures where run = $1", [.text(night.execution.name)],
      until: stack.deadline)
    #expect(failures.count == 1)
    #expect(try failures[0][0] == "2024-06-02")
    #expect(try failures[0][1] == "scrape")
    #expect(try failures[0][2] == "SourceUnavailable")
    #expect(try failures[0][3] == child.cause)
    let run = try stack.database.query(
      "select status, error from etl_runs where run = $1", [.text(night.execution.name)], deadline: stack.deadline)
    #expect(try run.map { try $0[0] } == ["failed"])
    #expect(try run.map { try $0[1] } == [night.execution.error])
  }

  @Test("a bad event fails the run under the generator's error")
  func badEvent() throws {
    let night = try stack.night(from: "2024-06-02", to: "2024-06-01")
    #expect(night.execution.status == .failed)
    #expect(night.execution.error == "InvalidInput")
    #expect(night.execution.cause?.contains("lies after") == true)
    #expect(night.dates.isEmpty)
  }

  /// That the ledger has counted what the run has published.
  private func expectLedger(of night: LocalStack.Night) throws {
    let output = try JSONSerialization.jsonObject(with: Data((night.execution.output ?? "").utf8)) as? [String: Any]
    let summary = try #require(output)
    let rows = try stack.database.query(
      "select * from etl_runs where run = $1", [.text(night.execution.name)], deadline: stack.deadline)
    let row = try #require(rows.first)
    #expect(try row["status"] == summary["status"] as? String)
    #expect(try row["trigger"] == "manual")
    #expect(try row["dates_loaded"] == summary["dates"] as? Int)
    for name in ["found", "new", "changed", "unchanged", "rejected", "cancelled"] {
      #expect(try row["records_\(name)"] == summary[name] as? Int, "\(name)")
    }
    let dates: [CalendarDate] = try row["dates"]
    #expect(Set(dates.map { "\($0)" }) == Set(night.dates.keys))
  }

  @Test("the sample site gives a green week, the same the second time")
  func sampleSite() throws {
    try stack.empty()
    let site = try SourceSite.sample()
    defer { site.stop() }
    let night = try stack.night(from: "2026-02-01", to: "2026-02-07")
    #expect(night.execution.status == .succeeded)
    #expect(night.dates.count == 7)
    #expect(night.execution.output?.contains("publish_error") == false)
    let found = try night.dates.keys.map { try night.count("found", $0) ?? 0 }.reduce(0, +)
    #expect(found > 50)
    try expectLedger(of: night)
    let cached = try night.dates.keys.map { try stack.cached($0)?.count ?? -1 }.reduce(0, +)
    #expect(cached == found)
    let before = try stack.rowVersions()
    let again = try stack.night(from: "2026-02-01", to: "2026-02-07")
    #expect(again.execution.status == .succeeded)
    #expect(try stack.rowVersions() == before)
  }

  @Test("the functions' metrics add up to what was asked for, loaded and cached, with no zero among them")
  func metrics() throws {
    try stack.empty()
    let site = try SourceSite.sample()
    defer { site.stop() }
    let date = "2026-02-06"
    let functions = try ["Scraper", "Loader", "CacheManager"].map {
      try Emulator($0, environment: LocalStack.ofFunctions)
    }
    for run in (1...2).map({ "metrics-\($0)-\(UUID().uuidString)" }) {
      let answer = try functions[0].invoke(#"{"date": "\#(date)", "run": "\#(run)"}"#)
      let key = try #require((answer["body"] as? [String: Any])?["s3_key"] as? String, "\(answer)")
      _ = try functions[1].invoke(#"{"date": "\#(date)", "run": "\#(run)", "s3_key": "\#(key)"}"#)
      _ = try functions[2].invoke(#"{"queryStringParameters": {"date": "\#(date)"}}"#)
    }
    let documents = try functions.map { try EMFDocument.all(in: $0.log()) }
    for (function, name) in zip(documents, ["test-Scraper", "test-Loader", "test-CacheManager"]) {
      #expect(function.map { $0.metrics["ColdStart"] } == [1, nil])
      #expect(function.allSatisfy { $0.dimensions == ["Function": name] && !$0.metrics.values.contains(0) })
      #expect(function.allSatisfy { $0.metrics["Errors"] == nil && $0.properties["date"] as? String == date })
    }
    func sum(_ name: String, of function: Int) -> Double {
      documents[function].compactMap { $0.metrics[name] }.reduce(0, +)
    }
    // robots.txt is a page too, and not among the site's requests.
    let asked = Double(try site.requests().count + 2)
    #expect(sum("PagesFetched", of: 0) + sum("PagesValidated", of: 0) == asked)
    let found = try #require(documents[0].first?.metrics["ShowsFound"])
    #expect(found > 5)
    #expect(documents[1].map { $0.metrics["Found"] } == [found, found])
    #expect(documents[1].map { $0.metrics["New"] } == [found, nil])
    #expect(documents[1].map { $0.metrics["Unchanged"] } == [nil, found])
    #expect(documents[2].map { $0.metrics["CachedEvents"] } == [found, found])
    let day = try #require(CalendarDate(date))
    #expect(documents[2].last?.metrics["CachedBytes"] == Double(try stack.cachedBytes(day)?.count ?? 0))
  }
}
