import Contracts
import FoundationEssentials
import Postgres
import Time

/// The rows of the ledger's queries as values.
extension Ledger {
  static func run(_ row: PostgresRow) throws -> RunRecord {
    let (ids, dates): ([String], [CalendarDate?]) = (try row["items"], try row["dates"])
    var record = RunRecord(
      run: try row["run"], trigger: try named(row, "trigger"), status: try named(row, "status"),
      startedAt: try row["started_at"], endedAt: try row["ended_at"], items: try zip(ids, dates).map(item),
      itemsLoaded: try row["dates_loaded"], itemsFailed: try row["dates_failed"], records: try recordCounts(row),
      error: try row["error"], cause: try row["cause"])
    record.pagesFailed = try row["pages_failed"]
    record.lastSuccess = try row["last_success"]
    record.itemsAborted = try row["items_aborted"]
    record.itemsNotTried = try row["items_not_tried"]
    record.origin = RunOrigin(
      jobType: try row["job_type"], bucket: try row["object_bucket"], key: try row["object_key"], host: try row["host"])
    record.enrichment = try row["enrichment"]
    return record
  }

  static func pages(_ row: PostgresRow) throws -> PageCounts? {
    guard let read: Int = try row["pages_read"], let failed: Int = try row["pages_failed"] else { return nil }
    return PageCounts(read: read, failed: failed)
  }

  static func runItem(_ row: PostgresRow) throws -> RunItem {
    let rawKey: String? = try row["raw_key"]
    return RunItem(
      item: try item(row),
      load: try rawKey.map {
        .init(
          rawKey: $0, loadedAt: try row["loaded_at"], isSuperseded: try row["superseded"],
          records: try recordCounts(row), pages: try pages(row))
      },
      failure: try failure(row))
  }

  static func item(_ row: PostgresRow) throws -> WorkItem { try item(row["item"], row["event_date"]) }

  private static func item(_ id: String, _ date: CalendarDate?) throws -> WorkItem {
    do { return try WorkItem(id: id, date: date) } catch {
      throw PipelineError(.schemaMismatch, "the ledger has an item that this program does not know: \(error.message)")
    }
  }

  static func failure(_ row: PostgresRow) throws -> ItemFailure? {
    guard let error: String = try row["error"] else { return nil }
    let stage: String? = try row["stage"]
    return ItemFailure(
      item: try item(row), stage: try stage.map { _ in try named(row, "stage") }, error: error,
      cause: try row["cause"], failedAt: try row["failed_at"])
  }

  static func recordCounts(_ row: PostgresRow) throws -> RecordCounts {
    RecordCounts(
      found: try row["records_found"], new: try row["records_new"], changed: try row["records_changed"],
      unchanged: try row["records_unchanged"], rejected: try row["records_rejected"],
      cancelled: try row["records_cancelled"])
  }

  /// Reads a text column that holds a name of an enumeration.
  private static func named<Value: RawRepresentable<String>>(_ row: PostgresRow, _ column: String) throws -> Value {
    let text: String = try row[column]
    guard let value = Value(rawValue: text) else {
      throw PipelineError(.schemaMismatch, "\(column) is '\(text)', which this program does not know")
    }
    return value
  }
}
