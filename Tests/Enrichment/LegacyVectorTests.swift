import Foundation
import Postgres
import TestSupport
import Testing

@testable import Enrichment

extension EmbeddingTests {
  /// A database of the legacy system: it has vectors of events and genres, and, by a defect, none of artists and venues.
  @Suite("Vectors of the legacy system")
  final class LegacyVectorTests: EmbeddingSuite {
    /// Returns a vector of a text as another build of the model makes it: nearly the same.
    private func formerVector(of text: String) -> String {
      EmbeddingVector.text(FakeEmbedder.vector(of: text).enumerated().map { $1 * ($0 % 2 == 0 ? 1.0001 : 0.9999) })
    }

    /// The tables as that system has them, with an index of its own.
    private func makeLegacyDatabase() throws {
      try execute(
        """
        create extension vector;
        create table venues (id serial primary key, name text, full_address text, venue_info_embedding vector(384));
        create table artists (id serial primary key, name text unique, description text, description_embedding vector(384));
        create table genres (id serial primary key, name text unique, genre_embedding vector(384));
        create table events (
          id serial primary key, wwoz_event_href text unique, description text, artist_name text, venue_name text,
          performance_time timestamptz, scrape_time timestamptz, description_embedding vector(384),
          event_text_embedding vector(384));
        create index legacy_artists on artists using hnsw (description_embedding vector_cosine_ops);
        insert into venues (name) values ('Blue Nile');
        insert into artists (name, description) values ('Kermit Ruffins', 'lorum ipsum');
        insert into genres (name, genre_embedding)
          values ('Jazz', '\(formerVector(of: "Genre: Jazz A musical style that originated in New Orleans"))');
        insert into events (wwoz_event_href, description, artist_name, venue_name, scrape_time, description_embedding,
          event_text_embedding) values
          ('/events/1', 'Late', 'Kermit Ruffins', 'Blue Nile', '2024-05-31', '\(formerVector(of: "Late"))',
            '\(formerVector(of: "Kermit Ruffins Blue Nile Late"))'),
          ('/events/2', 'Early', 'Kermit Ruffins', 'Blue Nile', '2024-05-31', '\(formerVector(of: "Another"))',
            '\(formerVector(of: "Kermit Ruffins Blue Nile Another"))'),
          ('/events/3', '', 'Kermit Ruffins', 'Blue Nile', '2024-05-31', null,
            '\(formerVector(of: "Kermit Ruffins Blue Nile"))');
        """)
    }

    @Test("are kept, bit for bit, where their text is unchanged; others are made anew, missing ones are made")
    func kept() throws {
      try makeLegacyDatabase()
      let query = "select concat_ws('|', description_embedding, event_text_embedding) from events order by id"
      let before = try lines(query)
      let genre = try lines("select genre_embedding::text from genres")
      let report = try run()
      #expect(report.kept == 3)
      #expect(report.rows == ["genres": 0, "venues": 1, "artists": 1, "events": 1])
      let after = try lines(query)
      #expect(after[0] == before[0] && after[2] == before[2])
      #expect(
        after[1] == EmbeddingVector.text(FakeEmbedder.vector(of: "Early")) + "|"
          + EmbeddingVector.text(FakeEmbedder.vector(of: "Kermit Ruffins Blue Nile Early")))
      #expect(try lines("select genre_embedding::text from genres") == genre)
      #expect(try lines("select name from artists where description_embedding is null").isEmpty)

      let embedder = FakeEmbedder()
      let second = try run(embedder)
      #expect(second.kept == 0 && embedder.texts.isEmpty)
      #expect(try lines(query) == after)
    }

    @Test("are made anew when their text changes later")
    func changed() throws {
      try makeLegacyDatabase()
      try run()
      try execute("update events set description = 'Later' where id = 1")
      let embedder = FakeEmbedder()
      #expect(try run(embedder).rows["events"] == 1)
      #expect(embedder.texts == ["Later", "Kermit Ruffins Blue Nile Later"])
    }

    @Test("in a column of another type stop the embedding, with advice; the rest of the database stays")
    func otherType() throws {
      try makeLegacyDatabase()
      try execute("alter table genres drop column genre_embedding; alter table genres add column genre_embedding text")
      let embedder = FakeEmbedder()
      let report = try run(embedder)
      #expect(report.notes.count == 1)
      #expect(report.notes[0].contains("genres.genre_embedding is of type text instead of vector(384)"))
      #expect(embedder.texts.isEmpty)
    }
  }
}
