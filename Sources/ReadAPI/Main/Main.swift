import APIRoutes
import APISupport
import Contracts
import FunctionSupport
import LambdaRuntime
import RawStore
import ReadAPIFunction
import Settings

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      let log = { (warning: String) in Logger(environment: environment).warn(warning) }
      var configuration = Configuration.ofFunction(environment, warn: log)
      let settings = APISettings(from: &configuration)
      let bucket = RawStoreSettings(from: &configuration)
      try configuration.validate()
      var others = APIRoutes.Others()
      others.series = SeriesVersions.opening(environment, withProfiles: false)
      others.routes = { [OperationsPages.route($0, environment)] }
      let store = try RawStore(bucket, environment: environment)
      // Requests and reports share one connection: each sandbox has as many as this, and the database a limit.
      let database = try APIDatabase(settings, connections: 1)
      let reports = RunReports(bucket: bucket.bucket) { deadline in
        try OperationsPages.file(database, environment, deadline: deadline)
      } store: { (page, key, deadline) throws(PipelineError) in
        try store.putPage(page, at: key, deadline: deadline)
      }
      let handler = ReadAPIHandler(reports: reports) { makeID, log in
        APIRoutes.router(settings, database, others: others, makeID: makeID, log: log)
      }
      return handler.handle
    }
  }
}
