import Contracts
import Datasets
import Definitions
import Extraction
import Foundation
import Settings

/// The repository's own datasets.
enum FuzzDatasets {
  static func catalog() -> DatasetCatalog {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let folder = DatasetFolder(root.appending(path: "statemachine/datasets").path)
    return DatasetCatalog(folder, plugins: ExtractionRegistry.known) { Configuration(environment: [:]) }
  }
}
