import Contracts
import Datasets
import EnricherFunction
import Enriching
import FunctionSupport
import LambdaRuntime
import Settings

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      let log = { (warning: String) in Logger(environment: environment).warn(warning) }
      var configuration = Configuration.ofFunction(environment, warn: log)
      let settings = EnrichingSettings(from: &configuration)
      try configuration.validate()
      let registry = try EnrichingRegistry(settings, applicationName: "festvibes-enricher")
      let catalog = DatasetCatalog(DatasetFolder(from: environment), plugins: EnrichingRegistry.known) {
        Configuration.ofFunction(environment, warn: log)
      }
      return EnricherHandler(
        dataset: { (id) throws(PipelineError) in try catalog.dataset(id) },
        isEnriched: EnrichingRegistry.enriches, locator: registry.locator, embed: registry.embed, link: registry.link
      ).handle
    }
  }
}
