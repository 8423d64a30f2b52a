import Contracts
import Foundation
import JSON
import Testing
import Time

@testable import festvibes

/// The sample of a dataset: what its source has, and the records that the definition makes of it.
struct DatasetSample {
  /// The dataset's folder.
  let folder: URL

  /// The files of `sample/input`, in the order of pages: `page-2` before `page-10`.
  var inputs: [String] {
    get throws {
      let input = folder.appending(path: "sample/input").path
      return try FileManager.default.subpathsOfDirectory(atPath: input).map { "\(input)/\($0)" }.filter {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
      }.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
    }
  }

  /// The content of `sample/expected.json`.
  var expected: JSONValue {
    get throws { try JSONValue(parsing: [UInt8](Data(contentsOf: folder.appending(path: "sample/expected.json")))) }
  }

  /// The time in `sample/read_at`, at which the sample was read: a field of some records. Nil for other datasets.
  var readAt: String? {
    (try? String(contentsOf: folder.appending(path: "sample/read_at"), encoding: .utf8)).map {
      $0.trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }

  /// Runs `try` over the sample as the command does, in this process.
  func output() throws -> JSONValue {
    let time = SystemTime()
    let definition = try TryPlugins.definition(
      folder.appending(path: "dataset.yaml").path, Settings([:]), allowsMissingVariables: true)
    let (parser, transforms) = try TryPlugins.stages(of: definition)
    let trial = Trial(
      dataset: definition.dataset,
      reader: InputFiles(
        try inputs, policy: TryCommand.nowhere, readAt: readAt.flatMap { RFC3339.parse($0)?.date }), parser: parser,
      transforms: transforms, limit: nil)
    let result = try trial.run(
      TryPlugins.item(nil, of: definition, readsFiles: true, at: time.now), to: .transform, via: NoPages(),
      deadline: Deadline(after: .seconds(60), on: time))
    return try JSONValue(parsing: result.output.text)
  }

  /// The datasets in a folder that have a sample with records, by their ids.
  static func all(in folder: String) -> [DatasetSample] {
    let ids = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return ids.sorted().map { DatasetSample(folder: URL(filePath: "\(folder)/\($0)")) }.filter {
      FileManager.default.fileExists(atPath: $0.folder.appending(path: "sample/expected.json").path)
    }
  }
}

extension DatasetSample: CustomTestStringConvertible {
  var testDescription: String { folder.lastPathComponent }
}
