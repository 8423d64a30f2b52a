import Contracts
import Datasets
import Definitions
import Extraction
import Foundation
import Loading
import Publishing
import Settings

extension KnownPlugins {
  /// The plugins of all functions.
  static let all = KnownPlugins(
    extract: ExtractionRegistry.known.extract, parse: ExtractionRegistry.known.parse,
    normalize: ExtractionRegistry.known.normalize, transform: ExtractionRegistry.known.transform,
    load: LoadingRegistry.known.load, publish: PublishingRegistry.known.publish,
    sinkPublishers: PublishingRegistry.known.sinkPublishers, expect: LoadingRegistry.known.expect, readsState: true,
    lock: .lock, readsTriggers: true)
}

extension Settings {
  /// The datasets, with every section checked.
  var datasets: DatasetCatalog {
    DatasetCatalog(datasetFolder, plugins: .all, configuration: configuration)
  }

  /// The same for commands that only look: no secret is read.
  var datasetsWithoutSecrets: DatasetCatalog {
    DatasetCatalog(datasetFolder, plugins: .all) { Configuration(environment: environment) }
  }

  /// The same for commands that only need the lock: no other section needs values.
  var datasetsByLock: DatasetCatalog {
    DatasetCatalog(datasetFolder, plugins: KnownPlugins(lock: .lock), configuration: configuration)
  }

  /// The same for the scheduler: only what all datasets have is checked. A run of one that is wrong elsewhere fails by itself.
  var datasetsBySchedule: DatasetCatalog {
    DatasetCatalog(datasetFolder, plugins: KnownPlugins()) { Configuration(environment: environment) }
  }

  /// The same with some plugins only: of the other sections no value is needed.
  func datasets(_ plugins: KnownPlugins) -> DatasetCatalog {
    DatasetCatalog(datasetFolder, plugins: plugins, configuration: configuration)
  }

  /// The folder of the datasets. A command that is called in another folder finds those of the repository in which it was
  /// built.
  var datasetFolder: DatasetFolder {
    let folder = DatasetFolder(from: environment)
    let isNamed = !environment[EnvironmentVariable.datasetsFolder.name, default: ""].isEmpty
    guard !isNamed, !FileManager.default.fileExists(atPath: folder.path) else { return folder }
    var root = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    while root.path != "/" {
      root.deleteLastPathComponent()
      let built = root.appending(path: folder.path).path
      if FileManager.default.fileExists(atPath: built) { return DatasetFolder(built) }
    }
    return folder
  }
}
