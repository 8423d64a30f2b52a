import Contracts
import Datasets
import DateRangeGeneratorFunction
import FunctionSupport
import LambdaRuntime

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { _ in
      DateRangeGeneratorHandler { (id) throws(PipelineError) in (try Datasets.dataset(id), .dates) }.handle
    }
  }
}
