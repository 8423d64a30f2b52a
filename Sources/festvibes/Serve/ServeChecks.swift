import APISetup
import APISupport
import Contracts
import Enriching
import Ledger
import OperationsPage
import Settings
import Time

/// The checks of what the routes of the read API need beside valid settings. `festvibes doctor` shows them; `festvibes
/// serve` warns, and starts: the rest works, and a database may come later.
///
/// Each check returns the facts, and throws what is wrong: a `Fault`, or the error of a store.
struct ServeChecks {
  let settings: Settings

  /// Checks the database as the routes read it: the schema's version, and whether each table may be read.
  static func database(_ database: APIDatabase, of variable: String, within limit: Duration) throws -> String {
    let (closed, state) = try database.read(within: limit) { database, _, deadline in
      let closed = try APISetup(database).closedTables(
        of: DataDictionary.current.tables.map(\.name), deadline: deadline)
      // The version is in a table, too.
      return (closed, closed.isEmpty ? try database.state(deadline: deadline) : nil)
    }
    guard let state else {
      let names = closed.prefix(3).joined(separator: ", ") + (closed.count > 3 ? " and \(closed.count - 3) more" : "")
      throw Fault(message: "the user of \(variable) may not read \(names)", next: NextStep("migrate --api"))
    }
    guard let version = state.version else {
      throw Fault(message: "the database of \(variable) has no tables of this program yet", next: NextStep("migrate"))
    }
    guard state.pendingMigrations.isEmpty else {
      throw Fault(
        message: "the database of \(variable) is at version \(version), this program needs \(state.knownVersion)",
        next: NextStep("migrate"))
    }
    let transport = state.isEncrypted ? "TLS" : "no TLS"
    return "\(variable): version \(state.server), \(transport), schema version \(version), tables can be read"
  }

  /// Checks the model of `/search`.
  /// - Returns: nil if there is none.
  func search() throws -> String? {
    guard let file = settings.weights else { return nil }
    do throws(PipelineError) { _ = try EnrichingRegistry.model(of: file) } catch {
      let isNamed = !settings.environment[EnvironmentVariable.embeddingWeights.name, default: ""].isEmpty
      throw Fault(
        message: "no /search: \(error.message)",
        next: NextStep(shell: isNamed ? "unset EMBEDDING_WEIGHTS && make weights" : "make weights"))
    }
    return "the weights are in \(file)"
  }

  /// The remark about a machine without the model.
  static let withoutSearch = "no /search: there are no weights at \(Stores.localWeights); `make weights` makes them"

  /// Checks the folder of the definitions, without which `/series` and `/ops` fail, and the names in API_SCHEDULES.
  func schedules() throws -> String {
    let datasets: [OperatedDataset]
    do throws(PipelineError) { datasets = try OperatedDataset.all(settings.datasetsBySchedule) } catch {
      let isNamed = !settings.environment[EnvironmentVariable.datasetsFolder.name, default: ""].isEmpty
      throw Fault(
        message: "no /series and no /ops: \(error.message)",
        next: isNamed ? NextStep(shell: "unset DATASETS_DIR") : NextStep("doctor"))
    }
    let unknown = settings.startedSchedules.unknown(in: datasets)
    guard unknown.isEmpty else {
      throw Fault(
        message: "API_SCHEDULES has \(unknown.joined(separator: ", ")), and no definition has such a schedule: write "
          + "DATASET, or DATASET/JOB",
        next: NextStep("datasets"))
    }
    let isSet = !settings.environment[EnvironmentVariable.apiSchedules.name, default: ""].isEmpty
    return isSet
      ? "API_SCHEDULES names no other schedule than those of the definitions" : "the definitions can be read"
  }

  /// Writes a warning if a check fails.
  /// - Returns: the facts; nil after a warning.
  @discardableResult
  static func warn<Facts>(_ check: () throws -> Facts) -> Facts? {
    do { return try check() } catch {
      let fault = error as? Fault
      let message = fault?.message ?? (error as? PipelineError)?.message ?? "\(error)"
      Output.errorLine("Warning: \(message)\n\((fault?.next ?? NextStep("doctor")).line)")
      return nil
    }
  }
}
