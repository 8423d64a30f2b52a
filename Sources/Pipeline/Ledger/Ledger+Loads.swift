import Contracts
import FoundationEssentials
import Postgres

/// The statements that write a load for sinks that do not write it themselves.
extension Ledger {
  /// Writes the load's row, and selects its id. Loading a document again updates its row only if that changed something,
  /// so that the counts stay those of the load that took effect.
  static func load(_ report: LoadReport, _ target: LoadTarget) throws -> [PostgresStatement] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var counts = report.counts
    for result in report.sinks { counts[result.sink] = result.records }
    counts["records"] = report.records
    return [
      PostgresStatement(
        """
        insert into loads as l (dataset, item, event_date, raw_key, run, counts, listed_at, superseded,
          pages_read, pages_failed)
        values ($1, $2, $3, $4, $5, $6::text::jsonb || $11::text::jsonb, $7, $8, $9, $10)
        on conflict (raw_key) do update
        set counts = excluded.counts, loaded_at = now(), listed_at = excluded.listed_at, superseded = false,
          run = coalesce(excluded.run, l.run), pages_read = coalesce(excluded.pages_read, l.pages_read),
          pages_failed = coalesce(excluded.pages_failed, l.pages_failed)
        where not excluded.superseded
          and (l.superseded or excluded.listed_at is distinct from l.listed_at
            or excluded.records_new + excluded.records_changed + excluded.records_cancelled > 0
            or excluded.records_rejected <> l.records_rejected
            or (excluded.counts ?| $12) <> (l.counts ?| $12))
        """,
        [
          .text(target.dataset.id), .text(target.item.id), .date(target.item.date), .text(target.key),
          .text(target.run), .text(String(decoding: try encoder.encode(counts), as: UTF8.self)),
          .time(report.listedAt), .bool(report.isSuperseded), .int(target.pages?.read), .int(target.pages?.failed),
          .text(try breaches(report.isSuperseded ? nil : target.checked)), .texts(["notice", "warnings"]),
        ]),
      PostgresStatement("select id from loads where raw_key = $1", [.text(target.key)]),
    ]
  }

  /// The members of `loads.counts` with the breaches of expectations, as a JSON object.
  private static func breaches(_ checked: CheckResult?) throws -> String {
    struct Breaches: Encodable {
      let notice: String?
      let warnings: [String]?
    }
    guard let checked, checked.notice != nil || !checked.warnings.isEmpty else { return "{}" }
    let breaches = Breaches(
      notice: checked.notice, warnings: checked.warnings.isEmpty ? nil : checked.warnings)
    return String(decoding: try JSONEncoder().encode(breaches), as: UTF8.self)
  }

  /// Selects the keys of the item's open rejections.
  static func openKeys(_ target: LoadTarget) -> PostgresStatement {
    PostgresStatement(
      """
      select distinct href from rejected_records
      where dataset = $1 and item = $2 and resolved_at is null and href is not null
      """, [.text(target.dataset.id), .text(target.item.id)])
  }

  /// Replaces a rejection of the same document, unless it is the same: a load that is delivered twice changes nothing.
  private static let rejectAgain = """
    update
    set reason = excluded.reason, record = excluded.record, href = excluded.href, load_id = excluded.load_id,
      rejected_at = now(), resolved_at = null, resolved_by = null, resolution = null
    where r.resolved_at is not null
      or (r.reason, r.record, r.href) is distinct from (excluded.reason, excluded.record, excluded.href)
    """

  /// Puts the rejected records into quarantine. The item's earlier open rejections are resolved, since this document
  /// describes the same records; those of a superseded document are resolved from the start. A document of a dataset with
  /// `incremental` describes some of the item's records: it resolves only what it has.
  /// - Parameters:
  ///   - raw: the JSON of the rejected records, by their positions.
  ///   - load: the id of the load.
  static func reject(
    _ report: LoadReport, _ raw: [Int: String], _ target: LoadTarget, load: Int
  ) throws -> [PostgresStatement] {
    let insert = insert(report, raw, target, load, onConflict: report.isSuperseded ? "nothing" : Self.rejectAgain)
    guard !report.isSuperseded else { return [insert, replace(target, load: load)] }
    let resolutions = report.resolutions.mapValues(\.rawValue)
    return [
      PostgresStatement(
        """
        update rejected_records r set resolved_at = now(), resolved_by = $1,
          resolution = case when r.href = any ($5) then 'rejected again'
            else coalesce($7::text::jsonb ->> r.href, 'replaced') end
        where dataset = $2 and item = $3 and resolved_at is null and not (raw_key = $4 and position = any ($6))
          and (not $8 or r.href is null or r.href = any ($5) or $7::text::jsonb ? r.href)
          -- A document that is loaded late resolves nothing of a later one.
          and not exists (select from loads l where l.id = r.load_id and l.listed_at > $9)
        """,
        [
          .int(load), .text(target.dataset.id), .text(target.item.id), .text(target.key),
          .texts(report.rejections.map(\.key)), .ints(report.rejections.map(\.position)),
          .text(String(decoding: try JSONEncoder().encode(resolutions), as: UTF8.self)),
          .bool(target.dataset.state != nil), .time(report.listedAt),
        ]),
      insert,
    ] + (report.isLate ? [resolveRepeated(report, target)] : [])
  }

  /// Resolves the rejections of a document that is loaded late which a later one repeats: a record that is rejected again is
  /// open once, under its newest document.
  private static func resolveRepeated(_ report: LoadReport, _ target: LoadTarget) -> PostgresStatement {
    PostgresStatement(
      """
      update rejected_records r set resolved_at = now(), resolved_by = n.load_id, resolution = 'rejected again'
      from rejected_records n join loads l on l.id = n.load_id
      where r.raw_key = $1 and r.resolved_at is null and n.dataset = r.dataset and n.item = r.item and n.href = r.href
        and n.raw_key <> r.raw_key and l.listed_at > $2
      """, [.text(target.key), .time(report.listedAt)])
  }

  private static func insert(
    _ report: LoadReport, _ raw: [Int: String], _ target: LoadTarget, _ load: Int, onConflict action: String
  ) -> PostgresStatement {
    let rejections = report.rejections
    return PostgresStatement(
      """
      insert into rejected_records as r (dataset, item, event_date, raw_key, load_id, position, href, reason, record)
      select $1, $2, $3, $4, $5, x.position, x.href, x.reason, x.record::jsonb
      from unnest($6::int8[], $7::text[], $8::text[], $9::text[]) x (position, href, reason, record)
      on conflict (raw_key, position) do \(action)
      """,
      [
        .text(target.dataset.id), .text(target.item.id), .date(target.item.date), .text(target.key), .int(load),
        .ints(rejections.map(\.position)), .texts(rejections.map(\.key)), .texts(rejections.map(\.reason)),
        .texts(rejections.map { raw[$0.position] }),
      ])
  }

  /// Resolves the rejections of a superseded document.
  private static func replace(_ target: LoadTarget, load: Int) -> PostgresStatement {
    PostgresStatement(
      """
      update rejected_records set resolved_at = now(), resolution = 'replaced', resolved_by = coalesce((
        select id from loads where dataset = $1 and item = $2 and not superseded
        order by listed_at desc nulls last, id desc limit 1), $4)
      where raw_key = $3 and resolved_at is null
      """, [.text(target.dataset.id), .text(target.item.id), .text(target.key), .int(load)])
  }
}
