import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import Enrichment

extension EmbeddingTests {
  @Suite("The preparation for vectors")
  final class EmbeddingSchemaTests: EmbeddingSuite {
    @Test("creates extension and columns once, with comments")
    func once() throws {
      try fill()
      let schema = EmbeddingSchema(try makeDatabase())
      #expect(try !schema.hasExtension(deadline: within()))
      #expect(try schema.prepare(deadline: within()) == nil)
      #expect(try schema.hasExtension(deadline: within()))
      let columns = """
        select concat_ws('.', table_name, column_name, col_description(table_name::regclass, ordinal_position))
        from information_schema.columns where udt_name = 'vector' order by 1
        """
      let made = try lines(columns)
      #expect(made.count == 5)
      #expect(made.contains("events.event_text_embedding.embedding of artist, venue and description"))
      #expect(try EmbeddingSchema(makeDatabase()).prepare(deadline: within()) == nil)
      #expect(try lines(columns) == made)
    }

    @Test("is done by several processes at once")
    func atOnce() async throws {
      try fill()
      let schemas = try (0..<4).map { _ in EmbeddingSchema(try makeDatabase()) }
      await withTaskGroup(of: Void.self) { group in
        for schema in schemas {
          nonisolated(unsafe) let schema = schema
          group.addTask {
            do { #expect(try schema.prepare(deadline: EmbeddingTests.within()) == nil) } catch { Issue.record(error) }
          }
        }
      }
      let columns = "select attname::text from pg_attribute where attrelid = 'genres'::regclass"
      #expect(try lines("\(columns) and attname = 'genre_embedding'").count == 1)
    }

    @Test("makes additions with the columns, and again when they are of another version")
    func additions() throws {
      try fill()
      func addition(_ version: Int) -> EmbeddingSchema.Addition {
        .init(
          isCurrent: "obj_description(to_regproc('nearest')) = 'version \(version)'",
          script: """
            create or replace function nearest(v vector) returns text language sql as $$ select name from genres
              order by genre_embedding <=> v limit 1 $$;
            comment on function nearest is 'version \(version)';
            """)
      }
      let current = "select obj_description(to_regproc('nearest'))"
      for version in [1, 1, 2] {
        let schema = EmbeddingSchema(try makeDatabase(), adding: [addition(version)])
        #expect(try schema.prepare(deadline: within()) == nil)
        #expect(try lines(current) == ["version \(version)"])
      }
    }

    @Test("says who must do it if this user may not create the extension, or not change the tables")
    func rights() throws {
      try fill()
      let name = "reader_\(UInt32.random(in: 0 ... .max))"
      try execute(
        """
        create role \(name) login password 'secret';
        grant usage on schema public to \(name);
        grant select, insert, update on all tables in schema public to \(name);
        """)
      defer { try? execute("drop owned by \(name); drop role \(name)") }
      func report() throws -> EmbeddingReport {
        try makeService(FakeEmbedder(), database: makeDatabase(user: name)).run(deadline: within())
      }
      var notes = try report().notes
      #expect(notes.count == 1 && notes[0].contains("may not create the extension vector"))
      try execute("create extension vector")
      notes = try report().notes
      #expect(notes.count == 1 && notes[0].contains("may not change the tables"))
      _ = try EmbeddingSchema(makeDatabase()).prepare(deadline: within())
      #expect(try report().rows["events"] == 20, "the rights to write are enough once the columns are there")
    }

    @Test("builds the missing indexes of large tables, knows others by their definition, and repairs broken ones")
    func indexes() throws {
      try fill()
      try run()
      let query = """
        select indexrelid::regclass::text from pg_index i join pg_class c on c.oid = i.indexrelid
          join pg_am m on m.oid = c.relam
        where m.amname = 'hnsw' and indisvalid order by 1
        """
      #expect(try lines(query).isEmpty, "20 rows need none")
      // An interrupted build leaves an invalid index.
      try execute(
        """
        create index of_system_000 on events using hnsw (description_embedding vector_cosine_ops);
        create index artists_description_embedding_hnsw on artists
          using hnsw (description_embedding vector_cosine_ops);
        update pg_index set indisvalid = false where indexrelid = 'artists_description_embedding_hnsw'::regclass
        """)
      let indexes = VectorIndexes(try makeDatabase())
      indexes.minimumRows = 2
      var built: [String] = []
      #expect(try indexes.build(within: within(), deadline: within()) { built.append($0) }.isEmpty)
      #expect(built.count == 4)
      #expect(
        try lines(query) == [
          "artists_description_embedding_hnsw", "events_event_text_embedding_hnsw", "genres_genre_embedding_hnsw",
          "of_system_000", "venues_venue_info_embedding_hnsw",
        ])
      built = []
      _ = try indexes.build(within: within(), deadline: within()) { built.append($0) }
      #expect(built.isEmpty)
    }

    @Test("begins no index that would take longer than there is time, and names the command that builds it")
    func lateIndexes() throws {
      try fill()
      try run()
      let indexes = VectorIndexes(try makeDatabase())
      indexes.minimumRows = 20
      let notes = try indexes.build(within: within(.milliseconds(1)), deadline: within())
      #expect(notes == ["the index of events.event_text_embedding is missing: festvibes migrate builds it"])
    }
  }
}
