import Contracts
import Definitions
import Publishing
import Settings
import Testing

@Suite("Publishers that are left out")
struct LeftOutPublisherTests {
  private static let bucket = ["S3_BUCKET_NAME": "b"]

  private func definition() throws -> Definition {
    let text = "dataset_id: d\ndata_type: items\nextract: {plugin: http}\npublish: {plugin: processed}\n"
    let (definition, problems) = Definition.read(
      Array(text.utf8), file: "d.yaml", plugins: PublishingRegistry.known
    ) { (_, _) in nil }
    return try #require(definition, "\(problems)")
  }

  private func count(_ environment: [String: String]) throws -> Int {
    var configuration = Configuration(environment: ["PG_DATABASE_URL": "postgres://127.0.0.1/x"])
    let settings = PublishingSettings(from: &configuration, withCache: false)
    let keys = ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"]
    return try PublishingRegistry(
      settings, applicationName: "x", environment: environment.merging(keys) { $1 },
      configuration: { Configuration(environment: environment) }
    ).publishers(for: definition()).count
  }

  @Test("The processed zone is left out where no bucket is named, or the documents are in a folder, which is said")
  func without() throws {
    for environment in [[:], ["S3_BUCKET_NAME": ""], Self.bucket.merging(["RAW_FOLDER": "/raw"]) { $1 }] {
      #expect(try count(environment) == 0, "\(environment)")
      let lines = PublishingRegistry.leftOut(of: try definition(), in: environment)
      #expect(lines.count == 1 && lines[0].hasPrefix("the publisher processed is left out: "), "\(lines)")
      #expect(lines.allSatisfy { $0.contains("S3_BUCKET_NAME") && $0.contains("AWS_S3_BUCKET_PROCESSED") })
    }
  }

  @Test("With a bucket it publishes", arguments: ["S3_BUCKET_NAME", "AWS_S3_BUCKET_PROCESSED"])
  func with(name: String) throws {
    #expect(try count([name: "b"]) == 1)
    #expect(PublishingRegistry.leftOut(of: try definition(), in: [name: "b"]) == [])
  }
}
