import ConcertsSink
import Contracts
import LambdaRuntime
import LoaderFunction
import RawStore
import Settings

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      var configuration = Configuration.ofFunction(environment)
      let database = configuration.text("PG_DATABASE_URL")
      let rawStore = RawStoreSettings(from: &configuration)
      let minimumListingRatio = ConcertsDatabase.minimumListingRatio(from: &configuration)
      try configuration.validate()
      let database = try ConcertsDatabase(
        url: database, zone: try Dataset.wwoz.timeZoneRules(), applicationName: "festvibes-loader",
        minimumListingRatio: minimumListingRatio)
      let raw = try RawStore(rawStore, environment: environment)
      return LoaderHandler(
        reading: { try raw.get($0, deadline: $1) }, loading: { try database.load($0, until: $1) },
        recording: { try database.record($0, ofRun: $1, dataset: $2, until: $3) }
      ).handle(_:_:) as (LoaderEvent, LambdaContext) throws -> LoaderResponse
    }
  }
}
