import Contracts
import EventRecords
import Postgres
import Time

/// What a load would do.
public struct DryRun: Equatable, Sendable {
  public let report: LoadReport
  /// The date's scheduled events, as readers of the database get them: as they are, and as they would be.
  public let before: [EventRecord]
  public let after: [EventRecord]
}

extension ConcertsDatabase {
  /// Loads a document in a transaction, looks at its date, and rolls the transaction back. Nothing stays of it but numbers
  /// that the tables' sequences have given out. Like a load it has the loads' lock for a few round trips.
  /// - Throws: what `load` throws, and `SchemaMismatch` when the database is not of this version: a dryRun migrates
  ///   nothing.
  public func dryRun(_ document: LoadDocument, until deadline: Deadline) throws(PipelineError) -> DryRun {
    /// Ends the transaction the way that an error does.
    struct Rollback: Error { let dryRun: DryRun }

    _ = try events(on: document.date, until: deadline)
    let parsed = try parsed(of: document)
    return try retrying(until: deadline) {
      do {
        return try connection.transaction(until: deadline) {
          let read = eventsStatement(document.date...document.date)
          let before = try connection.pipeline([Self.lock, read], until: deadline)
          let report = try place(document, parsed, until: deadline)
          let after = try connection.pipeline([read], until: deadline)
          func records(_ rows: PostgresRows?) throws -> [EventRecord] { try rows.map { try $0.map(record) } ?? [] }
          throw Rollback(
            dryRun: DryRun(report: report, before: try records(before.last), after: try records(after.last)))
        }
      } catch let rollback as Rollback {
        return rollback.dryRun
      }
    }
  }
}
