import Contracts
import Definitions
import Extraction
import Loading
import Settings
import TestSupport
import Testing

@Suite("Definitions of time series")
struct SeriesDefinitionTests {
  @Test("The sink that cancels what a document lacks refuses windowInDays, also beside one of time series")
  func windowOfConcerts() throws {
    let text =
      "dataset_id: d\ndata_type: items\nextract: {plugin: http}\nwindowInDays: 30\n"
      + "load: [{plugin: concerts}, {plugin: s3_versioned, bucket: abc}]\n"
    let read = Definition.read(Array(text.utf8), file: "d.yaml", plugins: LoadingRegistry.known) { _, _ in nil }
    let definition = try #require(read.definition, "\(read.problems)")
    var configuration = Configuration(environment: ["PG_DATABASE_URL": "postgres://127.0.0.1/x"])
    let registry = try LoadingRegistry(LoadingSettings(from: &configuration), applicationName: "x") {
      Configuration(environment: [:])
    }
    let error = #expect(throws: PipelineError.self) { try registry.sinks(for: definition) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("d.yaml: windowInDays: it leaves out what is older, and the sink concerts") == true)
  }

  @Test(
    "The repository's own series name the variable of their bucket if it has no value: no bucket is a default",
    arguments: ["bcra_infomondia_series", "indec_ipc", "indec_emae"])
  func bucket(_ id: String) throws {
    let error = #expect(throws: PipelineError.self) {
      try RepositoryDatasets.catalog(LoadingRegistry.known).definition(id)
    }
    #expect(error?.name == .configurationInvalid)
    let message = try #require(error?.message)
    #expect(message.contains("load.bucket: the variable SERIES_BUCKET has no value: set it"), "\(message)")
    let catalog = RepositoryDatasets.catalog(LoadingRegistry.known, environment: ["SERIES_BUCKET": "my-series"])
    #expect(try catalog.definition(id).sinks.map { $0.text("bucket") } == ["my-series"])
    // What has no sinks needs no bucket.
    #expect(try RepositoryDatasets.catalog(ExtractionRegistry.known).definition(id).dataset.id == id)
  }
}
