import Ledger

extension Migration {
  /// Adds what is known about the vectors of texts: of which text and model each is. The vectors' own columns need the
  /// extension pgvector, and are made where it is (`Sources/Enrichment`).
  static let embeddedTexts = Migration(
    version: 13, name: "embedded texts",
    script: embeddedColumns.map { table, columns in
      (columns.map { hash(of: $0, in: table) } + [source(of: table)]).joined(separator: "\n")
    }.joined(separator: "\n"))

  /// Step 17 drops the index again.
  private static func hash(of column: String, in table: String) -> String {
    """
    alter table \(table) add column if not exists \(column)_hash text;
    comment on column \(table).\(column)_hash is 'SHA-256 of the text of which \(column) is, in UTF-8; null without one';
    create index if not exists \(table)_\(column)_hash on \(table) (\(column)_hash) where \(column)_hash is not null;
    """
  }

  /// Drops the indexes of the hashes: a load that changes rows with vectors had to write to them, and took up to a third
  /// more of a CPU. The function that looks for hashes scans the tables instead.
  static let unindexedHashes = Migration(
    version: 17, name: "no indexes of hashes",
    script: embeddedColumns.flatMap { table, columns in
      columns.map { "drop index if exists \(table)_\($0)_hash;" }
    }.joined(separator: "\n"))

  private static func source(of table: String) -> String {
    """
    alter table \(table) add column if not exists embedding_model text, add column if not exists embedding_source bytea;
    comment on column \(table).embedding_model is 'name and version of the model of the embeddings';
    comment on column \(table).embedding_source is
      'SHA-256 of the values of which the embedded texts were made; another one shows that they are out of date';
    """
  }

  private static let embeddedColumns = [
    ("venues", ["venue_info_embedding"]), ("artists", ["description_embedding"]), ("genres", ["genre_embedding"]),
    ("events", ["description_embedding", "event_text_embedding"]),
  ]
}
