import ConcertsSink
import Contracts
import Fetching
import Foundation
import HTTP
import LambdaRuntime
import LoaderFunction
import RawStore
import ScraperFunction
import Time
import WWOZExtractor

/// Dates, scraped from their archives and loaded by the functions' own code, in this process, without a trace: what the
/// scraper writes stays in memory, and what the loader writes is rolled back.
final class DryRuns {
  struct Outcome {
    let dryRun: DryRun
    /// The key of the WARC file that was read.
    let archive: String
  }

  /// For all of a date.
  private static let patience = Duration.seconds(120)
  private static let run = "dryRun"

  private let store: DryRunStore
  private let scraper: ScraperHandler
  private let database: ConcertsDatabase
  private let allowsShrinkage: Bool
  private let time = SystemTime()

  /// - Throws: `CommandError` for settings that are missing or wrong.
  init(_ settings: Settings, allowingShrinkage: Bool) throws {
    allowsShrinkage = allowingShrinkage
    let stores = Stores(settings)
    let zone = try Dataset.wwoz.timeZoneRules()
    let scraping = try stores.configured { try ScraperSettings(from: &$0) }
    store = DryRunStore(try stores.rawStore(scraping.rawStore))
    scraper = try ScraperHandler(scraping, source: NoSource(), pages: nil, store: store, zone: zone)
    database = try stores.database("festvibes-replay")
  }

  /// - Parameter run: whose archive; nil for the newest.
  /// - Throws: `PipelineError`.
  func dryRun(_ date: CalendarDate, ofRun run: String?) throws -> Outcome {
    let deadline = Deadline(after: Self.patience, on: time)
    let context = LambdaContext(requestID: Self.run, deadline: deadline, log: Logger(environment: [:]) { _ in })
    struct Scrape: Encodable {
      let date: String
      let run = DryRuns.run
      let replay: [String: String]
    }
    let scrape = Scrape(date: "\(date)", replay: run.map { ["run": $0] } ?? [:])
    let scraped = try scraper.handle(Self.request(scrape), context).body
    var dryRun: DryRun?
    let loader = LoaderHandler(
      reading: { [store] key, _ in try store.document(at: key) },
      loading: { [database] document, deadline in
        let outcome = try database.dryRun(document, until: deadline)
        dryRun = outcome
        return outcome.report
      }, recording: { _, _, _, _ in nil })
    struct Load: Encodable {
      let s3_key: String
      let date: String
      let run = DryRuns.run
      let allow_shrink: Bool
    }
    let load: LoadRequest = try Self.request(
      Load(s3_key: scraped.s3Key, date: "\(date)", allow_shrink: allowsShrinkage))
    _ = try loader.handle(load, context)
    guard let dryRun else { throw CommandError("\(date) was not loaded") }
    return Outcome(dryRun: dryRun, archive: scraped.archiveKey)
  }

  private static func request<Request: Decodable>(_ event: some Encodable) throws -> Request {
    try JSONDecoder().decode(Request.self, from: JSONEncoder().encode(event))
  }
}

/// Archives come from the raw store; documents stay here.
private final class DryRunStore: ExtractStore {
  private let rawStore: RawStore
  private var documents: [String: Data] = [:]

  init(_ rawStore: RawStore) { self.rawStore = rawStore }

  func put(_ data: Data, at key: RawKey, deadline: Deadline) -> Bool {
    documents["\(key)"] = data
    return true
  }

  func document(at key: String) throws(PipelineError) -> Data {
    guard let document = documents.removeValue(forKey: key) else {
      throw PipelineError(.storageUnavailable, "\(key) has not been written")
    }
    return document
  }

  func get(_ key: String, deadline: Deadline) throws(PipelineError) -> Data {
    try rawStore.get(key, deadline: deadline)
  }

  func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [RawKey] {
    try rawStore.archives(beside: key, deadline: deadline)
  }

  func url(of key: String) -> String { rawStore.url(of: key) }
}

/// Nobody is asked for anything.
private final class NoSource: PageSource {
  var spacing = Duration.zero
  var onHostChange: (HostChange) -> Void = { _ in }

  func ask(_ requests: [PageRequest], deadline: Deadline) -> [Result<PageResponse, FetchError>] {
    requests.map { _ in .failure(FetchError(.notArchived, "a dryRun asks no source")) }
  }
}
