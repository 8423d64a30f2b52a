import APIRoutes
import APISupport
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
      // Connects at the first report.
      let database = try APIDatabase(
        url: settings.databaseURL, allowsWeakTLS: settings.allowsWeakTLS, connections: 1, timeout: RunReports.timeout)
      let reports = RunReports(bucket: bucket.bucket) { deadline in
        try OperationsPages.file(database, environment, deadline: deadline)
      } store: { (page, key, deadline) throws(PipelineError) in
        try store.putPage(page, at: key, deadline: deadline)
      }
      return try ReadAPIHandler(reports: reports) { makeID, log in
        // One request at a time has one connection.
        try APIRoutes.router(settings, connections: 1, others: others, makeID: makeID, log: log)
      }.handle
    }
  }
}
