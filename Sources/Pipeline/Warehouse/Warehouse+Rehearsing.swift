import Pipeline
import Postgres
import Time

/// What a load would do.
public struct Rehearsal: Equatable, Sendable {
  public let report: LoadReport
  /// The date's scheduled events, as readers of the database get them: as they are, and as they would be.
  public let before: [EventRecord]
  public let after: [EventRecord]
}

extension Warehouse {
  /// Loads a document in a transaction, looks at its date, and rolls the transaction back. Nothing stays of it but numbers
  /// that the tables' sequences have given out. Like a load it has the loads' lock for a few round trips.
  /// - Throws: what `load` throws, and `SchemaMismatch` when the database is not of this version: a rehearsal migrates
  ///   nothing.
  public func rehearse(_ document: LoadDocument, until deadline: Deadline) throws(PipelineError) -> Rehearsal {
    /// Ends the transaction the way that an error does.
    struct Curtain: Error { let rehearsal: Rehearsal }

    _ = try events(on: document.date, until: deadline)
    let intake = try intake(of: document)
    return try retrying(until: deadline) {
      do {
        return try connection.transaction(until: deadline) {
          let read = eventsStatement(document.date...document.date)
          let before = try connection.pipeline([Self.lock, read], until: deadline)
          let report = try place(document, intake, until: deadline)
          let after = try connection.pipeline([read], until: deadline)
          func records(_ rows: PostgresRows?) throws -> [EventRecord] { try rows.map { try $0.map(record) } ?? [] }
          throw Curtain(
            rehearsal: Rehearsal(report: report, before: try records(before.last), after: try records(after.last)))
        }
      } catch let curtain as Curtain {
        return curtain.rehearsal
      }
    }
  }
}
