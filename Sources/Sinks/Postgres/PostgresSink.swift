import Contracts
import Definitions
import FoundationEssentials
import Ledger
import Routing
import Time

/// A table in Postgres that a dataset declares. The sink creates and changes the table, upserts the records, and writes the
/// load into the ledger, in one transaction. A row whose content is unchanged is not written.
public final class PostgresSink: PartedSink {
  let database: Database
  let dataset: Dataset
  let table: TableDefinition
  let time: any TimeSource
  /// Rows from which on a table is not written again in a load. Tests set a lower number.
  var largeTable = PostgresSink.largeTable
  /// True if this process has seen the table of declarations.
  var hasDeclarations = false

  /// - Parameters:
  ///   - database: the database of the ledger.
  ///   - section: the sink's section, which satisfies `form`.
  /// - Throws: `ConfigurationInvalid` for a section that does not.
  public init(
    _ database: Database, dataset: Dataset, section: Section, time: any TimeSource = SystemTime()
  ) throws(PipelineError) {
    self.database = database
    self.dataset = dataset
    self.time = time
    do throws(TableProblem) { table = try TableDefinition(section) } catch {
      throw PipelineError(.configurationInvalid, "\(section.place): \(error.key): \(error.text)")
    }
  }

  public var name: String { "\(Self.form.name) \(table.label)" }
  public var isInDatabase: Bool { true }

  /// Loads an extract document with its parts, in one transaction. Loading it again writes nothing. A document that is older
  /// than one of its item that was loaded changes nothing; of two items that have one record, the later reading counts.
  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's, `SchemaMismatch` if the table
  ///   cannot become what is declared, `SourceChanged` if most rows of the item would be deleted, `DatabaseConflict` if
  ///   other writers interfered with every attempt, and `DatabaseUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`.
  public func load(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    let first = try SinkDocument(document.head, for: target, now: time.now, parts: document.parts)
    try database.migrate(deadline: deadline)
    do throws(PipelineError) {
      let report = try database.retrying(deadline: deadline) {
        try database.connection.transaction(deadline: deadline) {
          var load = TableLoad(self, document, target, deadline)
          return try load.run(first).report
        }
      }
      hasDeclarations = true
      return report
    } catch {
      // The table may have been dropped while this process lived.
      hasDeclarations = false
      throw error
    }
  }

  /// Loads a document in a transaction, and rolls it back: also a new table or column is gone again. Like a load, it holds the
  /// table's locks for a few round trips; for a document in parts, until all of them are read.
  /// - Throws: the errors of `load`, and `SchemaMismatch` if the ledger is not of this version: a dry run does not migrate.
  public func dryRun(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> DryRun {
    /// Ends the transaction as an error does.
    struct Rollback: Error { let result: DryRun }

    let first = try SinkDocument(document.head, for: target, now: time.now, parts: document.parts)
    try database.reading(LoadState.statement(target, first), deadline: deadline) { _ in }
    return try database.retrying(deadline: deadline) {
      do {
        return try database.connection.transaction(deadline: deadline) {
          var load = TableLoad(self, document, target, deadline, isDryRun: true)
          throw Rollback(result: try load.run(first))
        }
      } catch let rollback as Rollback {
        return rollback.result
      }
    }
  }
}
