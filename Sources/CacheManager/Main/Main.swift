import CacheManagerFunction
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
      return CacheManagerHandler(
        dataset: Datasets.dataset, publishers: registry.publishers(for:), record: registry.recordCached
      ).handle
    }
  }
}
