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
    OperationsReader(try OperatedDataset.all(datasetsBySchedule), expectsSchedules: expectsSchedules)
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
