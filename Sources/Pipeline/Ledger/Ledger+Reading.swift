import Contracts
import FoundationEssentials
import Postgres
import Time

/// What an operator asks. All of it is one round trip, and throws as `events(in:until:)`.
extension ConcertsDatabase {
  /// The last runs, the newest first.
  public func runs(of dataset: Dataset, last count: Int, until deadline: Deadline) throws(PipelineError) -> [RunRecord]
  {
    try reading(Self.runs(dataset.name, last: count), until: deadline) { try $0.map(Self.run) }
  }

  /// A run and its dates, in order; nil when the ledger has no such run.
  public func run(
    named name: String, of dataset: Dataset, until deadline: Deadline
  ) throws(PipelineError) -> (record: RunRecord, dates: [RunItem])? {
    guard
      let record = try reading(Self.runs(dataset.name, named: name), until: deadline, { try $0.first.map(Self.run) })
    else { return nil }
    let dates = try reading(
      PostgresStatement(Self.datesQuery, [.text(dataset.name), .text(name)]), until: deadline
    ) { try $0.map(Self.runDate) }
    return (record, dates)
  }

  /// Those of the dates that have ever been loaded, if only as days without events; system 000 left no more than events.
  public func loaded(
    _ dates: [CalendarDate], of dataset: Dataset, until deadline: Deadline
  ) throws(PipelineError) -> Set<CalendarDate> {
    let query = PostgresStatement(
      """
      select x.date from unnest($2::date[]) x (date)
      where exists (select from loads l where l.dataset = $1 and l.event_date = x.date)
        or exists (select from events e where e.source = $1 and e.event_date = x.date)
      """, [.text(dataset.name), .dates(dates)])
    return try reading(query, until: deadline) { rows in Set(try rows.map { try $0["date"] as CalendarDate }) }
  }

  /// Each date of a range, both ends included.
  public func freshness(
    of range: ClosedRange<CalendarDate>, in dataset: Dataset, until deadline: Deadline
  ) throws(PipelineError) -> [ItemFreshness] {
    let values: [PostgresValue] = [.text(dataset.name), .dates(range.dates)]
    return try reading(PostgresStatement(Self.freshnessQuery, values), until: deadline) { rows in
      try rows.map { row in
        ItemFreshness(
          date: try row["event_date"], shows: try row["shows"], loadedAt: try row["loaded_at"], run: try row["run"],
          openRejections: try row["open_rejections"], failure: try Self.failure(row), failedRun: try row["failed_run"])
      }
    }
  }

  /// The records that are set aside, by date and place in their documents.
  /// - Parameters:
  ///   - date: of this date only.
  ///   - run: all that this run set aside, whatever became of it since; without it those that are open.
  public func rejections(
    of dataset: Dataset, on date: CalendarDate? = nil, ofRun run: String? = nil, until deadline: Deadline
  ) throws(PipelineError) -> [QuarantinedRecord] {
    let values: [PostgresValue] = [.text(dataset.name), .date(date), .text(run)]
    return try reading(PostgresStatement(Self.rejectionsQuery, values), until: deadline) { rows in
      try rows.map { row in
        let resolvedAt: Date? = try row["resolved_at"]
        return QuarantinedRecord(
          date: try row["event_date"], rawKey: try row["raw_key"], run: try row["run"], position: try row["position"],
          reason: try row["reason"], href: try row["href"], record: try row["record"],
          rejectedAt: try row["rejected_at"],
          resolution: try resolvedAt.map {
            .init(
              kind: try row["resolution"], at: $0, rawKey: try row["resolved_by_key"], run: try row["resolved_by_run"])
          })
      }
    }
  }

  // MARK: runs

  /// - Parameters:
  ///   - name: only this run.
  ///   - count: so many at most.
  static func runs(_ dataset: String, named name: String? = nil, last count: Int = 1) -> PostgresStatement {
    PostgresStatement(
      """
      select r.run, r.trigger, r.status, r.started_at, r.ended_at, r.dates, r.error, r.cause,
        (select count(*) from etl_failures f where f.dataset = r.dataset and f.run = r.run) as dates_failed,
        coalesce(r.dates_loaded, c.dates_loaded, 0) as dates_loaded,
        coalesce(r.records_found, c.records_found, 0) as records_found,
        coalesce(r.records_new, c.records_new, 0) as records_new,
        coalesce(r.records_changed, c.records_changed, 0) as records_changed,
        coalesce(r.records_unchanged, c.records_unchanged, 0) as records_unchanged,
        coalesce(r.records_rejected, c.records_rejected, 0) as records_rejected,
        coalesce(r.records_cancelled, c.records_cancelled, 0) as records_cancelled
      from (
        select * from etl_runs where dataset = $1 and ($2::text is null or run = $2)
        order by started_at desc, run desc limit $3
      ) r
      left join lateral (
        select * from etl_run_counts c where c.dataset = r.dataset and c.run = r.run and r.ended_at is null
      ) c on true
      order by r.started_at desc, r.run desc
      """, [.text(dataset), .text(name), .int(count)])
  }

  static func run(_ row: PostgresRow) throws -> RunRecord {
    RunRecord(
      run: try row["run"], trigger: try named(row, "trigger"), status: try named(row, "status"),
      startedAt: try row["started_at"], endedAt: try row["ended_at"], dates: try row["dates"],
      datesLoaded: try row["dates_loaded"], datesFailed: try row["dates_failed"], events: try recordCounts(row),
      cancelled: try row["records_cancelled"], error: try row["error"], cause: try row["cause"])
  }

  private static func runDate(_ row: PostgresRow) throws -> RunItem {
    let rawKey: String? = try row["raw_key"]
    return RunItem(
      date: try row["event_date"],
      load: try rawKey.map {
        .init(
          rawKey: $0, loadedAt: try row["loaded_at"], isSuperseded: try row["superseded"], events: try recordCounts(row),
          cancelled: try row["records_cancelled"])
      },
      failure: try failure(row))
  }

  private static func recordCounts(_ row: PostgresRow) throws -> RecordCounts {
    RecordCounts(
      found: try row["records_found"], new: try row["records_new"], changed: try row["records_changed"],
      unchanged: try row["records_unchanged"], rejected: try row["records_rejected"])
  }

  /// A text column that holds one of a type's names.
  private static func named<Value: RawRepresentable<String>>(_ row: PostgresRow, _ column: String) throws -> Value {
    let text: String = try row[column]
    guard let value = Value(rawValue: text) else {
      throw PipelineError(.schemaMismatch, "\(column) is '\(text)', which this program does not know")
    }
    return value
  }

  private static func failure(_ row: PostgresRow) throws -> ItemFailure? {
    guard let error: String = try row["error"] else { return nil }
    let stage: String? = try row["stage"]
    return ItemFailure(
      date: try row["event_date"], stage: try stage.map { _ in try named(row, "stage") }, error: error,
      cause: try row["cause"], failedAt: try row["failed_at"])
  }

  private static let datesQuery = """
    select d as event_date, l.raw_key, l.loaded_at, l.superseded, l.records_found, l.records_new, l.records_changed,
      l.records_unchanged, l.records_rejected, l.records_cancelled, f.stage, f.error, f.cause, f.failed_at
    from (
      select unnest(dates) as d from etl_runs where dataset = $1 and run = $2
      union select event_date from loads where dataset = $1 and run = $2
      union select event_date from etl_failures where dataset = $1 and run = $2
    ) x
    left join lateral (
      select * from loads where dataset = $1 and run = $2 and event_date = d order by id desc limit 1
    ) l on true
    left join etl_failures f on f.dataset = $1 and f.run = $2 and f.event_date = d
    order by d
    """

  private static let freshnessQuery = """
    select d as event_date, l.loaded_at, l.run, f.run as failed_run, f.stage, f.error, f.cause, f.failed_at,
      (select count(*) from events where source = $1 and event_date = d and status = 'scheduled') as shows,
      (select count(*) from rejected_records r
        where r.dataset = $1 and r.event_date = d and r.resolved_at is null) as open_rejections
    from unnest($2::date[]) d
    left join lateral (
      select loaded_at, run from loads where dataset = $1 and event_date = d and not superseded
      order by loaded_at desc, id desc limit 1
    ) l on true
    left join lateral (
      select * from etl_failures where dataset = $1 and event_date = d order by failed_at desc, run desc limit 1
    ) f on f.failed_at > coalesce(l.loaded_at, '-infinity')
    order by d
    """

  private static let rejectionsQuery = """
    select r.event_date, r.raw_key, l.run, r.position, r.reason, r.href, r.record, r.rejected_at, r.resolved_at,
      r.resolution, b.raw_key as resolved_by_key, b.run as resolved_by_run
    from rejected_records r left join loads l on l.id = r.load_id left join loads b on b.id = r.resolved_by
    where r.dataset = $1 and ($2::date is null or r.event_date = $2)
      and case when $3::text is null then r.resolved_at is null else l.run = $3 end
    order by r.event_date, r.raw_key, r.position
    """
}
