import Contracts
import Datasets
import Enriching
import Foundation
import Ledger
import OperationsPage
import Settings
import Time

extension Settings {
  /// Returns the reader of the operators' page, with the definitions as they are now.
  /// - Throws: `ConfigurationInvalid` if their folder cannot be read.
  func operationsReader() throws(PipelineError) -> OperationsReader {
    OperationsReader(
      try OperatedDataset.all(datasetsBySchedule), expected: startedSchedules, program: NextStep.call())
  }

  /// The schedules that API_SCHEDULES names. Without it those of the local stack's scheduler are known, and those of a
  /// deployment are not.
  var startedSchedules: ExpectedSchedules {
    let listed = environment[EnvironmentVariable.apiSchedules.name, default: ""]
    guard listed.isEmpty else { return ExpectedSchedules(listed: listed) }
    guard expectsSchedules else { return .off }
    return Settings.isLocal(environment) ? .all : .unknown
  }
}

extension Stores {
  /// Reads the report of the operators' page with the role of the operator.
  func operationsReport(now: Date) throws -> OperationsReport {
    let database = try configured { DatabaseSetting(from: &$0) }
    guard let url = database.url else { throw database.missing }
    return try withHint {
      let ledger = try Database(
        url: url, migrations: EnrichingRegistry.migrations, allowsWeakTLS: database.allowsWeakTLS,
        applicationName: "festvibes-report")
      let deadline = Deadline(after: .seconds(60), on: SystemTime())
      return try settings.operationsReader().report(ledger, now: now, deadline: deadline)
    }
  }
}
