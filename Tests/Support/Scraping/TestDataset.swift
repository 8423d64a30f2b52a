import Contracts
import Fetching
import Settings
import WWOZExtractor

/// The dataset of the extractor that the tests use.
package let testDataset = Dataset(
  id: "wwoz", dataType: "events", timeZone: "America/Chicago", extractor: "wwoz_livewire", sinks: [])

/// - Parameter url: the site to read; nil for the real one, which no test asks.
package func makeExtractor(of url: String? = nil, environment: [String: String] = [:]) throws -> WWOZExtractor {
  var configuration = Configuration(environment: environment.merging(["BASE_URL": url ?? ""]) { $1 })
  return try WWOZExtractor(testDataset, settings: &configuration)
}
