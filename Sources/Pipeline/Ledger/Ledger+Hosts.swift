import Contracts
import Postgres
import Time

/// The calls of a host without AWS, beside those of the functions: a process that runs a dataset's stages itself.
extension Ledger {
  /// Takes the right to run a dataset in this process, or keeps it. It belongs to this ledger's connection, so that it ends
  /// with the process, however that ends. The database is migrated first.
  /// - Returns: false if another process has it.
  /// - Throws: an error of the database.
  public func claimHost(of dataset: Dataset, deadline: Deadline) throws(PipelineError) -> Bool {
    try database.migrate(deadline: deadline)
    let claim = PostgresStatement(
      "select pg_try_advisory_lock(hashtextextended($1, 0)) as is_claimed", [.text(Self.right(to: dataset))])
    return try database.reading(claim, deadline: deadline) { rows in try rows.first?["is_claimed"] ?? false }
  }

  /// True if a process runs the dataset, on whatever machine: it has the right that `claimHost` gives.
  public func hasHost(_ dataset: Dataset, deadline: Deadline) throws(PipelineError) -> Bool {
    let query = PostgresStatement(
      """
      select exists (
        select from pg_locks l, (select hashtextextended($1, 0)) k (key)
        where l.locktype = 'advisory' and l.granted and l.objsubid = 1
          and l.database = (select oid from pg_database where datname = current_database())
          and l.classid::bigint = (k.key >> 32) & 4294967295 and l.objid::bigint = k.key & 4294967295
      ) as is_hosted
      """, [.text(Self.right(to: dataset))])
    return try database.reading(query, deadline: deadline) { rows in try rows.first?["is_hosted"] ?? false }
  }

  private static func right(to dataset: Dataset) -> String { "festvibes host of \(dataset.id)" }

  /// Returns the last name, in the order of its bytes, of the dataset's runs whose names have a prefix and a length.
  /// - Parameter last: leaves out the names after it; nil for none.
  public func lastRun(
    named prefix: String, length: Int, upTo last: String? = nil, of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> String? {
    let query = PostgresStatement(
      """
      select max(run collate "C") as run from etl_runs
      where dataset = $1 and starts_with(run, $2) and length(run) = $3
        and ($4::text is null or run collate "C" <= $4)
      """, [.text(dataset.id), .text(prefix), .int(length), .text(last)])
    return try database.reading(query, deadline: deadline) { rows in try rows.first?["run"] }
  }

  /// Returns the names of the dataset's open runs whose names have one of some prefixes, oldest first.
  public func openRuns(
    named prefixes: [String], of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let query = PostgresStatement(
      """
      select run from etl_runs
      where dataset = $1 and ended_at is null and exists (select from unnest($2::text[]) p where starts_with(run, p))
      order by started_at, run
      """, [.text(dataset.id), .texts(prefixes)])
    return try database.reading(query, deadline: deadline) { rows in try rows.map { try $0["run"] } }
  }
}
