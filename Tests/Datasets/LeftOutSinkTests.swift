import Contracts
import Definitions
import Loading
import RawStore
import Settings
import TestSupport
import Testing

@Suite("Sinks that are left out")
struct LeftOutSinkTests {
  private static let sink = #"{plugin: kinesis, stream: "${AWS_KINESIS_STREAM_NAME:-}"}"#
  private static let table = "{plugin: postgres, table: items, key: [id], columns: {id: text}}"

  private func read(_ load: String, _ variables: [String: String] = [:]) throws -> Definition {
    let text = "dataset_id: d\ndata_type: items\nextract: {plugin: http}\nload: \(load)\n"
    let (definition, problems) = Definition.read(
      Array(text.utf8), file: "d.yaml", plugins: LoadingRegistry.known
    ) { (name, _) in variables[name] }
    return try #require(definition, "\(problems)")
  }

  private func registry(_ environment: [String: String] = [:]) throws -> LoadingRegistry {
    var configuration = Configuration(environment: ["PG_DATABASE_URL": "postgres://127.0.0.1/x"])
    return try LoadingRegistry(
      LoadingSettings(from: &configuration), applicationName: "x", environment: environment
    ) { Configuration(environment: [:]) }
  }

  @Test("A sink whose stream has no name is left out, which is said, and the others load")
  func without() throws {
    let definition = try read("[\(Self.table), \(Self.sink)]")
    #expect(try registry().sinks(for: definition).count == 1)
    #expect(
      LoadingRegistry.leftOut(of: definition) == [
        "the sink kinesis is left out: stream is empty: give the variable that it names a value, the name of a Kinesis stream"
      ])
  }

  @Test("With a name it loads, and needs a region")
  func with() throws {
    let definition = try read("[\(Self.table), \(Self.sink)]", ["AWS_KINESIS_STREAM_NAME": "s"])
    #expect(LoadingRegistry.leftOut(of: definition) == [])
    #expect(try registry(["AWS_REGION": "us-east-1"]).sinks(for: definition).count == 2)
    let error = #expect(throws: PipelineError.self) { try registry().sinks(for: definition) }
    #expect(error?.name == .configurationInvalid && error?.message.contains("AWS_REGION") == true)
  }

  @Test("Every batch of a stream has the same store, whose settings are read once")
  func store() throws {
    let environment = ["AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"]
    var configuration = Configuration(environment: ["PG_DATABASE_URL": "postgres://127.0.0.1/x"])
    let reads = Locked(0)
    let registry = try LoadingRegistry(
      LoadingSettings(from: &configuration), applicationName: "x", environment: environment
    ) {
      reads.change { $0 += 1 }
      return Configuration(environment: ["STREAM_FAILURES_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/1/q"])
    }
    let raw = try RawStore(RawStoreSettings(bucket: "b", region: "us-east-1"), environment: environment)
    #expect(try registry.streamStore(raw) === registry.streamStore(raw))
    #expect(reads.change { $0 } == 1)
  }

  @Test("A dataset whose only sink is left out is not loaded into nothing")
  func only() throws {
    let definition = try read(Self.sink)
    let error = #expect(throws: PipelineError.self) { try registry().sinks(for: definition) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.hasPrefix("d.yaml: no record would be loaded anywhere: the sink kinesis is left") == true)
  }
}
