import CacheManagerFunction
import Contracts
import Datasets
import DateRangeGeneratorFunction
import Extraction
import Fetching
import Foundation
import HTTP
import LambdaRuntime
import LoaderFunction
import RawStore
import ScraperFunction
import Settings
import Time

/// Reads the input as an event of a function. The first byte selects the function; the rest is the event.
final class EventTarget {
  nonisolated(unsafe) static let shared = EventTarget()

  private let generator: DateRangeGeneratorHandler
  private let scraper: ScraperHandler
  private let loader: LoaderHandler
  private let cacheManager: CacheManagerHandler

  private init() {
    let catalog = FuzzDatasets.catalog()
    let dataset = { (id: String?) throws(PipelineError) in try catalog.dataset(id) }
    generator = DateRangeGeneratorHandler(
      definition: { (id, job) throws(PipelineError) in
        let definition = try catalog.definition(id)
        return (definition.dataset, try definition.itemPlan(job: job), definition.needsLedger)
      }, jobs: catalog.jobTypes)
    let registry = ExtractionRegistry { Configuration(environment: [:]) }
    scraper = ScraperHandler(
      defaultDataset: Datasets.standardID,
      registry: { (id) throws(PipelineError) in
        let definition = try catalog.definition(id)
        return (definition.dataset, try registry.extractor(for: definition))
      }, source: { _ in UnreachableSite() }, pages: { _, _ in nil }, store: EmptyStore())
    loader = LoaderHandler(
      dataset: dataset, sinks: { _ in [EmptySink()] },
      reading: { _, _ in Data(#"{"records":[]}"#.utf8) }, ledger: EmptyLedger())
    cacheManager = CacheManagerHandler(dataset: dataset, publishers: { _ in [] })
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
        let count =
          switch try generator.handle(decode(), context).body {
          case .plan(let plan): plan.items.count
          case .job(let job): job.executions.count
          }
        try require((1...Limits.maximumItems).contains(count), "\(count) items")
      case 1: _ = try scraper.handle(decode(), context)
      case 2: _ = try loader.handle(decode(), context)
      default: _ = try cacheManager.handle(decode(), context)
      }
    } catch let error as PipelineError {
      // A retry is useful only if another system failed: here the site, which never responds.
      try require(!error.name.isRetryable || error.name == .sourceUnavailable && function % 4 == 1, "\(error)")
    } catch is DecodingError {
      // The runtime reports it as InvalidInput.
    }
  }
}

/// A site that never responds.
private final class UnreachableSite: PageSource {
  var minimumInterval = Duration.zero
  var onCircuitEvent: (CircuitEvent) -> Void = { _ in }

  func forgetCookies() {}

  func send(
    _ requests: [FetchRequest], deadline: Deadline,
    deliver: (_ index: Int, Result<PageResponse, FetchError>) -> Void
  ) {
    for index in requests.indices {
      deliver(index, .failure(FetchError(.unavailable, "the site does not respond")))
    }
  }
}

/// A store that keeps nothing.
private struct EmptyStore: ExtractStore {
  func put(_ data: Data, at key: RawKey, deadline: Deadline) -> Bool { true }
  func get(_ key: String, deadline: Deadline) -> Data { Data() }
  func archives(beside key: RawKey, deadline: Deadline) -> [RawKey] { [] }
  func url(of key: String) -> String { key }
}

/// A sink that keeps nothing.
private final class EmptySink: Sink {
  func load(_ document: Data, for target: LoadTarget, deadline: Deadline) -> LoadReport {
    LoadReport(records: RecordCounts())
  }

  func dryRun(_ document: Data, for target: LoadTarget, deadline: Deadline) -> DryRun {
    DryRun(report: LoadReport(records: RecordCounts()), differences: [])
  }
}

/// A ledger that keeps nothing.
private final class EmptyLedger: RunLedger {
  func record(_ event: LedgerEvent, ofRun run: String, in dataset: Dataset, deadline: Deadline) -> RunRecord? { nil }
  func recordLoad(_ report: LoadReport, of document: Data, for target: LoadTarget, deadline: Deadline) {}
}
