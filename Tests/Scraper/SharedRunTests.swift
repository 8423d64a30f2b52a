import Contracts
import Fetching
import Foundation
import LambdaRuntime
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time
import WARC

@testable import ScraperFunction

/// Whole runs of five scrapers at once, on the composed days of the captured site, checked against its log.
@Suite(.serialized, .enabled(if: CapturedSite.isThere, "\(CapturedSite.missing)"), .timeLimit(.minutes(45)))
struct SharedRunTests {
  @Test("Twelve days are read with each page requested once; the next run requests all of them conditionally")
  func runs() throws {
    #expect(ExpectedDay.composed.count == 12)
    try check(SharedRun(), ExpectedDay.composed)
  }

  @Test(
    "The same with a store that checks signatures, for two of the days",
    .enabled(if: SharedRun.endpoint != nil, "start the services: make test"))
  func runsOnGate() throws {
    try check(SharedRun(onGate: true), Array(ExpectedDay.composed.prefix(2)))
  }

  private func check(_ run: SharedRun, _ days: [ExpectedDay]) throws {
    let dates = days.map(\.date)
    let first = try run.scrape("run-1", dates)
    let requested = try run.captured.requests(robots: true)
    let distinct = Set(requested.map(\.path))
    #expect(
      Double(requested.count) <= Double(distinct.count) * 1.03,
      "\(requested.count) requests, \(distinct.count) addresses")
    #expect(requested.allSatisfy { $0.status == 200 })
    #expect(requested.filter { $0.path == "/robots.txt" }.count == 1)
    #expect(first.map(\.eventCount).reduce(0, +) == days.map(\.shows.count).reduce(0, +))
    #expect(first.allSatisfy { $0.pages.failed == 0 && $0.pages.validated == 0 })
    #expect(first.map(\.pages.shared).reduce(0, +) > 20, "the days share venues and artists")

    let second = try run.scrape("run-2", dates)
    let again = try run.captured.requests(robots: true).dropFirst(requested.count)
    #expect(again.allSatisfy { $0.status == 304 })
    #expect(Set(again.map(\.path)) == distinct)
    #expect(Double(again.count) <= Double(distinct.count) * 1.03)
    #expect(second.allSatisfy { $0.pages.failed == 0 && $0.pages.fetched == 0 })

    // Replays of both runs return the same documents, without a request.
    let before = try run.captured.requests(robots: true).count
    for (name, results) in [("run-1", first), ("run-2", second)] {
      for result in results.prefix(1) {
        let (again, original) = (run.name("again-\(name)"), run.name(name))
        let replayed = try run.handle(
          #"{"date": "\#(result.item)", "run": "\#(again)", "replay": {"run": "\#(original)"}}"#)
        #expect(replayed.archiveKey == result.archiveKey)
        #expect(try run.document(replayed) == run.document(result))
      }
    }
    #expect(try run.captured.requests(robots: true).count == before)
  }

  @Test("A second attempt uses the pages of the first one, and returns its document if there is one")
  func secondAttempt() throws {
    let run = try SharedRun(requestsPerSecond: 4_000)
    let date = ExpectedDay.composed[0].date
    // The first attempt runs out of time: four requests a second are sixty at most, on any machine.
    let captured = run.captured
    let cut = try run.handle(run.event("cut", date, sharing: 1000), within: .seconds(20))
    #expect(cut.pages.failed > 0)
    #expect(try run.members(cut).filter { $0.kind == .response }.count == cut.pages.read + 1)
    let earlier = try captured.requests().count
    let repeated = try run.handle(run.event("cut", date))
    #expect(repeated.archiveKey == cut.archiveKey)
    #expect(repeated.pages.failed == cut.pages.failed)
    #expect(repeated.pages.fetched == (try captured.requests().count - earlier))
    run.s3?.remove(cut.s3Key)
    let whole = try run.handle(run.event("cut", date))
    #expect(whole.pages.failed == 0)
    #expect(whole.pages.shared > 0)
    #expect(whole.pages.fetched == 0)
    #expect(whole.archiveKey != cut.archiveKey)
    #expect(try run.members(whole).filter { $0.kind == .response }.count == whole.pages.read + 1)
  }
}

/// The captured site, and scrapers that share a store.
final class SharedRun: @unchecked Sendable {
  static let environment = ProcessInfo.processInfo.environment
  static let endpoint = environment["TEST_AWS_ENDPOINT_URL"]

  let captured: CapturedSite
  let s3: MemoryS3?
  private let requestsPerSecond: Int
  private let identity = UUID().uuidString.lowercased()
  private let bucket: String
  private let aws: [String: String]

  /// - Parameter onGate: true uses the store that checks signatures, not one in memory.
  init(onGate: Bool = false, requestsPerSecond: Int = 100_000) throws {
    captured = try CapturedSite("--latency-ms", "3")
    s3 = onGate ? nil : try MemoryS3()
    aws =
      s3?.environment ?? [
        "AWS_ENDPOINT_URL": Self.endpoint ?? "",
        "AWS_ACCESS_KEY_ID": Self.environment["TEST_AWS_ACCESS_KEY_ID"] ?? "",
        "AWS_SECRET_ACCESS_KEY": Self.environment["TEST_AWS_SECRET_ACCESS_KEY"] ?? "",
      ]
    bucket = Self.environment["S3_BUCKET_NAME"] ?? "data"
    self.requestsPerSecond = requestsPerSecond
  }

  /// Returns a run's name that is unique in the store, which other tests use as well.
  func name(_ run: String) -> String { "\(identity)-\(run)" }

  func event(
    _ run: String, _ date: String, started: Date = Date(timeIntervalSinceNow: -3600), sharing: Int = 5
  ) -> String {
    #"{"date": "\#(date)", "run": "\#(name(run))", "started": "\#(RFC3339.utc(started))", "sharing": \#(sharing)}"#
  }

  private func store() throws -> RawStore {
    try RawStore(RawStoreSettings(bucket: bucket, region: "us-east-1"), environment: aws)
  }

  private func makeHandler() throws -> ScraperHandler {
    let store = try store()
    let extractor = try makeExtractor(
      of: captured.url, environment: ["SOURCE_REQUESTS_PER_SECOND": "\(requestsPerSecond)"])
    let pages = store.pages(of: "test-\(identity)")
    return ScraperHandler(
      defaultDataset: "wwoz", registry: { _ in (testDataset, extractor) }, source: { HTTPPageSource($0) },
      pages: { _, _ in pages }, store: store)
  }

  func handle(
    _ event: String, by handler: ScraperHandler? = nil, within limit: Duration = .seconds(240)
  ) throws -> ScrapeResponse {
    let time = SystemTime()
    let context = LambdaContext(
      requestID: "request", deadline: Deadline(after: limit, on: time), log: Logger(environment: [:]) { _ in })
    let request = try JSONDecoder().decode(ScrapeRequest.self, from: Data(event.utf8))
    return try (handler ?? makeHandler()).handle(request, context).body
  }

  /// Scrapes the dates with five scrapers. Each takes the next date.
  func scrape(_ run: String, _ dates: [String]) throws -> [ScrapeResponse] {
    let started = Date()
    let waiting = Locked(dates[...])
    let results = Locked<[Result<ScrapeResponse, any Error>]>([])
    concurrently(
      (0..<5).map { _ in
        {
          let handler = Result { try self.makeHandler() }
          while let date = waiting.change({ $0.popFirst() }) {
            let result = Result {
              try self.handle(self.event(run, date, started: started), by: handler.get())
            }
            results.change { $0.append(result) }
          }
        }
      })
    return try results.change { $0 }.map { try $0.get() }.sorted { $0.item < $1.item }
  }

  private var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  func document(_ result: ScrapeResponse) throws -> Data { try store().get(result.s3Key, deadline: soon) }

  func members(_ result: ScrapeResponse) throws -> [WARCRecord] {
    try WARCReader.members(of: store().get(result.archiveKey, deadline: soon)).map(\.record)
  }
}
