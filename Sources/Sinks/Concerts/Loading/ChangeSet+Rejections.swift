import Postgres

extension ChangeSet {
  /// Stores the rejections of a superseded document as resolved: a later document has the same listing.
  func lateRejectionWrites(_ parsed: ParsedDocument, for document: LoadDocument, over stored: ExistingRows) -> [Write] {
    let rejections = stored.wasLoaded ? [] : parsed.rejections
    let raw = rejections.isEmpty ? [:] : document.rawRecords(rejections.map(\.position))
    return [
      Write(
        """
        insert into rejected_records (dataset, item, event_date, raw_key, load_id, position, href, reason, record,
          resolved_at, resolved_by, resolution)
        select $1, $9, $2, $3, $4, x.position, x.href, x.reason, x.record::jsonb, now(), l.id, 'replaced'
        from unnest($5::int8[], $6::text[], $7::text[], $8::text[]) x (position, href, reason, record)
        cross join (
          select id from loads where dataset = $1 and event_date = $2 order by listed_at desc nulls last limit 1) l
        on conflict (raw_key, position) do nothing
        """,
        [
          .text(document.target.dataset.id), .date(document.date), .text(document.target.key), .int(stored.loadID),
          .ints(rejections.map(\.position)), .texts(rejections.map(\.href)),
          .texts(rejections.map(\.reason.description)), .texts(rejections.map { raw[$0.position] }),
          .text(document.target.item.id),
        ], rows: rejections.isEmpty ? 0 : nil),
      check(rejections, of: document),
    ]
  }

  /// Finds each rejection of the document in the table, so that every record that the ledger counts as rejected can be
  /// inspected.
  private func check(_ rejections: [RejectedRecord], of document: LoadDocument) -> Write {
    Write(
      "select from rejected_records where raw_key = $1 and position = any ($2)",
      [.text(document.target.key), .ints(rejections.map(\.position))], rows: rejections.count)
  }

  /// Resolves open rejections from earlier documents of this date. Anything that this document rejects again is stored
  /// under its own key. A rejection stays open only if its record may be in this document without being recognized.
  func rejectionWrites(_ parsed: ParsedDocument, for document: LoadDocument, over stored: ExistingRows) -> [Write] {
    let rejections = parsed.rejections
    let positions = PostgresValue.ints(rejections.map(\.position))
    let addresses = PostgresValue.texts(rejections.map(\.href))
    let raw = rejections.isEmpty ? [:] : document.rawRecords(rejections.map(\.position))
    return [
      Write(
        """
        update rejected_records r set resolved_at = now(), resolved_by = $1, resolution = x.resolution
        from (
          select id, case when href is null then 'replaced' when href = any ($6) then 'rejected again'
            when href = any ($7) then 'loaded' when $8 then 'not listed' end
          from rejected_records
          where dataset = $2 and event_date = $3 and resolved_at is null
            and not (raw_key = $4 and position = any ($5))
        ) x (id, resolution)
        where r.id = x.id and x.resolution is not null
        """,
        [
          .int(stored.loadID), .text(document.target.dataset.id), .date(document.date), .text(document.target.key),
          positions,
          addresses, .texts(parsed.sorted.events.map(\.text)), .bool(parsed.isWholeListing),
        ], rows: stored.hasOpenRejections ? nil : 0),
      Write(
        """
        insert into rejected_records (dataset, item, event_date, raw_key, load_id, position, href, reason, record)
        select $1, $9, $2, $3, $4, x.position, x.href, x.reason, x.record::jsonb
        from unnest($5::int8[], $6::text[], $7::text[], $8::text[]) x (position, href, reason, record)
        where not exists (
          select from rejected_records r where r.raw_key = $3 and r.position = x.position and r.reason = x.reason
            and r.record is not distinct from x.record::jsonb and r.resolved_at is null)
        on conflict (raw_key, position) do update
        set reason = excluded.reason, record = excluded.record, href = excluded.href, load_id = excluded.load_id,
          rejected_at = now(), resolved_at = null, resolved_by = null, resolution = null
        """,
        [
          .text(document.target.dataset.id), .date(document.date), .text(document.target.key), .int(stored.loadID),
          positions,
          addresses, .texts(rejections.map(\.reason.description)), .texts(rejections.map { raw[$0.position] }),
          .text(document.target.item.id),
        ], rows: rejections.isEmpty ? 0 : nil),
      check(rejections, of: document),
    ]
  }
}
