import Contracts
import Foundation
import JSON
import Testing
import Time

@testable import festvibes

/// The datasets of the repository make of their samples what is beside them.
@Suite("Samples of datasets")
struct SampleTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "statemachine/datasets")

  private static let samples = ["coingecko_markets", "news_feed", "sample_products"]

  /// Runs `try` as the command does, in this process.
  private static func output(of id: String) throws -> JSONValue {
    let sample = folder.appending(path: "\(id)/sample")
    let inputs = try FileManager.default.contentsOfDirectory(atPath: sample.appending(path: "input").path).sorted()
    let definition = try TryPlugins.definition(
      folder.appending(path: "\(id)/dataset.yaml").path, Settings([:]), allowsMissingVariables: true)
    let (parser, transforms) = try TryPlugins.stages(of: definition)
    let files = InputFiles(
      inputs.map { sample.appending(path: "input/\($0)").path }, policy: TryCommand.nowhere)
    let trial = Trial(
      dataset: definition.dataset, reader: files, parser: parser, transforms: transforms, limit: nil)
    let result = try trial.run(
      WorkItem(id: "all"), to: .transform, via: NoPages(), deadline: .init(after: .seconds(60), on: SystemTime()))
    return try JSONValue(parsing: result.output.text)
  }

  @Test("A dataset's sample gives its expected records, digit for digit", arguments: samples)
  func expected(id: String) throws {
    let expected = try JSONValue(
      parsing: [UInt8](Data(contentsOf: Self.folder.appending(path: "\(id)/sample/expected.json"))))
    #expect(try Self.output(of: id) == expected)
  }

  @Test("Every key of a sample's record feeds a field, or is in metadata", arguments: samples)
  func nothingIsLost(id: String) throws {
    let records = try #require(try Self.output(of: id).object?["records"]?.array)
    #expect(records.count >= 4)
    for record in records.compactMap(\.object) {
      let payload = try #require(record["raw_payload"]?.object)
      let metadata = try #require(record["metadata"]?.object)
      for (name, value) in payload.members where metadata[name] != value {
        #expect(metadata[name] == nil, "\(name) is not as sent")
        #expect(!value.isNull, "\(name) is null and fed a field")
      }
    }
  }
}
