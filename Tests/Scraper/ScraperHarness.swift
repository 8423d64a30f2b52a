import Contracts
import EventRecords
import Fetching
import Foundation
import LambdaRuntime
import RawStore
import ScraperFunction
import ScrapingSupport
import TestSupport
import Testing
import Time

/// The handler on a site, a store and a clock in memory.
final class ScraperHarness {
  /// 2024-05-31T08:00:00Z at first.
  let time = ManualTime(Date(timeIntervalSince1970: 1_717_142_400))
  let store = MemoryStore()

  static let listingPath = "/calendar/livewire-music?date=2024-05-31"
  static let key = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_run-1.json"
  static let archiveKey =
    "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_run-1.20240531T080000000Z-request-1.warc.gz"

  /// Handles a request as it comes over the wire.
  /// - Returns: the response's body, encoded and decoded.
  @discardableResult
  func handle(
    _ event: String = #"{"queryStringParameters": {"date": "2024-05-31"}, "run": "run-1"}"#,
    on site: FakeSite = .example(), request: String = "request-1", baseURL: String? = nil,
    within limit: Duration = .seconds(900), metrics: Metrics = Metrics(), log: @escaping (String) -> Void = { _ in }
  ) throws -> ScrapeResponse {
    let extractor = try makeExtractor(of: baseURL)
    return try handle(
      event, by: handler(site) { _ in (testDataset, extractor) }, request: request, within: limit, metrics: metrics,
      log: log)
  }

  func handler(_ source: any PageSource, registry: @escaping ScraperHandler.Registry) -> ScraperHandler {
    ScraperHandler(
      defaultDataset: "wwoz", registry: registry, source: { _ in source }, pages: { _, _ in nil }, store: store,
      time: time)
  }

  func handle(
    _ event: String, by handler: ScraperHandler, request: String = "request-1",
    within limit: Duration = .seconds(900), metrics: Metrics = Metrics(), log: @escaping (String) -> Void = { _ in }
  ) throws -> ScrapeResponse {
    let context = LambdaContext(
      requestID: request, deadline: Deadline(after: limit, on: time),
      log: Logger(environment: [:], time: time, write: log), metrics: metrics)
    let decoded = try JSONDecoder().decode(ScrapeRequest.self, from: Data(event.utf8))
    let data = try JSONEncoder().encode(handler.handle(decoded, context))
    let response = try JSONDecoder().decode(FunctionResponse<ScrapeResponse>.self, from: data)
    #expect(response.statusCode == 200)
    return response.body
  }

  /// Returns a stored document, by default that of `run-1`.
  func document(_ key: String = key) throws -> ExtractDocument<EventRecord> {
    try ExtractDocument(#require(store.documents[key]), key: key)
  }

  func records(_ key: String = key) throws -> [EventRecord] {
    try document(key).records.map { entry in
      guard case .record(let record) = entry else { throw POSIXError(.EINVAL) }
      return record
    }
  }
}
