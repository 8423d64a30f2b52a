import LambdaRuntime
import Pipeline
import RawStore
import ScraperFunction
import Secrets

@main
struct Main {
  static func main() {
    LambdaRuntime.run { environment in
      let settings = try ScraperSettings(.ofFunction(environment))
      let fetcher = HTTPPageFetcher(userAgent: settings.userAgent)
      return ScraperHandler(
        crawl: try WWOZCrawl(site: settings.site, fetcher: fetcher),
        store: try RawStore(settings.rawStore, environment: environment), zone: try Dataset.wwoz.timeZoneRules()
      ).handle
    }
  }
}
