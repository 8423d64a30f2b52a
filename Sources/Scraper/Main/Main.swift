import Checkpoints
import Contracts
import Datasets
import Extraction
import FunctionSupport
import LambdaRuntime
import Locking
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
      let datasets = { Configuration.ofFunction(environment, warn: log) }
      let registry = ExtractionRegistry(datasets)
      let catalog = DatasetCatalog(
        DatasetFolder(from: environment), plugins: ExtractionRegistry.known, configuration: datasets)
      let backends = CheckpointBackends(settings, environment: environment)
      return ScraperHandler(
        defaultDataset: Datasets.standardID,
        registry: { (id) throws(PipelineError) in
          let definition = try catalog.definition(id)
          return (definition.dataset, try registry.extractor(for: definition))
        }, store: try RawStore(settings, environment: environment),
        checkpoints: { (dataset) throws(PipelineError) in
          try backends.store(of: dataset, folder: catalog.folder.folder(of: dataset.id))
        },
        // The scraper has no database: it renews only what is in DynamoDB.
        lock: { (id) throws(PipelineError) in
          try LockPlan(catalog.definition(id))?.dynamoDBLock(environment: environment)
        },
        runtimeAPI: environment["AWS_LAMBDA_RUNTIME_API"]
      ).handle
    }
  }
}
