import Contracts
import FoundationEssentials
import Ledger
import Postgres
import Time

/// The numbers that only the page asks of the ledger.
struct LedgerNumbers {
  let database: Database
  let deadline: Deadline

  /// Returns the ids of the datasets that were ever run, and whether the items of their last run are days.
  func datasets() throws(PipelineError) -> [(id: String, hasDates: Bool)] {
    let query = PostgresStatement(
      """
      select d.dataset, coalesce(r.dates[1] is not null, false) as has_dates
      from (select distinct dataset from etl_runs) d
      cross join lateral (
        select dates from etl_runs r where r.dataset = d.dataset order by started_at desc limit 1) r
      order by d.dataset
      """)
    return try database.reading(query, deadline: deadline) { try $0.map { (try $0["dataset"], try $0["has_dates"]) } }
  }

  /// Returns the pages that runs read, and that they could not read, by the runs' names.
  func requests(of dataset: String, runs: [String]) throws(PipelineError) -> [String: (read: Int, failed: Int)] {
    let query = PostgresStatement(
      """
      select run, sum(pages_read)::integer as read, sum(pages_failed)::integer as failed from loads
      where dataset = $1 and run = any ($2) and pages_read is not null group by run
      """, [.text(dataset), .texts(runs)])
    return try database.reading(query, deadline: deadline) { rows in
      var found: [String: (read: Int, failed: Int)] = [:]
      for row in rows { found[try row["run"]] = (try row["read"], try row["failed"]) }
      return found
    }
  }

  /// Returns the numbers of stored records of items, by the last load of each.
  func records(of dataset: String, items: [String]) throws(PipelineError) -> [String: Int] {
    let query = PostgresStatement(
      """
      select x.item, l.records from unnest($2::text[]) x (item)
      cross join lateral (
        select records_found - records_rejected as records from loads
        where dataset = $1 and item = x.item and not superseded order by loaded_at desc, id desc limit 1) l
      """, [.text(dataset), .texts(items)])
    return try database.reading(query, deadline: deadline) { rows in
      var found: [String: Int] = [:]
      for row in rows { found[try row["item"]] = try row["records"] }
      return found
    }
  }

  /// Returns the records in quarantine by reason, most frequent first, and the number of all.
  func rejections(of dataset: String) throws(PipelineError) -> (groups: [DatasetReport.Rejections], total: Int) {
    let query = PostgresStatement(
      """
      select reason, count(*) as records, min(rejected_at) as since, (sum(count(*)) over ())::integer as total,
        (array_agg(distinct item order by item))[1:4] as items
      from rejected_records where dataset = $1 and resolved_at is null
      group by reason order by records desc, reason limit 8
      """, [.text(dataset)])
    return try database.reading(query, deadline: deadline) { rows in
      let groups = try rows.map { row in
        DatasetReport.Rejections(
          reason: try row["reason"], count: try row["records"], items: try row["items"], since: try row["since"])
      }
      return (groups, try rows.first.map { try $0["total"] } ?? 0)
    }
  }
}
