import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import Enrichment

extension EmbeddingTests {
  @Suite("The indexes of vectors")
  final class VectorIndexTests: EmbeddingSuite {
    @Test("are built for large tables, others count by their definition, and broken ones are built anew")
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

    @Test("are not begun if they would take longer than there is time; a note names the command that builds them")
    func lateIndexes() throws {
      try fill()
      try run()
      let indexes = VectorIndexes(try makeDatabase())
      indexes.minimumRows = 20
      let notes = try indexes.build(within: within(.milliseconds(1)), deadline: within())
      #expect(
        notes == [
          "the index of events.event_text_embedding is not built (there is too little time for 20 rows): "
            + "let the tables' owner run `festvibes migrate --embeddings`"
        ])
    }

    @Test("of tables of another owner are a note of an enrichment that is otherwise done")
    func otherOwner() throws {
      try fill()
      #expect(try EmbeddingSchema(makeDatabase()).prepare(deadline: within()) == nil)
      let name = "writer_\(UInt32.random(in: 0 ... .max))"
      try execute(
        """
        create role \(name) login password 'secret';
        grant usage on schema public to \(name);
        grant select, insert, update on all tables in schema public to \(name);
        """)
      defer { try? execute("drop owned by \(name); drop role \(name)") }
      let service = try makeService(FakeEmbedder(), database: makeDatabase(user: name))
      service.indexes.minimumRows = 20
      let report = try service.run(deadline: within())
      #expect(report.rows["events"] == 20 && report.notes.count == 1)
      #expect(report.notes.first?.contains("event_text_embedding is not built (must be owner of table events") == true)
      #expect(report.notes.first?.contains("festvibes migrate --embeddings") == true)
    }

    private static let onEvents = "select indexrelid::regclass::text from pg_index where indrelid = 'events'::regclass"

    @Test("are given up behind an older transaction, in half of the time, and no invalid one is left")
    func olderTransaction() throws {
      try fill()
      try run()
      let backup = try testDatabase.connect()
      try backup.execute(
        script: "begin isolation level repeatable read; select count(*) from genres", deadline: within())
      let service = try makeService(FakeEmbedder())
      service.indexes.minimumRows = 20
      let began = SystemTime().uptime
      let report = try service.run(deadline: within(.seconds(16)))
      #expect(SystemTime().uptime - began < .seconds(11))
      #expect(report.notes.count == 1)
      #expect(report.notes.first?.contains("canceling statement due to statement timeout") == true)
      #expect(try lines(Self.onEvents + " and not indisvalid").isEmpty)
      try backup.execute(script: "commit", deadline: within())
      #expect(try service.run(deadline: within()).notes.isEmpty)
      #expect(try lines(Self.onEvents).contains("events_event_text_embedding_hnsw"))
    }

    @Test("of the same name that are valid are never dropped")
    func sameName() throws {
      try fill()
      try run()
      try execute("create index events_event_text_embedding_hnsw on events (id)")
      let indexes = VectorIndexes(try makeDatabase())
      indexes.minimumRows = 20
      let notes = try indexes.build(within: within(), deadline: within())
      #expect(notes.count == 1 && notes.first?.contains("already exists") == true)
      #expect(try lines(Self.onEvents).contains("events_event_text_embedding_hnsw"))
    }
  }
}
