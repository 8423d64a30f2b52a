import Contracts
import EventRecords
import Foundation
import TestSupport
import Testing
import Time

/// Whole runs: the real state machine definition in a real interpreter, the four binaries behind the official emulator,
/// real Postgres, real Redis, an S3 that checks signatures.
@Suite("A run", .serialized, .enabled(if: LocalStack.isUp, "start the stack: make test"))
struct RunTests {
  let stack: LocalStack

  init() throws {
    stack = try LocalStack()
  }

  // MARK: Expected events

  /// Returns one line for each event, in a form that can be compared.
  private func lines(_ records: [EventRecord]) -> [String] {
    records.map {
      [$0.venue.href, $0.venue.name, $0.event.href, $0.artist.name, $0.performanceTime ?? "-"].joined(separator: " | ")
    }.sorted()
  }

  /// Returns the same lines from Postgres, as a reader with SQL sees them.
  private func storedLines(_ date: String) throws -> [String] {
    let rows = try stack.database.query(
      """
      select concat_ws(' | ', v.wwoz_venue_href, v.name, e.wwoz_event_href, a.name,
        coalesce(to_char(e.performance_time at time zone 'America/Chicago', 'YYYY-MM-DD"T"HH24:MI:SS') || '-05:00', '-')) as line
      from events e join venues v on v.id = e.venue_id join artists a on a.id = e.artist_id
      where e.event_date = $1::date
      """, [.text(date)], deadline: stack.deadline)
    return try rows.map { try $0["line"] as String }.sorted()
  }

  /// Expects the same events in the cache and in Postgres.
  private func expectEvents(_ expected: [String], on date: String) throws {
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

  private static let needsPages = "../shared/wwoz is missing: there are no captured pages to compare with"

  // MARK: Captured pages

  @Test(
    "stores captured pages row by row in Postgres and Redis, an empty day as [], and a second run writes nothing",
    .enabled(if: SourceSite.hasCapturedPages, "\(needsPages)"))
  func capturedPages() throws {
    try stack.empty()
    let site = try SourceSite.captured()
    defer { site.stop() }
    let run = try stack.run(from: "2024-05-31", to: "2024-06-02")
    #expect(run.execution.status == .succeeded)
    #expect(run.items.values.allSatisfy { $0.status == .succeeded })
    let expected = try expectedLines("2024-05-31")
    #expect(expected.count == 118)
    try expectEvents(expected, on: "2024-05-31")
    try expectEvents(try expectedLines("2024-06-02"), on: "2024-06-02")
    let venues = try #require(try stack.cached("2024-05-31")).map(\.venue.href)
    #expect(Set(venues).count == 81)
    let emptyDay = try #require(CalendarDate("2024-06-01"))
    #expect(try stack.cachedBytes(emptyDay) == Data("[]".utf8))
    #expect(run.count("found", "2024-06-01") == 0)
    #expect(run.count("new", "2024-05-31") == 118)
    let eventPages = try site.requests().filter { $0.hasPrefix("/events/") }
    #expect(eventPages.count == Set(eventPages).count)

    let before = try stack.rowVersions()
    let again = try stack.run(from: "2024-05-31", to: "2024-06-02")
    #expect(again.execution.status == .succeeded)
    #expect(try stack.rowVersions() == before)
    #expect(again.count("unchanged", "2024-05-31") == 118)
    #expect(again.count("new", "2024-05-31") == 0)
    #expect(again.count("changed", "2024-05-31") == 0)
  }

  @Test("stores the twelve captured days, event by event", .enabled(if: SourceSite.hasCapturedPages, "\(needsPages)"))
  func twelveDays() throws {
    try stack.empty()
    let site = try SourceSite.captured()
    defer { site.stop() }
    for day in try SourceSite.days() {
      let run = try stack.run(from: day.date, to: day.date)
      #expect(run.execution.status == .succeeded, "\(day.date)")
      try expectEvents(
        day.events.map {
          [$0.venue_href, $0.venue, $0.event_href, $0.artist, performanceTime(day.date, $0.time)].joined(
            separator: " | ")
        }, on: day.date)
    }
  }

  @Test("loses nothing to pages that fail once", .enabled(if: SourceSite.hasCapturedPages, "\(needsPages)"))
  func transientFailures() throws {
    try stack.empty()
    let site = try SourceSite.captured("--fail-rate", "0.1")
    defer { site.stop() }
    let run = try stack.run(from: "2024-05-31", to: "2024-05-31")
    #expect(run.execution.status == .succeeded)
    #expect(run.count("pages_failed", "2024-05-31") == 0)
    try expectEvents(try expectedLines("2024-05-31"), on: "2024-05-31")
  }

  @Test(
    "loses only the details of event pages that always fail, and counts the pages in its summary",
    .enabled(if: SourceSite.hasCapturedPages, "\(needsPages)"))
  func missingDetails() throws {
    try stack.empty()
    // Only every second page fails: the circuit breaker would stop requests to a site where everything fails.
    let site = try SourceSite.captured("--fail-always", "/events/.*[02468]$")
    defer { site.stop() }
    let run = try stack.run(from: "2024-05-31", to: "2024-05-31")
    #expect(run.execution.status == .succeeded)
    try expectEvents(try expectedLines("2024-05-31"), on: "2024-05-31")
    let records = try #require(try stack.cached("2024-05-31"))
    let failed = records.filter { $0.event.href.utf8.last.map { $0 % 2 == 0 } ?? false }
    #expect(failed.count > 30)
    #expect(run.count("pages_failed", "2024-05-31") == failed.count)
    #expect(failed.allSatisfy { $0.event.description.isEmpty })
    #expect(records.contains { !$0.event.description.isEmpty })
    #expect(records.contains { !$0.venue.thoroughfare.isEmpty })
  }

  // MARK: Failures

  @Test(
    "over a redesigned site fails with SourceChanged and leaves what is stored unchanged",
    .enabled(if: SourceSite.hasCapturedPages, "\(needsPages)"))
  func redesign() throws {
    try stack.empty()
    do {
      let site = try SourceSite.captured()
      defer { site.stop() }
      _ = try stack.run(from: "2024-06-02", to: "2024-06-02")
    }
    let before = try stack.rowVersions()
    let day = try #require(CalendarDate("2024-06-02"))
    let cached = try stack.cachedBytes(day)
    let site = try SourceSite.captured("--drift")
    defer { site.stop() }
    let run = try stack.run(from: "2024-06-02", to: "2024-06-02")
    #expect(run.execution.status == .succeeded)
    #expect(run.result(of: "2024-06-02") as NSDictionary? == ["id": "2024-06-02", "failed": "SourceChanged"])
    #expect(try stack.rowVersions() == before)
    #expect(try stack.cachedBytes(day) == cached)
    #expect(!before.isEmpty && cached != nil)
  }

  @Test("over a site that is down fails with SourceUnavailable after retries, also in the ledger")
  func siteDown() throws {
    let run = try stack.run(from: "2024-06-02", to: "2024-06-02")
    #expect(run.execution.status == .succeeded)
    let child = try #require(run.items["2024-06-02"])
    #expect(run.result(of: "2024-06-02") as NSDictionary? == ["id": "2024-06-02", "failed": "SourceUnavailable"])
    let events = try stack.steps.history(of: child.executionArn, limit: 100, deadline: stack.deadline)
    #expect(events.count { $0.type == "TaskFailed" } == 4)
    let failures = try stack.database.query(
      "select dataset, item, event_date::text, stage, error, cause from etl_failures where run = $1",
      [.text(run.execution.name)], deadline: stack.deadline)
    #expect(failures.count == 1)
    let failure = try #require(failures.first)
    #expect(try failure["dataset"] == "wwoz")
    #expect(try failure["item"] == "2024-06-02")
    #expect(try failure["event_date"] == "2024-06-02")
    #expect(try failure["stage"] == "scrape")
    #expect(try failure["error"] == "SourceUnavailable")
    let cause: String = try failure["cause"] ?? ""
    #expect(cause.contains("127.0.0.1:\(LocalStack.sitePort)"))
    let row = try stack.database.query(
      "select status, error from etl_runs where run = $1", [.text(run.execution.name)], deadline: stack.deadline)
    #expect(try row.map { try $0[0] } == ["partial"])
    #expect(try row.map { try $0[1] as String? } == [nil])
  }

  @Test("with an invalid input fails with the generator's error and processes no item")
  func invalidInput() throws {
    let run = try stack.run(from: "2024-06-02", to: "2024-06-01")
    #expect(run.execution.status == .failed)
    #expect(run.execution.error == "InvalidInput")
    #expect(run.execution.cause?.contains("start_date 2024-06-02 is after end_date 2024-06-01") == true)
    #expect(run.items.isEmpty)
  }

  @Test("of an unknown dataset fails with InvalidInput and processes no item")
  func unknownDataset() throws {
    let run = try stack.finish(
      stack.start(#"{"dataset":"nowhere","start_date":"2026-02-01","end_date":"2026-02-01"}"#))
    #expect(run.execution.status == .failed)
    #expect(run.execution.error == "InvalidInput")
    #expect(run.execution.cause?.contains("dataset is 'nowhere'") == true)
    #expect(run.items.isEmpty)
  }

  // MARK: The sample site

  /// Expects that the ledger has the counts of the run's summary.
  private func expectLedger(of run: LocalStack.Run) throws {
    let summary = try #require(run.summary)
    let rows = try stack.database.query(
      "select * from etl_runs where run = $1", [.text(run.execution.name)], deadline: stack.deadline)
    let row = try #require(rows.first)
    #expect(try row["status"] == summary["status"] as? String)
    #expect(try row["trigger"] == "manual")
    #expect(try row["dataset"] == summary["dataset"] as? String)
    #expect(try row["dates_loaded"] == summary["dates"] as? Int)
    for name in ["found", "new", "changed", "unchanged", "rejected", "cancelled"] {
      #expect(try row["records_\(name)"] == summary[name] as? Int, "\(name)")
    }
    let dates: [CalendarDate] = try row["dates"]
    #expect(Set(dates.map { "\($0)" }) == Set(run.items.keys))
  }

  @Test("over the sample site succeeds, and a second run changes nothing")
  func sampleSite() throws {
    try stack.empty()
    let site = try SourceSite.sample()
    defer { site.stop() }
    let run = try stack.run(from: "2026-02-01", to: "2026-02-07")
    #expect(run.execution.status == .succeeded)
    #expect(run.items.count == 7)
    #expect(run.execution.output?.contains("publish_error") == false)
    let found = run.items.keys.map { run.count("found", $0) ?? 0 }.reduce(0, +)
    #expect(found > 50)
    try expectLedger(of: run)
    let cached = try run.items.keys.map { try stack.cached($0)?.count ?? -1 }.reduce(0, +)
    #expect(cached == found)
    let before = try stack.rowVersions()
    let again = try stack.run(from: "2026-02-01", to: "2026-02-07")
    #expect(again.execution.status == .succeeded)
    #expect(try stack.rowVersions() == before)
  }

  @Test("names its dataset and work items in the inputs and results of its items, in its summary and in the ledger")
  func workItems() throws {
    try stack.empty()
    let site = try SourceSite.sample()
    defer { site.stop() }
    let dates = ["2026-02-01", "2026-02-02"]
    let run = try stack.finish(
      stack.start(#"{"dataset":"wwoz","start_date":"\#(dates[0])","end_date":"\#(dates[1])"}"#))
    #expect(run.execution.status == .succeeded)
    #expect(run.items.keys.sorted() == dates)
    struct Input: Decodable {
      let dataset: String
      let item: WorkItem
      let run: String
    }
    for (id, child) in run.items {
      let input = try JSONDecoder().decode(Input.self, from: Data((child.input ?? "").utf8))
      #expect(input.dataset == "wwoz")
      #expect(input.item == WorkItem(date: try #require(CalendarDate(id))))
      #expect(input.run == run.execution.name)
      let result = try #require(run.result(of: id))
      #expect(result["item"] as? String == id)
      #expect(result["date"] as? String == id)
    }
    let summary = try #require(run.summary)
    #expect(summary["dataset"] as? String == "wwoz")
    #expect(summary["items"] as? Int == 2)
    #expect(summary["dates"] as? Int == 2)
    #expect(summary["failed_items"] as? [String] == [])
    #expect(summary["failed_dates"] as? [String] == [])
    let loads = try stack.database.query(
      "select dataset || ' ' || item || ' ' || event_date from loads where run = $1 order by item",
      [.text(run.execution.name)], deadline: stack.deadline)
    #expect(try loads.map { try $0[0] } == dates.map { "wwoz \($0) \($0)" })
    try expectLedger(of: run)
  }

  @Test("counts metrics that add up to what was requested, loaded and cached, with no zero among them")
  func metrics() throws {
    try stack.empty()
    let site = try SourceSite.sample()
    defer { site.stop() }
    let date = "2026-02-06"
    let functions = try ["Scraper", "Loader", "CacheManager"].map {
      try Emulator($0, environment: LocalStack.functionEnvironment)
    }
    for run in (1...2).map({ "metrics-\($0)-\(UUID().uuidString)" }) {
      let response = try functions[0].invoke(#"{"date": "\#(date)", "run": "\#(run)"}"#)
      let key = try #require((response["body"] as? [String: Any])?["s3_key"] as? String, "\(response)")
      _ = try functions[1].invoke(#"{"date": "\#(date)", "run": "\#(run)", "s3_key": "\#(key)"}"#)
      _ = try functions[2].invoke(#"{"queryStringParameters": {"date": "\#(date)"}}"#)
    }
    let documents = try functions.map { try EMFDocument.all(in: $0.log()) }
    for (function, name) in zip(documents, ["test-Scraper", "test-Loader", "test-CacheManager"]) {
      #expect(function.map { $0.metrics["ColdStart"] } == [1, nil])
      #expect(function.allSatisfy { $0.dimensions["Function"] == name && !$0.metrics.values.contains(0) })
      #expect(function.allSatisfy { $0.divisions[["Function"]] == Set($0.metrics.keys) })
      #expect(function.allSatisfy { $0.metrics["Errors"] == nil && $0.properties["date"] as? String == date })
      #expect(
        function.allSatisfy {
          $0.properties["dataset"] as? String == "wwoz" && $0.properties["item"] as? String == date
        })
    }
    func sum(_ name: String, of function: Int) -> Double {
      documents[function].compactMap { $0.metrics[name] }.reduce(0, +)
    }
    // The functions count robots.txt as a page, and the site's list of requests leaves it out.
    let requested = Double(try site.requests().count + 2)
    #expect(sum("PagesFetched", of: 0) + sum("PagesValidated", of: 0) == requested)
    let found = try #require(documents[0].first?.metrics["ShowsFound"])
    #expect(found > 5)
    #expect(documents[1].map { $0.metrics["Found"] } == [found, found])
    #expect(documents[1].allSatisfy { $0.dimensions["Dataset"] == "wwoz" && $0.dimensions["DataType"] == "events" })
    #expect(documents[1].map { $0.divisions[["Dataset", "DataType"]] } == [["Found", "New"], ["Found"]])
    #expect(documents[1].map { $0.metrics["New"] } == [found, nil])
    #expect(documents[1].map { $0.metrics["Unchanged"] } == [nil, found])
    #expect(documents[2].map { $0.metrics["CachedEvents"] } == [found, found])
    let day = try #require(CalendarDate(date))
    #expect(documents[2].last?.metrics["CachedBytes"] == Double(try stack.cachedBytes(day)?.count ?? 0))
  }
}
