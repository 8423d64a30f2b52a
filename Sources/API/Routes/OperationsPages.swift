import APIRouting
import APISupport
import Contracts
import Datasets
import Definitions
import FoundationEssentials
import OperationsPage
import Settings
import Time

/// The operators' page of the function. EventBridge starts the schedules that API_SCHEDULES names.
public enum OperationsPages {
  /// - Parameter environment: has the folder of the definitions.
  public static func route(_ database: APIDatabase, _ environment: [String: String]) -> Route {
    OperationsRoute(database) { () throws(PipelineError) in try reader(environment) }.route
  }

  /// Reads the page as it is now, as a file.
  /// - Throws: the errors of the database; `ConfigurationInvalid` if the definitions cannot be read.
  public static func file(_ database: APIDatabase, _ environment: [String: String], deadline: Deadline) throws -> Data {
    let reader = try reader(environment)
    let report = try database.read(within: deadline.remaining) { database, _, deadline in
      try reader.report(database, now: SystemTime().now, deadline: deadline)
    }
    return Data(OperationsPage(report, reload: .never).bytes)
  }

  /// Only what all datasets have is read: a mistake elsewhere hides no run.
  private static func reader(_ environment: [String: String]) throws(PipelineError) -> OperationsReader {
    let catalog = DatasetCatalog(DatasetFolder(from: environment), plugins: KnownPlugins()) {
      Configuration(environment: environment)
    }
    return OperationsReader(
      try OperatedDataset.all(catalog),
      expected: ExpectedSchedules(listed: environment[EnvironmentVariable.apiSchedules.name, default: ""]))
  }
}
