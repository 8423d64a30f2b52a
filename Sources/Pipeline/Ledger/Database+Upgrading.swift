import Contracts
import Postgres
import Time

extension Database {
  /// Ends a dry run's transaction.
  private struct RolledBack: Error { let report: MigrationReport }

  /// Migrates like `migrate`, reports what happens to stored rows, and builds indexes on large tables without blocking
  /// other readers and writers. Steps before such an index are committed first, so an interrupted upgrade goes on where
  /// it was; what a build left unfinished is dropped and built anew.
  /// - Parameters:
  ///   - isDryRun: does everything but the concurrent builds in a transaction that is rolled back. Only numbers of
  ///     sequences are consumed.
  ///   - progress: called before an index is built, with its definition.
  /// - Throws: the errors of `migrate`; `DatabaseConflict` while another process builds the indexes.
  @discardableResult
  public func upgrade(
    isDryRun: Bool = false, deadline: Deadline, progress: (String) -> Void = { _ in }
  ) throws(PipelineError) -> MigrationReport {
    var report = MigrationReport()
    var built: [Int: [String]] = [:]
    while true {
      let (applied, slow) = try retrying(deadline: deadline) { try applyOnce(isDryRun: isDryRun, deadline: deadline) }
      report.steps += applied.steps
      report.recreated += applied.recreated
      guard let slow else { break }
      built[slow.version, default: []] += try retrying(deadline: deadline) {
        try build(slow, deadline: deadline, progress: progress)
      }
    }
    for number in report.steps.indices { report.steps[number].indexes += built[report.steps[number].version] ?? [] }
    if !isDryRun { isMigrated = true }
    return report
  }

  private func applyOnce(isDryRun: Bool, deadline: Deadline) throws -> (report: MigrationReport, slow: Migration?) {
    guard try !pending(migrations, deadline: deadline).isEmpty else { return (MigrationReport(), nil) }
    do {
      return try connection.transaction(deadline: deadline) {
        let result = try apply(migrations, isDryRun ? .dryRun : .stepwise, deadline: deadline)
        if isDryRun { throw RolledBack(report: result.report) }
        return result
      }
    } catch let end as RolledBack {
      return (end.report, nil)
    }
  }

  /// Builds a step's missing indexes on large tables, one after another, outside a transaction.
  /// - Returns: their definitions.
  private func build(_ migration: Migration, deadline: Deadline, progress: (String) -> Void) throws -> [String] {
    let built: [String]? = try connection.withAdvisoryLock(Self.buildLock, deadline: deadline) {
      var built: [String] = []
      for state in try missingIndexes(of: migration, deadline: deadline) where state.isSlow {
        // With the lock held, an invalid index is what an interrupted build left.
        if state.isInvalid {
          try connection.execute(script: "drop index concurrently \(state.index.name)", deadline: deadline)
        }
        progress(state.index.definition)
        try connection.execute(script: "create index concurrently \(state.index.definition)", deadline: deadline)
        built.append(state.index.definition)
      }
      return built
    }
    guard let built else {
      throw PipelineError(
        .databaseConflict, "another process builds the indexes of migration \(migration.version): wait until it is done"
      )
    }
    return built
  }

  private static let buildLock = 0x6665_7374_6978_6573
}
