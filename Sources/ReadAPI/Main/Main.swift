import APIRoutes
import APISupport
import FunctionSupport
import LambdaRuntime
import ReadAPIFunction
import Settings

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      let log = { (warning: String) in Logger(environment: environment).warn(warning) }
      var configuration = Configuration.ofFunction(environment, warn: log)
      let settings = APISettings(from: &configuration)
      try configuration.validate()
      var others = APIRoutes.Others()
      others.series = SeriesVersions.opening(environment, withProfiles: false)
      others.routes = { [OperationsPages.route($0, environment)] }
      return try ReadAPIHandler { makeID, log in
        // One request at a time has one connection.
        try APIRoutes.router(settings, connections: 1, others: others, makeID: makeID, log: log)
      }.handle
    }
  }
}
