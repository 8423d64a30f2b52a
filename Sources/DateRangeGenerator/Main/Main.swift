import DateRangeGeneratorFunction
import LambdaRuntime
import Pipeline

@main
struct Main {
  static func main() {
    LambdaRuntime.run { _ in
      DateRangeGeneratorHandler(zone: try Dataset.wwoz.timeZoneRules()).handle
    }
  }
}
