import Contracts
import Datasets
import DateRangeGeneratorFunction
import Definitions
import FunctionSupport
import LambdaRuntime
import Settings

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      let log = { (warning: String) in Logger(environment: environment).warn(warning) }
      // It reads the plan only, and knows no plugin.
      let catalog = DatasetCatalog(DatasetFolder(from: environment), plugins: KnownPlugins()) {
        Configuration.ofFunction(environment, warn: log)
      }
      return DateRangeGeneratorHandler(
        definition: { (id, job) throws(PipelineError) in
          let definition = try catalog.definition(id)
          return (definition.dataset, try definition.itemPlan(job: job), definition.needsLedger)
        }, jobs: catalog.jobTypes
      ).handle
    }
  }
}
