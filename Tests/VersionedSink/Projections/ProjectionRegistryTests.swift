import Contracts
import Definitions
import Publishing
import Settings
import TestSupport
import Testing

@testable import Projections

@Suite("The publisher of projections in its registry")
struct ProjectionRegistryTests {
  private func definition(_ load: String) throws -> Definition {
    let text = """
      dataset_id: ipc
      data_type: series
      extract: {plugin: http, url: "${NOT_SET}"}
      parse: {plugin: unknown}
      load: \(load)
      """
    let (definition, problems) = Definition.read(
      Array(text.utf8), file: "d.yaml", plugins: PublishingRegistry.known
    ) { _, _ in nil }
    return try #require(definition, "\(problems)")
  }

  private func registry() throws -> PublishingRegistry {
    let environment = [
      "PG_DATABASE_URL": "postgresql://u@localhost/d", "AWS_REGION": "us-east-1",
      "SNS_PROJECTION_TOPIC_ARN": "arn:aws:sns:us-east-1:1:t",
    ]
    var configuration = Configuration(environment: environment)
    let settings = PublishingSettings(from: &configuration, withCache: false)
    try configuration.validate()
    return try PublishingRegistry(settings, applicationName: "test", environment: environment) {
      Configuration(environment: environment)
    }
  }

  @Test("comes with each dataset that loads into versions, which the cache manager reads without its other sections")
  func made() throws {
    let read = try definition("{plugin: s3_versioned, bucket: series, projection: {merge_workers: 3}, where: {a: b}}")
    #expect(read.dataset.publishers == ["projections"])
    let publishers = try registry().publishers(for: read)
    #expect(publishers.count == 1 && publishers[0] is ProjectionsPublisher)
  }

  @Test("is not there for any other dataset, and cannot be named")
  func absent() throws {
    #expect(try definition("{plugin: postgres, table: t}").dataset.publishers.isEmpty)
    #expect(PublishingRegistry.known.publish?.map(\.name) == ["event_cache", "processed", "completion"])
  }
}
