import Contracts
import Datasets
import Expectations
import Extraction
import Fetching
import Foundation
import HTTP
import LambdaRuntime
import Loading
import RawStore
import Routing
import ScraperFunction
import Settings
import Time

/// Runs items from their archives without a trace, by the functions' own code in this process: the scraper's document
/// stays in memory, and the sinks roll back what they load.
final class DryRuns {
  struct Outcome {
    let dryRun: DryRun
    /// The key of the WARC file that was read.
    let archive: String
    /// The reason why it is not the newest archive, or the item is incomplete; nil if there is none.
    var notice: String?
  }

  /// The timeout for one item.
  private static let timeout = Duration.seconds(120)
  private static let run = "dry-run"

  private let dataset: Dataset
  private let store: DryRunStore
  private let scraper: ScraperHandler
  private let sinks: DatasetSinks
  private let expectations: DocumentExpectations?
  private let allowsShrinkage: Bool
  private let log: Logger
  private let time = SystemTime()

  /// - Throws: `CommandError` for settings that are missing or wrong.
  init(of dataset: Dataset, _ settings: Settings, allowsShrinkage: Bool) throws {
    self.dataset = dataset
    self.allowsShrinkage = allowsShrinkage
    log = settings.log
    let stores = Stores(settings)
    store = DryRunStore(try stores.rawStore())
    let registry = ExtractionRegistry(settings.configuration)
    let definition = try stores.withHint { try settings.datasets.definition(dataset.id) }
    let extractor = try stores.withHint { try registry.extractor(for: definition) }
    scraper = ScraperHandler(
      defaultDataset: dataset.id, registry: { (_) throws(PipelineError) in (dataset, extractor) },
      source: { _ in NoSource() }, pages: { _, _ in nil }, store: store)
    let loading = try stores.loading("festvibes-replay", isDatabaseOptional: true)
    try stores.withHint { try loading.check(definition) }
    sinks = DatasetSinks(try stores.withHint { try loading.sinks(for: definition) })
    expectations = try stores.withHint { try loading.expectations(for: definition, isDryRun: true) }
  }

  /// - Parameter run: the run whose archive is read; nil for the newest.
  /// - Throws: `PipelineError`.
  func run(_ item: WorkItem, ofRun run: String?) throws -> Outcome {
    let deadline = Deadline(after: Self.timeout, on: time)
    defer { store.forgetDocuments() }
    let context = LambdaContext(requestID: Self.run, deadline: deadline, log: log)
    let scraped = try scraper.handle(
      ScrapeRequest(dataset: dataset.id, item: item, run: Self.run, replay: .init(run: run)), context
    ).body
    let document = try store.takeDocument(at: scraped.s3Key)
    let target = LoadTarget(
      dataset: dataset, item: item, key: scraped.s3Key, run: Self.run, allowsShrinkage: allowsShrinkage)
    let parted = try PartedDocument(document, at: scraped.s3Key) { [store] (key, _) throws(PipelineError) in
      try store.document(at: key)
    }
    let checked = try expectations?.check(parted, for: target, deadline: deadline)
    guard !dataset.sinks.isEmpty else { throw CommandError("dataset \(dataset.id) has no sink") }
    let dryRun = try sinks.dryRun(parted, for: target, deadline: deadline)
    let notices = ([scraped.notice, checked?.notice] + (checked?.warnings ?? [])).compactMap { $0 }
    return Outcome(
      dryRun: dryRun, archive: scraped.archiveKey, notice: notices.isEmpty ? nil : notices.joined(separator: "; "))
  }
}

/// A store that reads archives from the raw store and keeps documents in memory.
private final class DryRunStore: ExtractStore {
  private let rawStore: RawStore
  private var documents: [String: Data] = [:]

  init(_ rawStore: RawStore) { self.rawStore = rawStore }

  func put(_ data: Data, at key: RawKey, deadline: Deadline) -> Bool {
    documents["\(key)"] = data
    return true
  }

  func takeDocument(at key: String) throws(PipelineError) -> Data {
    guard let document = documents.removeValue(forKey: key) else {
      throw PipelineError(.storageUnavailable, "\(key) has not been written")
    }
    return document
  }

  /// Returns a part of a document, which several sinks may read.
  func document(at key: String) throws(PipelineError) -> Data {
    guard let document = documents[key] else { throw PipelineError(.invalidInput, "\(key) has not been written") }
    return document
  }

  func forgetDocuments() { documents = [:] }

  func get(_ key: String, deadline: Deadline) throws(PipelineError) -> Data {
    try rawStore.get(key, deadline: deadline)
  }

  func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [RawKey] {
    try rawStore.archives(beside: key, deadline: deadline)
  }

  func url(of key: String) -> String { rawStore.url(of: key) }
}

/// A source that sends no requests.
private final class NoSource: PageSource {
  var minimumInterval = Duration.zero
  var onCircuitEvent: (CircuitEvent) -> Void = { _ in }

  func forgetCookies() {}

  func send(
    _ requests: [FetchRequest], deadline: Deadline,
    deliver: (_ index: Int, Result<PageResponse, FetchError>) -> Void
  ) {
    for index in requests.indices {
      deliver(index, .failure(FetchError(.notArchived, "a dry run sends no requests")))
    }
  }
}
