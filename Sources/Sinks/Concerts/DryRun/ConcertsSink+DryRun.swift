import Contracts
import EventRecords
import Ledger
import Postgres
import Time

extension ConcertsSink {
  func dryRun(_ document: LoadDocument, deadline: Deadline) throws(PipelineError) -> DryRun {
    /// Ends the transaction as an error does.
    struct Rollback: Error {
      let report: LoadReport
      let before: [EventRecord]
      let after: [EventRecord]
    }

    // Checks the schema's version.
    _ = try events(on: document.date, deadline: deadline)
    let parsed = try parsed(document)
    return try database.retrying(deadline: deadline) {
      do {
        return try database.connection.transaction(deadline: deadline) {
          let read = eventsStatement(document.date...document.date)
          let before = try database.connection.pipeline([Database.lock, read], deadline: deadline)
          let report = try apply(document, parsed, deadline: deadline)
          let after = try database.connection.pipeline([read], deadline: deadline)
          func records(_ rows: PostgresRows?) throws -> [EventRecord] { try rows.map { try $0.map(record) } ?? [] }
          throw Rollback(report: report, before: try records(before.last), after: try records(after.last))
        }
      } catch let rollback as Rollback {
        return DryRun(
          report: rollback.report, differences: try .between(rollback.before, rollback.after))
      }
    }
  }
}
