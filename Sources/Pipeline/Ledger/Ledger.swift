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
    // Only the end of a run is compared, in the same round trip.
    var history: [PostgresStatement] = []
    if case .closed = event { history = [Self.earlierRuns(dataset.id, run), Self.warnings(dataset.id, run)] }
    return try database.retrying(deadline: deadline) {
      let results = try database.connection.pipeline(
        statements + history + [Self.runs(dataset.id, named: run)], deadline: deadline)
      let record = try results.last?.first.map(Self.run)
      guard !history.isEmpty, let record else { return record }
      let found = Array(results.suffix(3))
      return try Self.compared(record, to: found[0].map(Self.recordCounts), found[1].map(Self.warning))
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
  /// Returns the keys of the item's rejected records that no later load has resolved.
  package func openRejections(_ target: LoadTarget, deadline: Deadline) throws -> [String] {
    try connection.pipeline([Ledger.openKeys(target)], deadline: deadline)[0].map { row in try row["href"] }
  }

  /// Writes a load into the ledger in the current transaction, with the data of a sink that is in the same database, and
  /// moves the checkpoint.
  /// - Parameter document: has the rejected records that the report does not have.
  package func recordLoadInTransaction(
    _ report: LoadReport, of document: Data, for target: LoadTarget, deadline: Deadline
  ) throws {
    let others = report.rejections.map(\.position).filter { report.rejected[$0] == nil }
    var raw = report.rejected
    if !others.isEmpty { raw.merge(RawRecords(document).entries(at: others)) { first, _ in first } }
    let results = try connection.pipeline(Ledger.load(report, target), deadline: deadline)
    guard let id: Int = try results.last?.first?["id"] else {
      throw PipelineError(.databaseConflict, "the load of \(target.key) was deleted while it was written")
    }
    try connection.pipeline(try Ledger.reject(report, raw, target, load: id), deadline: deadline)
    guard let commit = target.checkpoint else { return }
    try updateCheckpointInTransaction(commit.name, deadline: deadline) { state, now in
      state.load(
        commit.span, isSuperseded: !report.movesCheckpoint, records: report.records.found, run: target.run,
        key: target.key, at: now)
    }
  }
}
