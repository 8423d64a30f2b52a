import Contracts
import Datasets
import Enriching
import Foundation
import Settings
import TestSupport
import Testing

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
}
