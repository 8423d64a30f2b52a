import CacheManagerFunction
import ConcertsSink
import Contracts
import EventCache
import LambdaRuntime
import Settings

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      var configuration = Configuration.ofFunction(environment)
      let database = configuration.text("PG_DATABASE_URL")
      let redis = EventCacheSettings(from: &configuration)
      try configuration.validate()
      let zone = try Dataset.wwoz.timeZoneRules()
      let database = try ConcertsDatabase(url: database, zone: zone, applicationName: "festvibes-cache-manager")
      let cache = try EventCache(redis, zone: zone)
      return CacheManagerHandler(
        zone: zone, reading: { try database.events(in: $0, until: $1) },
        writing: { try cache.write($0, deadline: $1) }, finding: { try database.loaded($0, of: .wwoz, until: $1) }
      ).handle
    }
  }
}
