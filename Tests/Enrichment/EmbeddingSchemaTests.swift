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
      #expect(try schema.prepare(deadline: within()) == nil)
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

    @Test("says so if the server refuses the extension for any other reason")
    func refused() throws {
      try fill()
      try execute(
        """
        create function refuse() returns event_trigger language plpgsql as $$
          begin raise exception 'not on this server' using errcode = '0A000'; end $$;
        create event trigger no_extensions on ddl_command_start when tag in ('CREATE EXTENSION')
          execute function refuse();
        """)
      let notes = try run().notes
      #expect(notes.count == 1 && notes.first?.contains("does not create the extension vector (not on this") == true)
      try execute("drop event trigger no_extensions")
      #expect(try run().rows["events"] == 20)
    }

    @Test("accepts no other type than vectors of this length", arguments: ["vector", "vector(3)", "tsvector"])
    func otherTypes(_ type: String) throws {
      try fill()
      try execute("create extension vector; alter table events add column event_text_embedding \(type)")
      let notes = try run().notes
      #expect(notes.count == 1)
      #expect(notes.first?.contains("event_text_embedding is of type \(type) instead of vector(384)") == true)
    }

    @Test("is done again by a process that lives on, after columns or the extension were dropped")
    func dropped() throws {
      try fill()
      let service = try makeService(FakeEmbedder())
      _ = try service.run(deadline: within())
      for loss in ["alter table genres drop column genre_embedding", "drop extension vector cascade"] {
        try execute(loss)
        #expect(throws: PipelineError.self) { try service.run(deadline: self.within()) }
        #expect(try service.run(deadline: within()).rows["genres"] == 2, "after \(loss)")
      }
    }
  }
}
