import Contracts
import Definitions
import Expectations
import Ledger
import Locking
import Time

/// The database, which a deployment may be without.
extension LoadingRegistry {
  /// - Throws: `ConfigurationInvalid` without a database.
  package var database: Database {
    get throws(PipelineError) {
      guard let databaseIfAny else { throw databaseSetting.missing }
      return databaseIfAny
    }
  }

  /// The ledger, for a program that does nothing without it.
  /// - Throws: `ConfigurationInvalid` without a database.
  public var ledger: Ledger {
    get throws(PipelineError) {
      guard let ledgerIfAny else { throw databaseSetting.missing }
      return ledgerIfAny
    }
  }

  /// The checkpoints of the datasets whose state is postgres, in the same database.
  /// - Throws: `ConfigurationInvalid` without a database.
  public var checkpoints: PostgresCheckpoints {
    get throws(PipelineError) { PostgresCheckpoints(try database) }
  }

  /// Returns the parts of a definition that need a database: `the sink postgres`; empty for a dataset that runs without one.
  public static func databaseNeeds(of definition: Definition) -> [String] {
    // A definition may have several of one kind.
    var needs = plugins.filter { plugin in
      plugin.needsDatabase && definition.sinks.contains { $0.plugin == plugin.form.name }
    }.map { "the sink \($0.form.name)" }
    if definition.dataset.kept?.kind == .postgres { needs.append("state.kind postgres") }
    if LockPlan(definition)?.place == .postgres { needs.append("lock.kind postgres") }
    needs += DocumentExpectations.comparingLoads(definition).map { "\($0), which compares with earlier loads" }
    return needs
  }

  /// Refuses a dataset that cannot be without a database, by name.
  /// - Throws: `DatabaseMissing` where there is none.
  public func check(_ definition: Definition) throws(PipelineError) {
    try databaseSetting.check(definition.dataset, needs: Self.databaseNeeds(of: definition))
  }

  /// Brings the database to the schema of this version; see `Database.upgrade`.
  public func migrate(
    isDryRun: Bool, deadline: Deadline, progress: (String) -> Void
  ) throws(PipelineError) -> MigrationReport {
    try database.upgrade(isDryRun: isDryRun, deadline: deadline, progress: progress)
  }

  /// Looks at the database, and changes nothing.
  /// - Throws: `DatabaseUnavailable`, `ConfigurationInvalid`; `SchemaMismatch` if the database is of a newer version.
  public func databaseState(deadline: Deadline) throws(PipelineError) -> DatabaseState {
    try database.state(deadline: deadline)
  }
}
