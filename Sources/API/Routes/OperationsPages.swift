import APIRouting
import APISupport
import Contracts
import Datasets
import Definitions
import OperationsPage
import Settings

/// The operators' page of the function. EventBridge starts what the definitions schedule.
public enum OperationsPages {
  /// - Parameter environment: has the folder of the definitions.
  public static func route(_ database: APIDatabase, _ environment: [String: String]) -> Route {
    OperationsRoute(database) { () throws(PipelineError) in
      // Only what all datasets have is read: a mistake elsewhere hides no run.
      let catalog = DatasetCatalog(DatasetFolder(from: environment), plugins: KnownPlugins()) {
        Configuration(environment: environment)
      }
      return OperationsReader(try OperatedDataset.all(catalog), expectsSchedules: true)
    }.route
  }
}
