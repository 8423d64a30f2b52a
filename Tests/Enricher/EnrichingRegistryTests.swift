import Contracts
import Datasets
import Enriching
import Foundation
import Settings
import TestSupport
import Testing
import Time

/// The parts that the function's Main puts together.
@Suite("The registry of the enrichment")
struct EnrichingRegistryTests {
  private func settings(_ environment: [String: String]) throws -> EnrichingSettings {
    var configuration = Configuration(environment: environment)
    let settings = EnrichingSettings(from: &configuration)
    try configuration.validate()
    return settings
  }

  @Test("The datasets in the tables of concerts are enriched, and no others")
  func datasets() throws {
    let folder = SourceFiles.root.appending(path: "statemachine/datasets").path
    let catalog = DatasetCatalog(DatasetFolder(from: ["DATASETS_DIR": folder]), plugins: EnrichingRegistry.known) {
      Configuration(environment: [:])
    }
    let ids = try catalog.ids()
    #expect(ids.count > 3)
    #expect(try ids.filter { EnrichingRegistry.enriches(try catalog.dataset($0)) } == ["wwoz"])
  }

  @Test("Settings are checked when the function starts; neither the database nor the weights are opened then")
  func start() throws {
    #expect(throws: PipelineError.self) { try self.settings([:]) }
    let settings = try settings([
      "PG_DATABASE_URL": "postgresql://user:secret@localhost:1/none", "EMBEDDING_WEIGHTS": "/nowhere/weights",
      "GEOCODER": "none",
    ])
    _ = try EnrichingRegistry(settings, applicationName: "tests")
  }

  @Test(
    "Settings of the geocoder that cannot be used are a note, and texts are embedded; the tables are made first",
    .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"),
    arguments: [
      (["GEOCODER": "google"], "GOOGLE_MAPS_API_KEY is not set, which GEOCODER=google needs"),
      (["GEOCODER": "google", "GOOGLE_MAPS_API_KEY": "your_key"], "GOOGLE_MAPS_API_KEY is not set"),
      (["GEOCODER_URL": "https://me:secret@maps.internal"], "GEOCODER_URL has a user or a password"),
    ])
  func badGeocoder(environment: [String: String], problem: String) throws {
    let database = try TestDatabase()
    var all = ["PG_DATABASE_URL": database.url, "EMBEDDING_WEIGHTS": "/nowhere/weights"]
    all.merge(environment) { $1 }
    let registry = try EnrichingRegistry(try settings(all), applicationName: "tests")
    let report = try #require(registry.locator).locateVenues(deadline: Deadline(after: .seconds(60), on: SystemTime()))
    #expect(report.notes.count == 1)
    #expect(report.notes.first?.hasPrefix("venues are not geocoded: \(problem)") == true)
    #expect(report.notes.first?.contains("secret") == false && report.counts.lookedUp == 0)
  }
}
