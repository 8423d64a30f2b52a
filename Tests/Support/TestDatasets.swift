import Contracts
import Datasets
import Definitions
import Foundation
import Settings

extension Dataset {
  /// The names of the dataset `wwoz`. A test compares them with its definition.
  public static let wwoz = Dataset(
    id: "wwoz", dataType: "events", timeZone: "America/Chicago", extractor: "wwoz_livewire", sinks: ["concerts"],
    publishers: ["event_cache"])
}

/// The repository's own datasets.
public enum RepositoryDatasets {
  public static let folder = DatasetFolder(SourceFiles.root.appending(path: "statemachine/datasets").path)

  /// - Parameter plugins: the plugins whose sections are read.
  public static func catalog(
    _ plugins: KnownPlugins = KnownPlugins(), environment: [String: String] = [:]
  ) -> DatasetCatalog {
    DatasetCatalog(folder, plugins: plugins) { Configuration(environment: environment) }
  }

  /// Returns what a function knows of the dataset that a request names.
  /// - Throws: as `DatasetCatalog.dataset`.
  public static func dataset(_ id: String?) throws(PipelineError) -> Dataset { try catalog().dataset(id) }
}
