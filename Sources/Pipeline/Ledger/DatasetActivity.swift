import Contracts
import FoundationEssentials
import Postgres
import Time

/// The last work on a dataset, by the ledger.
public struct DatasetActivity: Equatable, Sendable {
  /// The start of the last run that read the source: no replay.
  public var startedAt: Date?
  /// The start of the last run that was a success.
  public var successAt: Date?
  /// The time of the last load that took effect, of any item.
  public var loadedAt: Date?

  public init(startedAt: Date? = nil, successAt: Date? = nil, loadedAt: Date? = nil) {
    self.startedAt = startedAt
    self.successAt = successAt
    self.loadedAt = loadedAt
  }
}

extension Ledger {
  /// Returns the last work on datasets, by their ids. Each id has an entry.
  public func activity(
    of datasets: [String], deadline: Deadline
  ) throws(PipelineError) -> [String: DatasetActivity] {
    let query = PostgresStatement(
      """
      select d.dataset,
        (select max(r.started_at) from etl_runs r where r.dataset = d.dataset and r.trigger <> 'replay') as started_at,
        (select max(r.started_at) from etl_runs r where r.dataset = d.dataset and r.status = 'success') as success_at,
        (select max(l.loaded_at) from loads l where l.dataset = d.dataset and not l.superseded) as loaded_at
      from unnest($1::text[]) d (dataset)
      """, [.texts(datasets)])
    return try database.reading(query, deadline: deadline) { rows in
      var found: [String: DatasetActivity] = [:]
      for row in rows {
        found[try row["dataset"]] = DatasetActivity(
          startedAt: try row["started_at"], successAt: try row["success_at"], loadedAt: try row["loaded_at"])
      }
      return found
    }
  }
}
