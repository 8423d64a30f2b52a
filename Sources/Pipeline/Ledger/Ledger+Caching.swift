import Contracts
import FoundationEssentials
import Postgres
import Time

extension Ledger {
  /// Records which items were just written to the cache, and when the cache drops them. It is tried once: the next
  /// writing of the same items records them again.
  /// - Throws: `SchemaMismatch`, or an error of the database.
  public func recordCached(
    _ items: [PublishedItem], of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) {
    guard !items.isEmpty else { return }
    // In the order of the keys, so that two writers of the same items do not lock each other.
    let sorted = items.sorted { $0.item < $1.item }
    let statement = PostgresStatement(
      """
      insert into cached_items as c (dataset, item, event_date, cached_at, expires_at, records)
      select $1, x.item, x.date, now(), now() + make_interval(secs => x.lifetime), x.records
      from unnest($2::text[], $3::date[], $4::int8[], $5::int8[]) x (item, date, records, lifetime)
      on conflict (dataset, item) do update
      set event_date = excluded.event_date, cached_at = excluded.cached_at, expires_at = excluded.expires_at,
        records = excluded.records
      """,
      [
        .text(dataset.id), .texts(sorted.map(\.item.id)), .dates(sorted.map(\.item.date)),
        .ints(sorted.map(\.records)), .ints(sorted.map(\.lifetime)),
      ])
    do { try database.connection.pipeline([statement], deadline: deadline) } catch {
      throw (error as? PostgresError).map { PipelineError($0, variable: database.variable) }
        ?? PipelineError(.databaseUnavailable, "the database: \(type(of: error))")
    }
  }
}
