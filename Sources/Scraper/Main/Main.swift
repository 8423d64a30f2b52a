import LambdaRuntime
import Pipeline
import RawStore
import ScraperFunction
import Secrets

@main
struct Main {
  static func main() {
    LambdaRuntime.run { environment in
      var configuration = Configuration.ofFunction(environment)
      let settings = try ScraperSettings(from: &configuration)
      let fetcher = HTTPPageFetcher(userAgent: settings.userAgent)
      return ScraperHandler(
        crawl: try WWOZCrawl(site: settings.site, fetcher: fetcher),
        store: try RawStore(settings.rawStore, environment: environment),
        zone: try Dataset.wwoz.timeZoneRules()
      ).handle
    }
  }
}
