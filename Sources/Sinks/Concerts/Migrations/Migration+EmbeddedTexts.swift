import Ledger

extension Migration {
  /// Adds what is known about the vectors of texts: of which text and model each is. The vectors' own columns need the
  /// extension pgvector, and are made where it is (`Sources/Enrichment`).
  static let embeddedTexts = Migration(
    version: 13, name: "embedded texts",
    script: tables.map { table, columns in
      let hashes = columns.map { column in
        """
        alter table \(table) add column if not exists \(column)_hash text;
        comment on column \(table).\(column)_hash is 'SHA-256 of the text of which \(column) is, in UTF-8; null without one';
        """
      }
      return (hashes + [
        """
        alter table \(table)
          add column if not exists embedding_model text, add column if not exists embedding_source bytea;
        comment on column \(table).embedding_model is 'name and version of the model of the embeddings';
        comment on column \(table).embedding_source is
          'SHA-256 of the values of which the embedded texts were made; another one shows that they are out of date';
        """
      ]).joined(separator: "\n")
    }.joined(separator: "\n"))

  private static let tables = [
    ("venues", ["venue_info_embedding"]), ("artists", ["description_embedding"]), ("genres", ["genre_embedding"]),
    ("events", ["description_embedding", "event_text_embedding"]),
  ]
}
