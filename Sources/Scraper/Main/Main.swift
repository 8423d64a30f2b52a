import Contracts
import Datasets
import Extraction
import FunctionSupport
import LambdaRuntime
import RawStore
import ScraperFunction
import Settings

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      let log = { (warning: String) in Logger(environment: environment).warn(warning) }
      var configuration = Configuration.ofFunction(environment, warn: log)
      let settings = RawStoreSettings(from: &configuration)
      try configuration.validate()
      let registry = ExtractionRegistry { Configuration.ofFunction(environment, warn: log) }
      return ScraperHandler(
        defaultDataset: Datasets.standard.id,
        registry: { (id) throws(PipelineError) in
          let dataset = try Datasets.dataset(id)
          return (dataset, try registry.extractor(for: dataset))
        }, store: try RawStore(settings, environment: environment),
        runtimeAPI: environment["AWS_LAMBDA_RUNTIME_API"]
      ).handle
    }
  }
}
