import Contracts
import FoundationEssentials
import Postgres

/// The ledger's knowledge of a document and its item.
struct LoadState {
  /// True if a later document of the item was loaded, which has all that this one has.
  let isSuperseded: Bool
  /// True if a later document of an item of a dataset with `incremental` was loaded. It has every change that this one has,
  /// because it was read from a checkpoint that this one had not moved, but not what the source has dropped since.
  let isLate: Bool
  /// The counts of the document's earlier load in this run; nil if there is none.
  let counts: RecordCounts?

  static func statement(_ target: LoadTarget, _ document: TableDocument) -> PostgresStatement {
    PostgresStatement(
      """
      select exists (
          select from loads l
          where l.dataset = $2 and l.item = $3 and l.listed_at > coalesce($4, '-infinity'::timestamptz)) as is_older,
        case when t.run = $5 then (t.counts -> 'records')::text end as counts
      from (select $1::text) x (key) left join loads t on t.raw_key = x.key
      """,
      [
        .text(target.key), .text(target.dataset.id), .text(target.item.id), .time(document.listedAt), .text(target.run),
      ])
  }

  init(_ rows: PostgresRows, _ target: LoadTarget) throws {
    let text: String? = try rows.first?["counts"]
    let isOlder = try rows.first?["is_older"] ?? false
    isSuperseded = isOlder && target.dataset.state == nil
    isLate = isOlder && target.dataset.state != nil
    counts = text.flatMap { try? JSONDecoder().decode(RecordCounts.self, from: Data($0.utf8)) }
  }
}
