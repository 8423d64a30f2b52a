import Contracts
import Fetching
import LambdaRuntime
import RawStore
import ScraperFunction
import Settings
import WWOZExtractor

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      var configuration = Configuration.ofFunction(environment)
      let settings = try ScraperSettings(from: &configuration)
      let store = try RawStore(settings.rawStore, environment: environment)
      return try ScraperHandler(
        settings, source: HTTPPageSource(userAgent: settings.userAgent), pages: store.pages(of: Dataset.wwoz.name),
        store: store, zone: try Dataset.wwoz.timeZoneRules()
      ).handle
    }
  }
}
