import Contracts
import FoundationEssentials
import Postgres

/// The ledger's knowledge of a document and its item.
struct LoadState {
  /// True if a later document of the item was loaded, which has all that this one has. A document of a dataset with
  /// `incremental` has only what was new when its source was read: it is loaded row by row, however old it is.
  let isSuperseded: Bool
  /// The counts of the document's earlier load in this run; nil if there is none.
  let counts: RecordCounts?

  static func statement(_ target: LoadTarget, _ document: TableDocument) -> PostgresStatement {
    PostgresStatement(
      """
      select exists (
          select from loads l
          where not $6 and l.dataset = $2 and l.item = $3
            and l.listed_at > coalesce($4, '-infinity'::timestamptz)) as is_superseded,
        case when t.run = $5 then (t.counts -> 'records')::text end as counts
      from (select $1::text) x (key) left join loads t on t.raw_key = x.key
      """,
      [
        .text(target.key), .text(target.dataset.id), .text(target.item.id), .time(document.listedAt), .text(target.run),
        .bool(target.dataset.state != nil),
      ])
  }

  init(_ rows: PostgresRows) throws {
    let text: String? = try rows.first?["counts"]
    isSuperseded = try rows.first?["is_superseded"] ?? false
    counts = text.flatMap { try? JSONDecoder().decode(RecordCounts.self, from: Data($0.utf8)) }
  }
}
