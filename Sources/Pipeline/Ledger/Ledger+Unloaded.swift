import Contracts
import FoundationEssentials
import Postgres
import Time

extension Ledger: UnloadedDocuments {
  /// Items that one call returns. The rest is for the next run.
  private static let maximumUnloaded = 1000

  public func unloaded(
    in dataset: Dataset, besides run: String, deadline: Deadline
  ) throws(PipelineError) -> [UnloadedDocument] {
    let statement = PostgresStatement(
      """
      select r.run, r.started_at, i.item, i.event_date
      from etl_runs r, unnest(r.items, r.dates) i (item, event_date)
      where r.dataset = $1 and r.run <> $2 and r.started_at > now() - interval '30 days'
        and not exists (select from loads l where l.dataset = r.dataset and l.run = r.run and l.item = i.item)
        and not exists (
          select from unloaded_documents u
          where u.dataset = r.dataset and u.run = r.run and u.item = i.item and u.state <> 'open'
            -- A run that was redriven since may have stored a document.
            and not (u.state = 'absent' and coalesce(r.ended_at > u.attempted_at, false)))
      order by r.started_at, r.run, i.item collate "C" limit \(Self.maximumUnloaded)
      """, [.text(dataset.id), .text(run)])
    return try database.retrying(deadline: deadline) {
      try database.connection.pipeline([statement], deadline: deadline)[0].map { row in
        let date: CalendarDate? = try row["event_date"]
        return UnloadedDocument(
          run: try row["run"], started: try row["started_at"], item: try WorkItem(id: row["item"], date: date))
      }
    }
  }

  public func beginAttempt(
    _ document: UnloadedDocument, at key: String, of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> SetAsideDocument? {
    // The load of the run itself is the first attempt, if it has failed for the document's sake.
    let statement = PostgresStatement(
      """
      insert into unloaded_documents as u (raw_key, dataset, run, item, attempts, attempted_at, error, cause, state)
      select $1, $2, $3, $4, 1 + count(f.item), now(), min(f.error), min(f.cause), 'open'
      from etl_failures f where f.dataset = $2 and f.run = $3 and f.item = $4 and f.stage = 'load'
        and f.error <> all ($6)
      on conflict (raw_key) do update
      set attempts = least(u.attempts + 1, $5 + 1), attempted_at = now(),
        -- One that was absent is there now: its run was redriven.
        state = case when u.attempts >= $5 then 'set aside' else 'open' end
      returning \(Self.setAsideColumns)
      """,
      [
        .text(key), .text(dataset.id), .text(document.run), .text(document.item.id),
        .int(UnloadedDocument.maximumAttempts),
        .texts(PipelineError.Name.allCases.filter(\.isOfOthers).map(\.rawValue)),
      ])
    return try setAside(statement, deadline)
  }

  public func endAttempt(
    at key: String, _ end: AttemptEnd, deadline: Deadline
  ) throws(PipelineError) -> SetAsideDocument? {
    let statement: PostgresStatement
    switch end {
    case .loaded:
      statement = PostgresStatement(
        "delete from unloaded_documents where raw_key = $1 returning \(Self.setAsideColumns)", [.text(key)])
    case .absent:
      // A scraper that was working when its run was stopped may store its document for as long as Lambda lets it.
      statement = PostgresStatement(
        """
        update unloaded_documents u set attempts = 0, attempted_at = now(), state = case when exists (
          select from etl_runs r where r.dataset = u.dataset and r.run = u.run
            and (r.ended_at < now() - interval '15 minutes' or r.started_at < now() - interval '1 day'))
          then 'absent' else 'open' end
        where raw_key = $1
        returning \(Self.setAsideColumns)
        """, [.text(key)])
    case .notTried:
      statement = PostgresStatement(
        """
        update unloaded_documents set attempted_at = now(),
          -- A run that began at the same time may have set it aside, for attempts of which this was one. It has made none.
          attempts = greatest(least(attempts, $2) - 1, 0), state = case when state = 'set aside' then 'open' else state end
        where raw_key = $1
        returning \(Self.setAsideColumns)
        """, [.text(key), .int(UnloadedDocument.maximumAttempts)])
    case .failed(let error):
      statement = PostgresStatement(
        """
        update unloaded_documents
        set error = $2, cause = $3, attempted_at = now(), state = case when attempts >= $4 then 'set aside' else state end
        where raw_key = $1
        returning \(Self.setAsideColumns)
        """,
        [
          .text(key), .text(error.name.rawValue), .text(error.message),
          .int(UnloadedDocument.maximumAttempts),
        ])
    }
    return try setAside(statement, deadline)
  }

  /// Returns the documents of a dataset that are set aside, the newest first, except those that were loaded since: by a replay
  /// of their runs' archives, or by their own runs, redriven.
  public func setAside(in dataset: Dataset, deadline: Deadline) throws(PipelineError) -> [SetAsideDocument] {
    let statement = PostgresStatement(
      """
      select \(Self.setAsideColumns) from unloaded_documents u where dataset = $1 and state = 'set aside'
        and not exists (
          select from loads l where l.raw_key = u.raw_key)
        and not exists (
          select from loads l join etl_runs r on r.dataset = l.dataset and r.run = l.run and r.trigger = 'replay'
          join etl_runs s on s.dataset = u.dataset and s.run = u.run
          where l.dataset = u.dataset and l.item = u.item and l.loaded_at > u.attempted_at
            -- The time at which the source was read is that of the archive. Clocks differ a little, and a scraper may
            -- outlive its run.
            and l.listed_at between s.started_at - interval '1 minute'
              and coalesce(s.ended_at, 'infinity') + interval '15 minutes')
      order by attempted_at desc, raw_key
      """, [.text(dataset.id)])
    return try database.retrying(deadline: deadline) {
      try database.connection.pipeline([statement], deadline: deadline)[0].map(Self.setAside)
    }
  }

  private static let setAsideColumns = "raw_key, run, item, attempts, error, cause, attempted_at, state"

  private static func setAside(_ row: PostgresRow) throws -> SetAsideDocument {
    SetAsideDocument(
      key: try row["raw_key"], run: try row["run"], item: try row["item"], attempts: try row["attempts"],
      error: try row["error"], cause: try row["cause"], setAsideAt: try row["attempted_at"])
  }

  /// - Returns: the row of the statement's result if it is set aside.
  private func setAside(
    _ statement: PostgresStatement, _ deadline: Deadline
  ) throws(PipelineError) -> SetAsideDocument? {
    try database.retrying(deadline: deadline) {
      guard let row = try database.connection.pipeline([statement], deadline: deadline)[0].first else { return nil }
      let state: String = try row["state"]
      return state == "set aside" ? try Self.setAside(row) : nil
    }
  }
}
