import Foundation
import LambdaRuntime
import Contracts
import Settings
import EventRecords
import RawStore
import TestSupport
import Testing
import Time
import WARC

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

/// Whole nights of five scrapers at once, the composed days of the stand-in, and its log.
@Suite(.serialized, .enabled(if: StandInSite.isThere, "\(StandInSite.missing)"), .timeLimit(.minutes(10)))
struct SharedNightTests {
  @Test("Twelve days are read with each address asked for once; the next night asks for all of them conditionally")
  func nights() throws {
    #expect(ExpectedDay.composed.count == 12)
    try check(SharedNight(), ExpectedDay.composed)
  }

  @Test(
    "The same with a store that checks signatures, for two of the days",
    .enabled(if: SharedNight.endpoint != nil, "start the services: make test"))
  func nightsOnGate() throws {
    try check(SharedNight(onGate: true), Array(ExpectedDay.composed.prefix(2)))
  }

  private func check(_ night: SharedNight, _ days: [ExpectedDay]) throws {
    let dates = days.map(\.date)
    let first = try night.run("night-1", dates)
    let asked = try night.standIn.requests(robots: true)
    let distinct = Set(asked.map(\.path))
    #expect(
      Double(asked.count) <= Double(distinct.count) * 1.03, "\(asked.count) requests, \(distinct.count) addresses")
    #expect(asked.allSatisfy { $0.status == 200 })
    #expect(asked.filter { $0.path == "/robots.txt" }.count == 1)
    #expect(first.map(\.events).reduce(0, +) == days.map(\.shows.count).reduce(0, +))
    #expect(first.allSatisfy { $0.pages["failed"] == 0 && $0.pages["validated"] == 0 })
    #expect(first.compactMap { $0.pages["shared"] }.reduce(0, +) > 20, "the days share venues and artists")

    let second = try night.run("night-2", dates)
    let again = try night.standIn.requests(robots: true).dropFirst(asked.count)
    #expect(again.allSatisfy { $0.status == 304 })
    #expect(Set(again.map(\.path)) == distinct)
    #expect(Double(again.count) <= Double(distinct.count) * 1.03)
    #expect(second.allSatisfy { $0.pages["failed"] == 0 && $0.pages["fetched"] == 0 })

    // Read again from the archives, both nights come out as they were, and nobody is asked.
    let before = try night.standIn.requests(robots: true).count
    for (run, results) in [("night-1", first), ("night-2", second)] {
      for result in results.prefix(1) {
        let replayed = try night.handle(
          #"{"date": "\#(result.date)", "run": "\#(night.name("again-\(run)"))", "replay": {"run": "\#(night.name(run))"}}"#
        )
        #expect(replayed.archiveKey == result.archiveKey)
        #expect(try night.document(replayed) == night.document(result))
      }
    }
    #expect(try night.standIn.requests(robots: true).count == before)
  }

  @Test("A second try of a date finds the pages that its first try left, and answers with a document that it left")
  func secondTry() throws {
    let night = try SharedNight(requestsPerSecond: 4_000)
    let date = ExpectedDay.composed[0].date
    // The first try runs out of time in the middle: four requests a second leave no more than sixty, on any machine.
    let standIn = night.standIn
    let cut = try night.handle(night.event("cut", date, sharing: 1000), within: .seconds(20))
    #expect((cut.pages["failed"] ?? 0) > 0)
    #expect(try night.members(cut).filter { $0.kind == .response }.count == (cut.pages["read"] ?? 0) + 1)
    let asked = try standIn.requests().count
    let answered = try night.handle(night.event("cut", date))
    #expect(answered.archiveKey == cut.archiveKey)
    #expect(answered.pages["failed"] == cut.pages["failed"])
    #expect(answered.pages["fetched"] == (try standIn.requests().count - asked))
    night.s3?.remove(cut.key)
    let whole = try night.handle(night.event("cut", date))
    #expect(whole.pages["failed"] == 0)
    #expect(whole.pages["shared"] ?? 0 > 0)
    #expect(whole.pages["fetched"] == 0)
    #expect(whole.archiveKey != cut.archiveKey)
    #expect(try night.members(whole).filter { $0.kind == .response }.count == (whole.pages["read"] ?? 0) + 1)
  }
}

/// The stand-in site and scrapers that share a store.
final class SharedNight: @unchecked Sendable {
  struct Result: Decodable {
    let date: String
    let events: Int
    let pages: [String: Int]
    let key: String
    let archiveKey: String

    enum CodingKeys: String, CodingKey {
      case date, pages
      case events = "event_count"
      case key = "s3_key"
      case archiveKey = "archive_key"
    }
  }

  static let environment = ProcessInfo.processInfo.environment
  static let endpoint = environment["TEST_AWS_ENDPOINT_URL"]

  let standIn: StandInSite
  let s3: MemoryS3?
  private let identity = UUID().uuidString.lowercased()
  private let settings: ScraperSettings
  private let aws: [String: String]

  /// - Parameter onGate: whether the store is the one that checks signatures, and not one in memory.
  init(onGate: Bool = false, requestsPerSecond: Int = 100_000) throws {
    standIn = try StandInSite("--latency-ms", "3")
    s3 = onGate ? nil : try MemoryS3()
    aws =
      s3?.environment ?? [
        "AWS_ENDPOINT_URL": Self.endpoint ?? "",
        "AWS_ACCESS_KEY_ID": Self.environment["TEST_AWS_ACCESS_KEY_ID"] ?? "",
        "AWS_SECRET_ACCESS_KEY": Self.environment["TEST_AWS_SECRET_ACCESS_KEY"] ?? "",
      ]
    var configuration = Configuration(environment: [
      "BASE_URL": standIn.url, "SOURCE_REQUESTS_PER_SECOND": "\(requestsPerSecond)",
      "S3_BUCKET_NAME": Self.environment["S3_BUCKET_NAME"] ?? "data",
    ])
    settings = try ScraperSettings(from: &configuration)
  }

  /// The run's name in the store, which other tests use as well.
  func name(_ run: String) -> String { "\(identity)-\(run)" }

  func event(
    _ run: String, _ date: String, started: Date = Date(timeIntervalSinceNow: -3600), sharing: Int = 5
  ) -> String {
    #"{"date": "\#(date)", "run": "\#(name(run))", "started": "\#(RFC3339.utc(started))", "sharing": \#(sharing)}"#
  }

  private func store() throws -> RawStore { try RawStore(settings.rawStore, environment: aws) }

  private func makeHandler() throws -> ScraperHandler {
    let store = try store()
    return try ScraperHandler(
      settings, source: HTTPPageSource(userAgent: settings.userAgent), pages: store.pages(of: "test-\(identity)"),
      store: store, zone: Dataset.wwoz.timeZoneRules())
  }

  func handle(
    _ event: String, by handler: ScraperHandler? = nil, within limit: Duration = .seconds(240)
  ) throws -> Result {
    let time = SystemTime()
    let context = LambdaContext(
      requestID: "request", deadline: Deadline(after: limit, on: time), log: Logger(environment: [:]) { _ in })
    let request = try JSONDecoder().decode(ScrapeRequest.self, from: Data(event.utf8))
    let body = try (handler ?? makeHandler()).handle(request, context).body
    return try JSONDecoder().decode(Result.self, from: JSONEncoder().encode(body))
  }

  /// Five scrapers read the dates, each the next one that nobody has begun.
  func run(_ run: String, _ dates: [String]) throws -> [Result] {
    let started = Date()
    let waiting = Locked(dates[...])
    let results = Locked<[Swift.Result<Result, any Error>]>([])
    concurrently(
      (0..<5).map { _ in
        {
          let handler = Swift.Result { try self.makeHandler() }
          while let date = waiting.change({ $0.popFirst() }) {
            let result = Swift.Result {
              try self.handle(self.event(run, date, started: started), by: handler.get())
            }
            results.change { $0.append(result) }
          }
        }
      })
    return try results.change { $0 }.map { try $0.get() }.sorted { $0.date < $1.date }
  }

  private var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  func document(_ result: Result) throws -> Data { try store().get(result.key, deadline: soon) }

  func members(_ result: Result) throws -> [WARCRecord] {
    try WARCReader.members(of: store().get(result.archiveKey, deadline: soon)).map(\.record)
  }
}
