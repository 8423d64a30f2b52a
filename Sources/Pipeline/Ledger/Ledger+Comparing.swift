import Contracts
import FoundationEssentials
import Postgres
import Time

/// The history with which a document and a run are compared.
extension Ledger {
  /// The breaches that a run's summary has at most.
  static let maximumWarnings = 20

  /// Returns the numbers of records that were found by the item's last loads before a document, the newest first. Two loads
  /// of one listing, as after a replay, are one.
  /// - Parameters:
  ///   - listedAt: the time of the document's listing; nil for now.
  ///   - ignoresEmpty: true to leave out loads without records.
  ///   - migrates: true if the schema may be brought to this program's version first.
  /// - Throws: `SchemaMismatch`, or an error of the database.
  public func earlierCounts(
    of target: LoadTarget, listedAt: Date?, last count: Int, ignoresEmpty: Bool, migrates: Bool, deadline: Deadline
  ) throws(PipelineError) -> [Int] {
    if migrates { try database.migrate(deadline: deadline) }
    let statement = PostgresStatement(
      """
      select records_found from (
        select distinct on (at) coalesce(listed_at, loaded_at) as at, records_found from loads
        where dataset = $1 and item = $2 and not superseded and raw_key <> $3 and (not $4 or records_found > 0)
        order by at desc, id desc
      ) l
      where $5::timestamptz is null or at < $5
      order by at desc limit $6
      """,
      [
        .text(target.dataset.id), .text(target.item.id), .text(target.key), .bool(ignoresEmpty), .time(listedAt),
        .int(count),
      ])
    return try database.reading(statement, deadline: deadline) { rows in try rows.map { try $0["records_found"] } }
  }

  /// Selects the counts of the last runs before one, the newest first: scheduled ones and those of events that have loaded
  /// every item, of the same items or of as many days. The ledger does not know the job of a run, but its items. A replay is
  /// not compared, nor a run that was given up.
  static func earlierRuns(_ dataset: String, _ run: String) -> PostgresStatement {
    PostgresStatement(
      """
      select e.records_found, e.records_new, e.records_changed, e.records_unchanged, e.records_rejected,
        e.records_cancelled
      from etl_runs r join etl_runs e on e.dataset = r.dataset and e.started_at < r.started_at
        and e.trigger in ('schedule', 'event') and e.status in ('success', 'partial')
        and e.dates_loaded = cardinality(e.items) and cardinality(e.items) = cardinality(r.items)
        and (e.items = r.items or e.dates[1] is not null and r.dates[1] is not null)
      where r.dataset = $1 and r.run = $2 and r.status in ('success', 'partial') and r.trigger <> 'replay'
      order by e.started_at desc, e.run desc limit $3
      """, [.text(dataset), .text(run), .int(RunComparison.maximumRuns)])
  }

  /// Selects the breaches of expectations of a run that change no status.
  static func warnings(_ dataset: String, _ run: String) -> PostgresStatement {
    PostgresStatement(
      """
      select l.item || ': ' || w.text as warning
      from loads l join etl_runs x on x.dataset = l.dataset and x.run = $2
        cross join jsonb_array_elements_text(l.counts -> 'warnings') w (text)
      where l.dataset = $1 and (l.run = $2 or \(isOfEarlierRun)) order by l.item collate "C", l.id, w.text limit $3
      """, [.text(dataset), .text(run), .int(maximumWarnings)])
  }

  /// The condition that a load `l` is of a run that had ended before, and took place during the run `x`: the document was
  /// loaded by its opening.
  static let isOfEarlierRun = """
    l.loaded_at between x.started_at and coalesce(x.ended_at, 'infinity') and exists (
      select from etl_runs o where o.dataset = l.dataset and o.run = l.run and o.run <> x.run and o.ended_at < x.started_at)
    """

  static func warning(_ row: PostgresRow) throws -> String { try row["warning"] }

  /// Returns a run with the comparison and the breaches.
  static func compared(_ record: RunRecord, to earlier: [RecordCounts], _ warnings: [String]) -> RunRecord {
    var record = record
    record.comparison = RunComparison(record.records, to: earlier)
    record.warnings = warnings
    return record
  }
}
