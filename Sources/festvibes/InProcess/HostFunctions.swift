import AWS
import CacheManagerFunction
import Checkpoints
import Contracts
import Datasets
import DateRangeGeneratorFunction
import Definitions
import EnricherFunction
import Extraction
import Foundation
import LambdaRuntime
import LoaderFunction
import Loading
import Locking
import Publishing
import RawStore
import ScraperFunction
import Settings

/// The functions in this process: the handlers that Lambda calls, made as each function's own program makes them.
final class HostFunctions: RunFunctions {
  private let generator: DateRangeGeneratorHandler
  private let scraper: ScraperHandler
  private let loader: LoaderHandler
  private let cacheManager: CacheManagerHandler
  private let enricher: EnricherHandler?

  /// - Parameter dataset: one without publishers needs no cache.
  /// - Throws: `CommandError` with all settings that are missing or wrong.
  init(_ settings: Settings, of dataset: Dataset) throws {
    let stores = Stores(settings)
    enricher = try HostEnricher.handler(settings, of: dataset)
    let catalog = settings.datasets
    let environment = settings.environment
    let profiles = ProfileFiles(environment: environment)
    let raw = try stores.rawStore()
    let extraction = ExtractionRegistry(settings.configuration)
    // A dataset that needs a database is refused here, by name, before anything is read.
    let loading = try stores.loading("festvibes-loader", isDatabaseOptional: true)
    try stores.withHint { try loading.check(catalog.definition(dataset.id)) }
    let backends = CheckpointBackends(
      try stores.checkpointBucket(), environment: environment, profiles: profiles)

    let checkpoints = { (dataset: Dataset) throws(PipelineError) -> (any CheckpointStore)? in
      try backends.store(of: dataset, folder: catalog.folder.folder(of: dataset.id))
    }
    let dynamoDBLock = { (id: String) throws(PipelineError) -> (any RunLock)? in
      try LockPlan(catalog.definition(id))?.dynamoDBLock(environment: environment, profiles: profiles)
    }
    generator = DateRangeGeneratorHandler(definition: { (id, job) throws(PipelineError) in
      let definition = try catalog.definition(id)
      return (definition.dataset, try definition.itemPlan(job: job), definition.needsLedger)
    })
    scraper = ScraperHandler(
      defaultDataset: Datasets.standardID,
      registry: { (id) throws(PipelineError) in
        let definition = try catalog.definition(id)
        return (definition.dataset, try extraction.extractor(for: definition))
      }, store: raw, checkpoints: checkpoints, lock: dynamoDBLock)
    loader = LoaderHandler(
      dataset: { (id) throws(PipelineError) in try catalog.definition(id).dataset },
      sinks: { (dataset) throws(PipelineError) in try loading.sinks(for: catalog.definition(dataset.id)) },
      lock: { (dataset) throws(PipelineError) in
        if let lock = try dynamoDBLock(dataset.id) { return lock }
        return try loading.lock(for: catalog.definition(dataset.id), environment: environment)
      },
      reading: { (key, deadline) throws(PipelineError) in try raw.find(key, deadline: deadline) },
      ledger: loading.ledgerIfAny,
      checkpoints: { (dataset) throws(PipelineError) in
        if dataset.kept?.kind == .postgres { return try loading.checkpoints }
        return try checkpoints(dataset)
      },
      checks: { (dataset) throws(PipelineError) in try loading.expectations(for: catalog.definition(dataset.id)) },
      unloaded: loading.ledgerIfAny,
      leftOut: { (dataset) throws(PipelineError) in
        DefinitionCheck.leftOut(of: try catalog.definition(dataset.id), in: environment)
      })
    guard !dataset.publishers.isEmpty else {
      cacheManager = CacheManagerHandler(
        dataset: { (id) throws(PipelineError) in try catalog.definition(id).dataset }, publishers: { _ in [] })
      return
    }
    let publishing = try stores.publishing("festvibes-cache-manager", of: dataset, isDatabaseOptional: true)
    cacheManager = CacheManagerHandler(
      dataset: { (id) throws(PipelineError) in try catalog.definition(id).dataset },
      publishers: { (dataset) throws(PipelineError) in try publishing.publishers(for: catalog.definition(dataset.id)) },
      record: publishing.recordCached)
  }

  func plan(_ request: RunRequest, _ context: LambdaContext) throws -> GeneratorResponse {
    try generator.handle(request, context).body
  }

  func scrape(_ request: ScrapeRequest, _ context: LambdaContext) throws -> FunctionResponse<ScrapeResponse> {
    try scraper.handle(request, context)
  }

  func load(_ request: LoadRequest, _ context: LambdaContext) throws -> LoadResponse {
    guard case .load(let response) = try loader.handle(.load(request), context) else { throw WrongResponse() }
    return response.body
  }

  func record(_ request: LedgerRequest, _ context: LambdaContext) throws -> LedgerResponse {
    guard case .ledger(let response) = try loader.handle(.ledger(request), context) else { throw WrongResponse() }
    return response.body
  }

  func cache(_ request: CacheRequest, _ context: LambdaContext) throws -> CacheResponse {
    try cacheManager.handle(request, context).body
  }

  func enrich(_ request: EnrichRequest, _ context: LambdaContext) throws -> EnrichResponse? {
    try enricher?.handle(request, context).body
  }

  /// A response to another request than the one that was made.
  private struct WrongResponse: Error {}
}
