import Contracts
import Definitions
import Loading
import Publishing
import Settings
import TestSupport
import Testing

@Suite("Datasets without a database")
struct WithoutDatabaseTests {
  private static let stream = "{plugin: kinesis, stream: s}"
  private static let table = "{plugin: postgres, table: items, key: [id], columns: {id: text}}"

  private func read(_ sections: String, _ plugins: KnownPlugins = LoadingRegistry.known) throws -> Definition {
    let text = "dataset_id: d\ndata_type: items\nextract: {plugin: http, incremental: {}}\n\(sections)\n"
      .replacing(sections.contains("state:") ? "" : ", incremental: {}", with: "", maxReplacements: 1)
    let (definition, problems) = Definition.read(Array(text.utf8), file: "d.yaml", plugins: plugins) { (_, _) in nil }
    return try #require(definition, "\(problems)")
  }

  private func registry() throws -> LoadingRegistry {
    var configuration = Configuration(environment: ["LEDGER": "off"])
    let environment = ["AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"]
    return try LoadingRegistry(LoadingSettings(from: &configuration), applicationName: "x", environment: environment) {
      Configuration(environment: [:])
    }
  }

  @Test(
    "The parts that need a database are named",
    arguments: [
      ("load: \(stream)", []),
      ("load: [\(stream), \(table)]", ["the sink postgres"]),
      ("load: {plugin: concerts}", ["the sink concerts"]),
      ("load: \(stream)\nlock: {kind: dynamodb, table_name: etl-locks}", []),
      ("load: \(stream)\nlock: {kind: postgres}", ["lock.kind postgres"]),
      ("load: \(stream)\nstate: {kind: s3}", []),
      ("load: \(stream)\nstate: {kind: postgres}", ["state.kind postgres"]),
      ("load: \(stream)\nexpect: [{check: rows, minimum: 1}]", []),
      (
        "load: \(stream)\nexpect: [{check: rows, minimum: 1}, {check: rows_ratio, minimum: 0.5}]",
        ["expect[1] rows_ratio, which compares with earlier loads"]
      ),
    ])
  func needs(sections: String, expected: [String]) throws {
    let definition = try read(sections)
    #expect(LoadingRegistry.databaseNeeds(of: definition) == expected)
    let registry = try registry()
    #expect(registry.ledgerIfAny == nil)
    if expected.isEmpty {
      #expect(throws: Never.self) { try registry.check(definition) }
      #expect(try registry.sinks(for: definition).count == 1)
    } else {
      let message = "LEDGER is off, and the dataset d needs a database: \(expected.joined(separator: ", "))"
      #expect(throws: PipelineError(.databaseMissing, message)) { try registry.check(definition) }
    }
  }

  @Test("A lock in DynamoDB is taken, and the ledger and what is in it are an error that says why they are not there")
  func stores() throws {
    let environment = ["AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"]
    let definition = try read("load: \(Self.stream)\nlock: {kind: dynamodb, table_name: etl-locks}")
    #expect(try registry().lock(for: definition, environment: environment) != nil)
    let missing = PipelineError(.configurationInvalid, "no ledger, and no other table: LEDGER is off")
    #expect(throws: missing) { try registry().ledger }
    #expect(throws: missing) { try registry().checkpoints }
    let bound = try read("load: \(Self.stream)\nlock: {kind: postgres}")
    #expect(throws: missing) { try registry().lock(for: bound, environment: environment) }
  }

  @Test("Of a publisher that needs one, CacheManager says so by the dataset's name; others it publishes without Redis")
  func publishers() throws {
    var configuration = Configuration(environment: ["LEDGER": "off"])
    let settings = PublishingSettings(from: &configuration)
    #expect(throws: Never.self) { try configuration.validate() }
    let registry = try PublishingRegistry(settings, applicationName: "x", environment: ["S3_BUCKET_NAME": "b"]) {
      Configuration(environment: ["S3_BUCKET_NAME": "b"])
    }
    for publisher in ["event_cache", "processed"] {
      let definition = try read("publish: {plugin: \(publisher)}", PublishingRegistry.known)
      let message = "LEDGER is off, and the dataset d needs a database: the publisher \(publisher)"
      #expect(throws: PipelineError(.databaseMissing, message)) { try registry.publishers(for: definition) }
    }
    let definition = try read("", PublishingRegistry.known)
    #expect(try registry.publishers(for: definition).isEmpty)
    #expect(throws: Never.self) {
      try registry.recordCached([], of: definition.dataset, deadline: .none(on: ManualTime()))
    }
  }

  @Test("With a database CacheManager needs Redis, as before; both are named")
  func bothMissing() {
    var configuration = Configuration(environment: [:])
    _ = PublishingSettings(from: &configuration)
    #expect(throws: PipelineError(.configurationInvalid, "PG_DATABASE_URL is not set; REDIS_URL is not set")) {
      try configuration.validate()
    }
  }
}
