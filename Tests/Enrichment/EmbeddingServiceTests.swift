import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import Enrichment

extension EmbeddingTests {
  @Suite("What is embedded")
  final class EmbeddingServiceTests: EmbeddingSuite {
    @Test("is every text, each once; a second run embeds nothing, and writes nothing")
    func twice() throws {
      try fill()
      let embedder = FakeEmbedder()
      let report = try run(embedder)
      #expect(report.rows == ["genres": 2, "venues": 2, "artists": 2, "events": 20])
      #expect(report.notes.isEmpty && !report.more)
      #expect(Set(embedder.texts).count == embedder.texts.count)
      #expect(
        embedder.texts.prefix(6) == [
          "Genre: Jazz A musical style that originated in New Orleans", "Genre: Brass A music genre",
          "Blue Nile Address: 532 Frenchmen St, New Orleans, LA 70116 Genres: Brass, Jazz", "Maple Leaf",
          "Kermit Ruffins Website: https://kermit.example", "Irma Thomas Genres: Jazz",
        ])
      let (before, versions) = (try vectors(), try self.versions())
      let again = FakeEmbedder()
      let second = try run(again)
      #expect(second.rows.values.allSatisfy { $0 == 0 } && again.texts.isEmpty && second.notes.isEmpty)
      #expect(try vectors() == before && versions == self.versions())
    }

    @Test("are vectors of the texts, with their hash and the model; no text has no vector")
    func contents() throws {
      try fill(events: 2)
      try run()
      let expected = EmbeddingVector.text(FakeEmbedder.vector(of: "artist 1 venue 1"))
      #expect(
        try lines(
          """
          select concat_ws('|', event_text_embedding, event_text_embedding_hash, embedding_model)
          from events where id = 1
          """) == ["\(expected)|\(sha256("artist 1 venue 1"))|fake-1"])
      #expect(try description(of: 1) == "")
      #expect(try lines("select description_embedding_hash from events where id = 2") == [sha256("description 2")])
    }

    @Test("is not what readers see: neither the times of changes nor the rows' contents change")
    func times() throws {
      try fill()
      let query = """
        select concat_ws('|', last_updated, last_written, first_seen, description) from events
        union all select concat_ws('|', last_updated, changed_at) from venues
        union all select concat_ws('|', name, changed_at) from artists order by 1
        """
      let before = try lines(query)
      try run()
      #expect(try lines(query) == before)
    }

    @Test("is exactly what changed: a description, an address, a genre's name, a vector that was lost")
    func changes() throws {
      try fill()
      try run()
      try execute(
        """
        update events set description = 'new' where id = 1;
        update events set status = 'cancelled' where id = 3
        """)
      var embedder = FakeEmbedder()
      #expect(try run(embedder).rows == ["events": 1])
      #expect(embedder.texts == ["new", "artist 1 venue 1 new"])

      try execute("update venues set full_address = '8316 Oak St' where id = 2")
      embedder = FakeEmbedder()
      #expect(try run(embedder).rows == ["venues": 1] && embedder.texts == ["Maple Leaf Address: 8316 Oak St"])

      // The name is in the texts of a venue and of an artist, too.
      try execute("update genres set name = 'Funk' where id = 1")
      embedder = FakeEmbedder()
      #expect(try run(embedder).rows == ["genres": 1, "venues": 1, "artists": 1] && embedder.texts.count == 3)

      try execute("update artists set description_embedding = null where id = 1")
      embedder = FakeEmbedder()
      #expect(try run(embedder).rows == ["artists": 1] && embedder.texts.count == 1)
    }

    @Test("loses its vector when its text vanishes, and only that vector")
    func vanished() throws {
      try fill()
      try run()
      let text = try lines("select event_text_embedding::text from events where id = 2")
      try execute(
        """
        update events set description = null, artist_name = 'artist 2 venue 2 description 2', venue_name = null
        where id = 2
        """)
      let embedder = FakeEmbedder()
      #expect(try run(embedder).rows["events"] == 0)
      #expect(embedder.texts.isEmpty, "the other text is the same as before")
      #expect(try description(of: 2) == "")
      #expect(try lines("select event_text_embedding::text from events where id = 2") == text)
    }

    @Test("takes the vectors of equal texts from other rows, also of an earlier run")
    func equalTexts() throws {
      try fill()
      try run()
      try execute(
        """
        insert into events (wwoz_event_href, event_date, artist_name, venue_name)
          values ('/x', '2024-06-30', 'artist 1', 'venue 1')
        """)
      let embedder = FakeEmbedder()
      #expect(try run(embedder).rows == ["events": 1])
      #expect(embedder.texts.isEmpty)
      #expect(
        try lines(
          """
          select count(distinct event_text_embedding::text)::text from events
          where artist_name = 'artist 1' and venue_name = 'venue 1' and description is null
          """) == ["1"])
    }

    @Test("finds the vectors of equal texts by one scan, however many texts and rows there are")
    func scan() throws {
      try fill()
      try run()
      try execute(
        """
        insert into events (wwoz_event_href, event_date, artist_name, venue_name, event_text_embedding,
          event_text_embedding_hash, embedding_model)
        select '/many/' || n, '2024-06-30', 'a', 'b', (select event_text_embedding from events where id = 1),
          md5((n % 5)::text), 'fake-1' from generate_series(1, 3000) n;
        analyze events
        """)
      let column = EmbeddedTable.events.columns[1]
      let hashes = try (0..<128).map { try sha256("none \($0)") }
      let query = EmbeddedTable.events.vectors(of: hashes, in: column, model: "fake-1")
      let plan = try connection.query("explain \(query.sql)", query.values, deadline: within()).map {
        try $0[0] as String
      }
      #expect(plan.count { $0.contains("Seq Scan on events") } == 1, "\(plan)")
      #expect(plan.contains { $0.contains("Hash Join") }, "\(plan)")
    }

    @Test("is everything, if the model is another one")
    func otherModel() throws {
      try fill()
      try run()
      let embedder = FakeEmbedder(version: "fake-2")
      #expect(try run(embedder).rows == ["genres": 2, "venues": 2, "artists": 2, "events": 20])
      #expect(try lines("select distinct embedding_model from events") == ["fake-2"])
    }

    @Test("stops before the time is up, says that there is more, and goes on there")
    func more() throws {
      try fill(events: 40)
      let time = ManualTime()
      let embedder = FakeEmbedder()
      embedder.beforeCall = { _, _ in time.sleep(for: .seconds(1)) }
      let service = try makeService(embedder, database: makeDatabase(time: time))
      var calls = 0
      var rows = 0
      while true {
        let report = try service.run(deadline: Deadline(after: .seconds(20), on: time))
        calls += 1
        rows += report.rows.values.reduce(0, +)
        #expect(calls < 20)
        if !report.more { break }
      }
      #expect(calls > 2 && rows == 46)
      #expect(Set(embedder.texts).count == embedder.texts.count, "no text twice")
      let result = try vectors()
      try execute(
        "update events set embedding_source = null; update genres set embedding_source = null; "
          + "update venues set embedding_source = null; update artists set embedding_source = null")
      try run()
      #expect(try vectors() == result)
    }

    @Test("refuses a model whose vectors are none")
    func wrongModel() throws {
      struct Wrong: TextEmbedder {
        let version = "wrong"
        func embed(_ text: String) -> [Float] { [1, .nan] }
      }
      try fill()
      let database = try makeDatabase()
      let service = EmbeddingService(database, schema: EmbeddingSchema(database)) { Wrong() }
      #expect(throws: PipelineError.self) { try service.run(deadline: self.within()) }
      #expect(try lines("select name from genres where genre_embedding is not null").isEmpty)
    }

    /// The vector of an event's description, and its hash.
    private func description(of id: Int) throws -> String {
      try lines(
        "select concat_ws('|', description_embedding, description_embedding_hash) from events where id = \(id)")[0]
    }

    private func versions() throws -> [String] {
      try ["genres", "venues", "artists", "events"].flatMap { try lines("select xmin::text from \($0) order by id") }
    }

    private func sha256(_ text: String) throws -> String {
      try lines("select encode(sha256('\(text)'), 'hex')")[0]
    }
  }
}
