import CacheManagerFunction
import ConcertsSink
import Contracts
import DateRangeGeneratorFunction
import EventRecords
import Fetching
import Foundation
import HTTP
import LambdaRuntime
import LoaderFunction
import RawStore
import ScraperFunction
import Settings
import Time
import WWOZExtractor

/// The first byte chooses the function; the rest is its event.
final class EventTarget {
  nonisolated(unsafe) static let shared = EventTarget()

  private let generator: DateRangeGeneratorHandler
  private let scraper: ScraperHandler
  private let loader: LoaderHandler
  private let cacheManager: CacheManagerHandler

  private init() {
    guard let zone = try? dataset.timeZoneRules() else { preconditionFailure("the handlers cannot be made") }
    scraper = ScraperHandler(
      defaultDataset: dataset.id,
      registry: { (id) throws(PipelineError) in
        guard id == dataset.id else { throw PipelineError(.invalidInput, "the dataset '\(id)' is unknown") }
        var configuration = Configuration(environment: [:])
        return (dataset, try WWOZExtractor(dataset, settings: &configuration))
      }, source: { _ in SilentSource() }, pages: { _, _ in nil }, store: EmptyStore())
    generator = DateRangeGeneratorHandler(zone: zone)
    loader = LoaderHandler(
      reading: { _, _ in Data(#"{"records":[]}"#.utf8) },
      loading: { _, _ in LoadReport(counts: LoadCounts(), rejections: []) }, recording: { _, _, _, _ in nil })
    cacheManager = CacheManagerHandler(
      zone: zone, reading: { _, _ in [:] }, writing: { _, _ in 0 }, finding: { dates, _ in Set(dates) })
  }

  func read(_ input: Data) throws {
    guard let function = input.first else { return }
    let event = Data(input.dropFirst())
    let context = LambdaContext(
      requestID: "fuzz", deadline: Deadline(after: .seconds(60), on: SystemTime()),
      log: Logger(environment: [:]) { _ in })
    func decode<Request: Decodable>() throws -> Request { try JSONDecoder().decode(Request.self, from: event) }
    do {
      switch function % 4 {
      case 0:
        let answer = try generator.handle(decode(), context)
        try require((1...366).contains(answer.body.dates.count), "\(answer.body.dates.count) dates")
      case 1: _ = try scraper.handle(decode(), context)
      case 2: _ = try loader.handle(decode() as LoaderEvent, context)
      default: _ = try cacheManager.handle(decode(), context)
      }
    } catch let error as PipelineError {
      // A retry helps only if another system failed: here, the site, which never responds.
      try require(!error.name.isRetryable || error.name == .sourceUnavailable && function % 4 == 1, "\(error)")
    } catch is DecodingError {
      // The runtime reports it as InvalidInput.
    }
  }
}

private let dataset = Dataset(
  id: "wwoz", dataType: "events", timeZone: "America/Chicago", extractor: "wwoz_livewire", sinks: [])

/// A site that never responds.
private final class SilentSource: PageSource {
  var minimumInterval = Duration.zero
  var onCircuitEvent: (CircuitEvent) -> Void = { _ in }

  func send(_ requests: [FetchRequest], deadline: Deadline) -> [Result<PageResponse, FetchError>] {
    requests.map { _ in .failure(FetchError(.unavailable, "there is no response")) }
  }
}

private struct EmptyStore: ExtractStore {
  func put(_ data: Data, at key: RawKey, deadline: Deadline) -> Bool { true }
  func get(_ key: String, deadline: Deadline) -> Data { Data() }
  func archives(beside key: RawKey, deadline: Deadline) -> [RawKey] { [] }
  func url(of key: String) -> String { key }
}
