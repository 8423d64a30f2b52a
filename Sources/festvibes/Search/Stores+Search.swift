import Contracts
import Enriching
import Foundation
import Search
import Settings
import Time

extension Stores {
  /// The file in which `make weights` puts the model on this machine.
  static let localWeights = ".local/weights/all-MiniLM-L6-v2.fp16"

  /// Opens the search of a dataset's events, and adds to its errors what to do about them.
  func searching<Value>(
    _ dataset: Dataset, _ work: (EventSearch, Deadline) throws -> Value
  ) throws -> Value {
    let enriching = try configured { EnrichingSettings(from: &$0, withGeocoder: false) }
    return try withHint {
      do {
        let registry = try EnrichingRegistry(enriching, applicationName: "festvibes-search")
        return try work(registry.search(of: dataset), Deadline(after: .seconds(30), on: SystemTime()))
      } catch let error as SearchError {
        throw Self.explained(error)
      }
    }
  }

  /// The error with the next step.
  static func explained(_ error: SearchError) -> any Error {
    switch error {
    case .extensionMissing, .functionsMissing:
      CommandError("\(error). The enrichment prepares it.\n\(NextStep(shell: "ENRICH=1 make run").line)")
    case .nothingEmbedded:
      CommandError(
        "\(error). The enrichment does that; without it only questions of days, hours and places have an answer.\n"
          + NextStep(shell: "ENRICH=1 make run").line)
    case .modelMissing: CommandError("\(error)\n\(NextStep(shell: "make weights").line)")
    case .artistUnknown, .placeUnknown, .genreUnknown: CommandError("\(error)")
    case .database(let error): error
    }
  }
}

extension Settings {
  /// The file of the model; nil if this machine has none.
  var weights: String? {
    let file = withLocalWeights().environment[EnvironmentVariable.embeddingWeights.name, default: ""]
    return file.isEmpty ? nil : file
  }

  /// The settings with the model of this machine, if they name none.
  func withLocalWeights(exists: (String) -> Bool = FileManager.default.fileExists(atPath:)) -> Settings {
    let name = EnvironmentVariable.embeddingWeights.name
    guard environment[name, default: ""].isEmpty, exists(Stores.localWeights) else { return self }
    return Settings(environment.merging([name: Stores.localWeights]) { $1 })
  }
}
