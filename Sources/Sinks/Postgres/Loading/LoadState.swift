import Contracts
import FoundationEssentials
import Postgres
import Routing

/// The ledger's knowledge of a document and its item.
struct LoadState {
  /// True if a later document of the item was loaded, which has all that this one has.
  let isSuperseded: Bool
  /// True if a later document of an item of a dataset with `incremental` was loaded. It has every change that this one has,
  /// because it was read from a checkpoint that this one had not moved, but not what the source has dropped since.
  let isLate: Bool
  /// True if the listing was loaded before any later one, so that this is its replay: its rows are newer than some, and
  /// older than others.
  let wasInTurn: Bool
  /// The keys of records that the item's load of this listing rejected, and that a later listing resolved. A replay must not
  /// bring them back: the later listing may have found the stored row unchanged, which then still has an older time.
  let resolvedLater: Set<String>
  /// The counts of the document's earlier load in this run; nil if there is none.
  let counts: RecordCounts?

  static func statement(_ target: LoadTarget, _ document: SinkDocument) -> PostgresStatement {
    PostgresStatement(
      """
      with items_loads as (select id, listed_at from loads where dataset = $2 and item = $3)
      select exists (
          select from items_loads l where l.listed_at > coalesce($4, '-infinity'::timestamptz)) as is_older,
        exists (
          select from items_loads l where l.listed_at = $4 and not exists (
            select from items_loads b where b.listed_at > $4 and b.id < l.id)) as was_in_turn,
        (select jsonb_agg(distinct r.href)
          from rejected_records r join items_loads l on l.id = r.load_id join items_loads b on b.id = r.resolved_by
          where r.dataset = $2 and r.item = $3 and r.href is not null
            and l.listed_at = $4 and b.listed_at > $4)::text as resolved_later,
        case when t.run = $5 then (t.counts -> 'records')::text end as counts
      from (select $1::text) x (key) left join loads t on t.raw_key = x.key
      """,
      [
        .text(target.key), .text(target.dataset.id), .text(target.item.id), .time(document.listedAt), .text(target.run),
      ])
  }

  init(_ rows: PostgresRows, _ target: LoadTarget) throws {
    let text: String? = try rows.first?["counts"]
    let keys: String? = try rows.first?["resolved_later"]
    let isOlder = try rows.first?["is_older"] ?? false
    wasInTurn = try rows.first?["was_in_turn"] ?? false
    isSuperseded = isOlder && target.dataset.state == nil
    isLate = isOlder && target.dataset.state != nil
    resolvedLater = keys.flatMap { try? JSONDecoder().decode(Set<String>.self, from: Data($0.utf8)) } ?? []
    counts = text.flatMap { try? JSONDecoder().decode(RecordCounts.self, from: Data($0.utf8)) }
  }
}
