import Foundation
import JSON
import TestSupport
import Testing

/// The datasets of the repository make of their samples what is beside them.
@Suite("Samples of datasets")
struct SampleTests {
  private static let samples = DatasetSample.all(in: RepositoryDatasets.folder.path)

  @Test("A dataset's sample gives its expected records, digit for digit", arguments: samples)
  func expected(sample: DatasetSample) throws {
    #expect(
      try sample.output() == sample.expected,
      "what is expected may be written anew: festvibes try \(sample.testDescription) --input … >sample/expected.json")
  }

  @Test("The samples of the repository are found, and a sample with variables has records")
  func found() throws {
    #expect(Self.samples.map(\.testDescription).contains("sample_products"))
    for id in try SourceFiles.folders(in: "statemachine/datasets") {
      let folder = RepositoryDatasets.folder.path + "/\(id)"
      guard FileManager.default.fileExists(atPath: "\(folder)/sample") else { continue }
      #expect(Self.samples.contains { $0.testDescription == id }, "\(id) has no sample/expected.json")
    }
  }

  @Test("Every key of a sample's record feeds a field, or is in metadata", arguments: samples)
  func nothingIsLost(sample: DatasetSample) throws {
    let records = try #require(try sample.output().object?["records"]?.array)
    #expect(!records.isEmpty)
    // Only a record that holds the source's record can be compared with it.
    for record in records.compactMap(\.object) {
      guard let payload = record["raw_payload"]?.object, let metadata = record["metadata"]?.object else { continue }
      for (name, value) in payload.members where metadata[name] != value {
        #expect(metadata[name] == nil, "\(name) is not as sent")
        #expect(!value.isNull, "\(name) is null and fed a field")
      }
    }
  }
}
