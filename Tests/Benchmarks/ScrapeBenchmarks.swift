import Contracts
import Datasets
import Extraction
import Fetching
import Foundation
import LambdaRuntime
import RawStore
import ScraperFunction
import Settings
import TestSupport
import Time

/// Measures scraping a date with the source and S3 on loopback: alone, and in a run whose scrapers share pages through S3,
/// both in a first run and in the next one.
struct ScrapeBenchmarks {
  /// The environment: `BASE_URL` names the source; the other variables give S3's address and the credentials.
  let environment: [String: String]

  private struct Body: Decodable {
    let event_count: Int
    let pages: [String: Int]
  }

  func measurements() throws -> [Measurement] {
    let alone = try (0..<5).map { _ in try scrape(pages: nil) }
    var first: [(milliseconds: Double, body: Body)] = []
    var second: [(milliseconds: Double, body: Body)] = []
    for _ in 0..<5 {
      let pages = "bench-\(UUID().uuidString)"
      first.append(try scrape(pages: pages))
      second.append(try scrape(pages: pages))
    }
    let shows = alone[0].body.event_count
    let validated = second.map { Double($0.body.pages["validated"] ?? 0) }
    return [
      Measurement(
        name: "HTTP requests for a date of \(shows) shows", unit: "",
        samples: alone.map { Double($0.body.pages["fetched"] ?? 0) }),
      Measurement(name: "pages of it that the next run finds unchanged", unit: "", samples: validated),
      Measurement(name: "scraping it, pages not shared", unit: "ms", samples: alone.map(\.milliseconds)),
      Measurement(name: "scraping it, shared, first run", unit: "ms", samples: first.map(\.milliseconds)),
      Measurement(name: "scraping it, shared, next run", unit: "ms", samples: second.map(\.milliseconds)),
    ]
  }

  /// Runs one invocation for today's date of the sample site.
  /// - Parameter pages: the name of a page store; nil for none.
  private func scrape(pages name: String?) throws -> (milliseconds: Double, body: Body) {
    let environment = environment.merging(["SOURCE_REQUESTS_PER_SECOND": "10000"]) { $1 }
    var configuration = Configuration(environment: environment)
    let store = try RawStore(RawStoreSettings(from: &configuration), environment: environment)
    try configuration.validate()
    let zone = try Dataset.wwoz.timeZoneRules()
    let registry = ExtractionRegistry { Configuration(environment: environment) }
    let catalog = RepositoryDatasets.catalog(ExtractionRegistry.known)
    let handler = ScraperHandler(
      defaultDataset: Datasets.standardID,
      registry: { (id) throws(PipelineError) in
        let definition = try catalog.definition(id)
        return (definition.dataset, try registry.extractor(for: definition))
      }, source: { HTTPPageSource($0) },
      pages: { _, policy in name.map { store.pages(of: $0, maximumBytes: policy.maximumBodyBytes * 2) } }, store: store)
    let event = [
      "date": "\(zone.localDate(at: Date()))", "run": "bench-\(UUID().uuidString)",
      "started": RFC3339.utc(Date()),
    ]
    let request = try JSONDecoder().decode(ScrapeRequest.self, from: JSONEncoder().encode(event))
    let deadline = Deadline(after: .seconds(120), on: SystemTime())
    let context = LambdaContext(requestID: "bench", deadline: deadline, log: Logger(environment: [:]) { _ in })
    var response = Data()
    let elapsed = try milliseconds(count: 1, warmUp: 0) { _ in
      response = try JSONEncoder().encode(try handler.handle(request, context).body)
    }
    return (elapsed[0], try JSONDecoder().decode(Body.self, from: response))
  }
}
