import Foundation
import Postgres
import TestSupport
import Testing
import Time

@Suite(
  "The commands links and duplicates", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
final class LinksCommandTests {
  private let database: TestDatabase

  init() throws {
    database = try TestDatabase(migrated: true)
    try database.connect().execute(
      script: """
        create schema if not exists catalog;
        create table catalog.artists (artist_id text primary key, name text not null, source text not null);
        create table catalog.venues (
          venue_id text primary key, name text not null, city text, state text, country text, address text,
          latitude double precision, longitude double precision, source text not null);
        insert into artists (name) values ('Galactic'), ('Little Freddie King');
        insert into catalog.artists values ('spotify_1', 'Galactic', 'spotify'), ('spotify_2', 'Freddie King', 'spotify'),
          ('spotify_3', 'Galactica', 'spotify');
        insert into catalog.venues values ('t1', 'Blue Nile', 'New Orleans', null, null, null, null, null, 'ticketmaster'),
          ('t2', 'The Blue Nile', 'New Orleans', null, null, null, null, null, 'ticketmaster'),
          ('t3', 'The Blue Nile', 'Chicago', null, null, null, null, null, 'ticketmaster');
        """, deadline: Deadline(after: .seconds(30), on: SystemTime()))
  }

  private func run(_ arguments: String...) throws -> FestVibesProcess {
    try FestVibesProcess(arguments, environment: ["PG_DATABASE_URL": database.url, "USER": "ana"], input: "")
  }

  @Test("are about what was compared, and about a person's verdicts")
  func links() throws {
    #expect(try run("links", "--no-update").output == "No pair is linked.\n")
    let update = try run("links")
    #expect(update.status == 0, "\(update.error)")
    #expect(update.output.contains("8 artists and venues compared, 2 new pairs, 0 removed."))
    #expect(update.output.contains("Galactic") && update.output.contains("1.00") && !update.output.contains("Freddie"))
    let review = try run("links", "--review", "--entity", "artist")
    #expect(
      review.output.contains("links same artist 2 spotify_2") && review.output.contains("Little Freddie King (2)"))
    #expect(try run("links", "different", "artist", "2", "spotify_2").output == "artist 2 and spotify_2: different\n")
    #expect(try run("links", "--review").output == "No pair is doubtful.\n")
    let all = try run("links", "--all", "--json").output
    #expect(
      all.contains(#""decided_by":"ana""#) && all.contains(#""state":"different""#) && all.contains(#""total":2"#))
    #expect(try run("links", "undecide", "artist", "2", "spotify_2").status == 0)
    #expect(try run("links", "undecide", "artist", "2", "spotify_2").status == 1)
    let unknown = try run("links", "same", "artist", "9", "spotify_2")
    #expect(unknown.status == 1 && unknown.error.contains("there is no artist 9 in the table artists"))
    #expect(try run("links", "same", "band", "2", "spotify_2").status == 64)
    #expect(try run("links", "--review", "--all").status == 64)
  }

  @Test("of the catalog are reported, and stay")
  func catalog() throws {
    let artists = try run("duplicates")
    #expect(artists.status == 0, "\(artists.error)")
    #expect(artists.output.contains(#""kept":["spotify_1","spotify_2"]"#))
    #expect(
      artists.output.contains(#""duplicate_id":"spotify_3""#) && artists.output.contains(#""master_id":"spotify_1""#))
    let venues = try run("duplicates", "--kind", "venues").output
    #expect(venues.contains(#""kept":["t1","t3"]"#) && venues.contains(#""match_columns":["name","city"]"#))
    #expect(try run("duplicates", "--kind", "venues").output == venues)
  }

  @Test("of a file need no database")
  func file() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "duplicates-\(UUID()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    func run(_ text: String, _ arguments: String...) throws -> FestVibesProcess {
      try Data(text.utf8).write(to: URL(filePath: path))
      return try FestVibesProcess(["duplicates"] + arguments + [path], environment: [:], input: "")
    }
    let list =
      #"[{"artist_id":"a","name":"The Meters"},{"artist_id":"b","name":"Meters"},{"artist_id":"c","name":null}]"#
    let object = try run(list)
    #expect(object.output.contains(#""kept":["a","c"]"#))
    let asked = try run(list, "--json")
    #expect(asked.status == 0 && asked.error.isEmpty && asked.output == object.output, "\(asked.error)")
    #expect(try JSONSerialization.jsonObject(with: Data(asked.output.utf8)) is [String: Any])
    let pairs = try run(#"[{"kind":"venue","a":"d.b.a.","b":"DBA"},{"a":"Galactic","b":"Galactica"}]"#, "--pairs")
      .output
    #expect(pairs.contains(#""duplicate":true"#) && pairs.contains(#""normalised":["d b a","dba"]"#))
    #expect(try run(#"[{"a":"","b":"x"}]"#, "--pairs").output.contains(#""ratio":null"#))
    #expect(try run("{}").error.contains("has no JSON list of objects"))
    #expect(try run(#"[{"name":"x"}]"#).error.contains("element 1 has no text artist_id"))
    #expect(try run(list, "--threshold", "2").status == 64)
  }
}
