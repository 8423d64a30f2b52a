import CacheManagerFunction
import Contracts
import Datasets
import FunctionSupport
import LambdaRuntime
import Publishing
import Settings

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      let log = { (warning: String) in Logger(environment: environment).warn(warning) }
      var configuration = Configuration.ofFunction(environment, warn: log)
      let settings = PublishingSettings(from: &configuration)
      try configuration.validate()
      let registry = try PublishingRegistry(settings, applicationName: "festvibes-cache-manager")
      let catalog = DatasetCatalog(DatasetFolder(from: environment), plugins: PublishingRegistry.known) {
        Configuration.ofFunction(environment, warn: log)
      }
      return CacheManagerHandler(
        dataset: { (id) throws(PipelineError) in try catalog.definition(id).dataset },
        publishers: { (dataset) throws(PipelineError) in try registry.publishers(for: catalog.definition(dataset.id)) },
        record: registry.recordCached
      ).handle
    }
  }
}
