import Contracts
import DateRangeGeneratorFunction
import LambdaRuntime

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { _ in
      DateRangeGeneratorHandler(zone: try Dataset.wwoz.timeZoneRules()).handle
    }
  }
}
