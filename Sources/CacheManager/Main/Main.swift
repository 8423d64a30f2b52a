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
      let read = { Configuration.ofFunction(environment, warn: log) }
      var configuration = read()
      let settings = PublishingSettings(from: &configuration)
      try configuration.validate()
      let registry = try PublishingRegistry(
        settings, applicationName: "festvibes-cache-manager", environment: environment, configuration: read)
      let catalog = DatasetCatalog(
        DatasetFolder(from: environment), plugins: PublishingRegistry.known, configuration: read)
      return CacheManagerHandler(
        dataset: { (id) throws(PipelineError) in try catalog.definition(id).dataset },
        publishers: { (dataset) throws(PipelineError) in try registry.publishers(for: catalog.definition(dataset.id)) },
        record: registry.recordCached
      ).handle
    }
  }
}
