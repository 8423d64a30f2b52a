import Contracts
import Datasets
import FunctionSupport
import LambdaRuntime
import LoaderFunction
import Loading
import RawStore
import Settings

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      let log = { (warning: String) in Logger(environment: environment).warn(warning) }
      var configuration = Configuration.ofFunction(environment, warn: log)
      let loading = LoadingSettings(from: &configuration)
      let rawStore = RawStoreSettings(from: &configuration)
      try configuration.validate()
      let registry = try LoadingRegistry(loading, applicationName: "festvibes-loader") {
        Configuration.ofFunction(environment, warn: log)
      }
      let raw = try RawStore(rawStore, environment: environment)
      return LoaderHandler(
        dataset: Datasets.dataset, sinks: registry.sinks(for:),
        reading: { (key, deadline) throws(PipelineError) in try raw.get(key, deadline: deadline) },
        ledger: registry.ledger
      ).handle
    }
  }
}
