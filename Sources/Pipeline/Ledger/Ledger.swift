import Contracts
import FoundationEssentials
import Postgres
import Time

/// The ledger of runs in Postgres: runs, loads, failed items and rejected records.
public final class Ledger: RunLedger {
  let database: Database

  public init(_ database: Database) { self.database = database }

  /// - Throws: `SchemaMismatch`, or an error of the database.
  @discardableResult
  public func record(
    _ event: LedgerEvent, ofRun run: String, in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> RunRecord? {
    try database.migrate(deadline: deadline)
    let statements =
      switch event {
      case .opened(let opening): [Self.open(run, dataset.id, opening)]
      case .failed(let failure): [Self.fail(run, dataset.id, failure)]
      case .closed(let closing): Self.close(run, dataset.id, closing)
      case .stopped(let stop): [Self.stop(run, dataset.id, stop)]
      }
    return try database.retrying(deadline: deadline) {
      let results = try database.connection.pipeline(
        statements + [Self.runs(dataset.id, named: run)], deadline: deadline)
      return try results.last?.first.map(Self.run)
    }
  }

  /// - Throws: `SchemaMismatch`, or an error of the database.
  public func recordLoad(
    _ report: LoadReport, of document: Data, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) {
    try database.migrate(deadline: deadline)
    try database.retrying(deadline: deadline) {
      try database.connection.transaction(deadline: deadline) {
        try database.recordLoadInTransaction(report, of: document, for: target, deadline: deadline)
      }
    }
  }
}

extension Database {
  /// Writes a load into the ledger in the current transaction, with the data of a sink that is in the same database.
  package func recordLoadInTransaction(
    _ report: LoadReport, of document: Data, for target: LoadTarget, deadline: Deadline
  ) throws {
    let raw =
      report.rejections.isEmpty ? [:] : RawRecords(document).entries(at: report.rejections.map(\.position))
    try recordLoadInTransaction(report, rejected: raw, for: target, deadline: deadline)
  }

  /// Writes a load into the ledger in the current transaction.
  /// - Parameter raw: the JSON of the rejected records, by their positions.
  package func recordLoadInTransaction(
    _ report: LoadReport, rejected raw: [Int: String], for target: LoadTarget, deadline: Deadline
  ) throws {
    let results = try connection.pipeline(Ledger.load(report, target), deadline: deadline)
    guard let id: Int = try results.last?.first?["id"] else {
      throw PipelineError(.databaseConflict, "the load of \(target.key) was deleted while it was written")
    }
    try connection.pipeline(Ledger.reject(report, raw, target, load: id), deadline: deadline)
  }
}
