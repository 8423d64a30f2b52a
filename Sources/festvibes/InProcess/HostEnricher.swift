import Contracts
import Datasets
import EnricherFunction
import Enriching
import Settings

/// The enricher's handler in this process, made as its own program makes it.
enum HostEnricher {
  /// - Returns: nil without `EMBEDDING_WEIGHTS`, or for a dataset whose tables are not enriched.
  /// - Throws: `CommandError` with all settings that are missing or wrong.
  static func handler(_ settings: Settings, of dataset: Dataset) throws -> EnricherHandler? {
    guard !settings.environment[EnvironmentVariable.embeddingWeights.name, default: ""].isEmpty,
      EnrichingRegistry.enriches(dataset)
    else { return nil }
    let stores = Stores(settings)
    let enriching = try stores.configured { EnrichingSettings(from: &$0) }
    let registry = try stores.withHint { try EnrichingRegistry(enriching, applicationName: "festvibes-enricher") }
    let catalog = settings.datasets
    return EnricherHandler(
      dataset: { (id) throws(PipelineError) in try catalog.dataset(id) }, isEnriched: EnrichingRegistry.enriches,
      locator: registry.locator, embed: registry.embed)
  }
}
