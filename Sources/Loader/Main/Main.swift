import Checkpoints
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
      let datasets = { Configuration.ofFunction(environment, warn: log) }
      let registry = try LoadingRegistry(
        loading, applicationName: "festvibes-loader", environment: environment, configuration: datasets)
      let catalog = DatasetCatalog(
        DatasetFolder(from: environment), plugins: LoadingRegistry.known, configuration: datasets)
      let raw = try RawStore(rawStore, environment: environment)
      let backends = CheckpointBackends(rawStore, environment: environment)
      return LoaderHandler(
        dataset: { (id) throws(PipelineError) in
          let definition = try catalog.definition(id)
          // A run is opened before anything is read.
          try registry.check(definition)
          return definition.dataset
        },
        sinks: { (dataset) throws(PipelineError) in try registry.sinks(for: catalog.definition(dataset.id)) },
        lock: { (dataset) throws(PipelineError) in
          try registry.lock(for: catalog.definition(dataset.id), environment: environment)
        },
        reading: { (key, deadline) throws(PipelineError) in try raw.find(key, deadline: deadline) },
        ledger: registry.ledgerIfAny,
        checkpoints: { (dataset) throws(PipelineError) in
          if dataset.kept?.kind == .postgres { return try registry.checkpoints }
          return try backends.store(of: dataset, folder: catalog.folder.folder(of: dataset.id))
        },
        checks: { (dataset) throws(PipelineError) in
          try registry.expectations(for: catalog.definition(dataset.id))
        }, unloaded: registry.ledgerIfAny,
        leftOut: { (dataset) throws(PipelineError) in LoadingRegistry.leftOut(of: try catalog.definition(dataset.id)) },
        stream: { () throws(PipelineError) in try registry.streamStore(raw) }
      ).handle
    }
  }
}
