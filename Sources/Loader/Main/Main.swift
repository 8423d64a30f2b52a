import LambdaRuntime
import LoaderFunction
import Pipeline
import RawStore
import Secrets
import Warehouse

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      var configuration = Configuration.ofFunction(environment)
      let database = configuration.text("PG_DATABASE_URL")
      let rawStore = RawStoreSettings(from: &configuration)
      let shrinkFloor = Warehouse.shrinkFloor(from: &configuration)
      try configuration.validate()
      let warehouse = try Warehouse(
        url: database, zone: try Dataset.wwoz.timeZoneRules(), applicationName: "festvibes-loader",
        shrinkFloor: shrinkFloor)
      let raw = try RawStore(rawStore, environment: environment)
      return LoaderHandler(
        reading: { try raw.get($0, deadline: $1) }, loading: { try warehouse.load($0, until: $1) },
        recording: { try warehouse.record($0, ofRun: $1, dataset: $2, until: $3) }
      ).handle(_:_:) as (LoaderEvent, LambdaContext) throws -> LoaderAnswer
    }
  }
}
