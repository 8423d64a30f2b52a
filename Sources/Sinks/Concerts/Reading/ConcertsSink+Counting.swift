import Contracts
import Ledger
import Postgres
import Time

extension ConcertsSink: RecordCounting {
  /// Counts the scheduled events of each item's date.
  /// - Throws: `SchemaMismatch` if the database has another version, or an error of the database.
  public func storedCounts(
    of items: [WorkItem], in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> [String: Int] {
    let query = PostgresStatement(
      """
      select x.date, (
        select count(*) from events e
        where e.source = $1 and e.event_date = x.date and e.status = 'scheduled') as events
      from unnest($2::date[]) x (date)
      """, [.text(dataset.source), .dates(items.compactMap(\.date))])
    let counts: [CalendarDate: Int] = try database.reading(query, deadline: deadline) { rows in
      Dictionary(try rows.map { (try $0["date"], try $0["events"]) }, uniquingKeysWith: { first, _ in first })
    }
    return Dictionary(
      items.map { ($0.id, $0.date.flatMap { counts[$0] } ?? 0) }, uniquingKeysWith: { first, _ in first })
  }
}
