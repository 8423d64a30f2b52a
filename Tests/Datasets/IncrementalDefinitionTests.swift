import Contracts
import Definitions
import Extraction
import Loading
import Settings
import TestSupport
import Testing

@Suite("Definitions with incremental and state")
struct IncrementalDefinitionTests {
  private static let all = KnownPlugins(
    extract: ExtractionRegistry.known.extract, parse: ExtractionRegistry.known.parse,
    normalize: ExtractionRegistry.known.normalize, transform: ExtractionRegistry.known.transform,
    load: LoadingRegistry.known.load, readsState: true)

  private func read(
    _ text: String, _ plugins: KnownPlugins = all
  ) -> (definition: Definition?, problems: [String]) {
    let (definition, problems) = Definition.read(
      Array("dataset_id: d\ndata_type: items\n\(text)".utf8), file: "d.yaml", plugins: plugins
    ) { _, _ in nil }
    return (definition, problems.map { "\($0)" })
  }

  private static let http =
    "extract: {plugin: http, url: 'https://x.example/', incremental: {parameter: since, cursor: .t}}\nparse: {plugin: json}\n"
  private static let table = "load: {plugin: postgres, table: items, key: [id], columns: {id: text}"

  @Test("The state is postgres unless the definition says otherwise, and none without incremental")
  func state() throws {
    let definition = try #require(read(Self.http).definition)
    #expect(definition.isIncremental)
    var standard = StateSettings(.postgres, hasOneItem: true)
    standard.sourceType = "http"
    #expect(definition.dataset.state == standard)
    let several = try #require(
      read(
        Self.http
          + "plan: {kind: product, values: {a: [x]}}\nstate: {kind: s3, bucket: b, key: a/b.json, aws_region: r}"
      )
      .definition)
    var expected = StateSettings(.s3, hasOneItem: false)
    (expected.bucket, expected.path, expected.region) = ("b", "a/b.json", "r")
    expected.sourceType = "http"
    #expect(several.dataset.state == expected)
    let file = try #require(read(Self.http + "state: {kind: file, state_file: s.json, path: state/d.json}").definition)
    #expect(file.dataset.state?.path == "s.json")
    #expect(file.dataset.state?.bucketKey == "state/d.json")
    #expect(read("extract: {plugin: wwoz_livewire}").definition?.dataset.state == nil)
  }

  @Test("Each function knows that a dataset is incremental, also one that reads other sections")
  func programs() throws {
    for plugins in [KnownPlugins(), LoadingRegistry.known, ExtractionRegistry.known] {
      let found = read(Self.http + "state: {kind: s3}\n" + Self.table + "}", plugins)
      #expect(found.problems == [])
      #expect(found.definition?.isIncremental == true)
      // The loader writes the checkpoint that the command line shows.
      let item = try WorkItem(id: "all")
      #expect(
        found.definition?.dataset.checkpointName(of: item)
          == CheckpointName(sourceType: "http", dataset: "d", item: "all", isOnlyItem: true))
    }
    #expect(read(Self.http, LoadingRegistry.known).definition?.dataset.state?.kind == .postgres)
    #expect(
      read(Self.http + "state: {kind: s3}", LoadingRegistry.known).definition?.dataset.state?.kind == .s3)
  }

  @Test(
    "What contradicts itself is refused before a run",
    arguments: [
      (
        http + table + ", soft_delete: true}",
        "extract.incremental: it reads what has changed only, and load[0].soft_delete"
      ),
      (
        "extract: {plugin: http, url: 'https://x.example/'}\nparse: {plugin: json}\nwindowInDays: 30\n" + table
          + ", soft_delete: true}",
        "windowInDays: it leaves out points by their obs_time, for a sink of time series"
      ),
      (
        "extract: {plugin: http, url: 'https://x.example/'}\nparse: {plugin: json}\nstate: {kind: s3}",
        "state: it has checkpoints, which only"
      ),
      (http + "state: {kind: dynamodb}", "state.kind: it is 'dynamodb': it must be one of postgres, s3, file"),
      (
        http + "state: {kind: s3, state_file: x}",
        "state.state_file: kind s3 has no such key: it has bucket, key, aws_region"
      ),
      (http + "state: {bucket: x}", "state.bucket: kind postgres has no such key"),
      (http + "state: {kind: s3, aws_region: x}", "state.aws_region: it is the region of `bucket`"),
      (http + "state: {kind: s3, key: ../x}", "state.key"), (http + "state: {kind: file, path: /x}", "state.path"),
      ("extract: {plugin: wwoz_livewire, incremental: {cursor: .t}}", "extract.incremental: it is not known"),
      (
        "extract: {plugin: file, path: x.csv, incremental: {parameter: since, cursor: .t}}\nparse: {plugin: csv}",
        "extract.incremental.parameter: it is not known"
      ),
    ])
  func problems(text: String, problem: String) {
    let found = read(text)
    #expect(found.definition == nil)
    #expect(found.problems.contains { $0.contains(" \(problem)") }, "\(found.problems)")
  }

  @Test("A file may have incremental, too, and a template {since} is known")
  func templates() throws {
    let file = try #require(
      read("extract: {plugin: file, path: x.csv, incremental: {cursor: .day, format: date}}\nparse: {plugin: csv}")
        .definition
    )
    #expect(try ExtractionRegistry.check(file) == [])
    let since = try #require(
      read(
        "extract: {plugin: http, url: 'https://x.example/{since}', incremental: {cursor: .t, initial: 2020-01-01}}\n"
          + "parse: {plugin: json}"
      ).definition)
    #expect(try ExtractionRegistry.check(since) == [])
  }

  @Test(
    "The sink that cancels what a document lacks refuses an incremental dataset",
    arguments: [(http, "extract.incremental")])
  func concerts(sections: String, problem: String) throws {
    let definition = try #require(read(sections + "load: {plugin: concerts}").definition)
    var configuration = Configuration(environment: ["PG_DATABASE_URL": "postgres://127.0.0.1/x"])
    let registry = try LoadingRegistry(LoadingSettings(from: &configuration), applicationName: "x") {
      Configuration(environment: [:])
    }
    let error = #expect(throws: PipelineError.self) { try registry.sinks(for: definition) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains(problem) == true)
  }
}
