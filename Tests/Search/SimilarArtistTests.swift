import Enrichment
import TestSupport
import Testing
import Time

@testable import Search

@Suite("Similar artists", .enabled(if: TestDatabase.hasVectors, withVectors))
final class SimilarArtistTests {
  private let world: SearchWorld

  init() throws {
    world = try SearchWorld()
    try world.addVenue("Blue Door")
    try world.addArtist("Crescent Brass Band", description: "brass parade music", genres: ["Brass Band", "Funk"])
    try world.addArtist("Levee Brass", description: "brass parade music", genres: ["Brass Band"])
    try world.addArtist("Ada Quintet", description: "quiet piano", genres: ["Jazz"])
    try world.addArtist("Éloïse & the Larks", description: "accordion", genres: ["Funk"])
  }

  private func similar(_ name: String, limit: Int = 10) throws -> (artist: KnownNames.Artist, similar: [SimilarArtist])
  {
    try world.search().similar(
      to: name, limit: limit, today: try #require(CalendarDate(wednesday)), deadline: world.deadline)
  }

  @Test("are alike in meaning, genres or links, with the next event of each")
  func similar() throws {
    try world.addEvent("Levee Brass", "Blue Door", "2026-05-01 20:00")
    try world.addEvent("Levee Brass", "Blue Door", "2026-06-03 20:00")
    try world.addEvent("Levee Brass", "Blue Door", "2026-05-28 20:00", status: "cancelled")
    let found = try similar("Crescent Brass Band").similar
    let best = try #require(found.first)
    #expect(best.name == "Levee Brass")
    #expect(best.sharedGenres == ["Brass Band"])
    #expect(best.genreMatch == 0.5)
    #expect(best.next == CalendarDate("2026-06-03"))
    #expect(!best.isRelated)
    #expect(!found.contains { $0.name == "Crescent Brass Band" })
    #expect(try similar("Crescent Brass Band", limit: 1).similar.count == 1)
  }

  @Test("count a link of the source, and an artist without a vector")
  func links() throws {
    try world.connection.query(
      """
      insert into artist_relations (artist_id, related_artist_id)
      select a.id, b.id from artists a, artists b where a.name = 'Ada Quintet' and b.name = 'Crescent Brass Band'
      """, deadline: world.deadline)
    try world.connection.query(
      "update artists set description_embedding = null where name = 'Ada Quintet'", deadline: world.deadline)
    let ada = try #require(try similar("Crescent Brass Band").similar.first { $0.name == "Ada Quintet" })
    #expect(ada.isRelated)
    #expect(ada.similarity == nil)
    #expect(try similar("Ada Quintet").similar.map(\.name) == ["Crescent Brass Band"])
  }

  @Test(
    "of a name as people write it",
    arguments: ["crescent brass band", "The Crescent Brass Band", "Cresent Brass Band", "CRESCENT BRASS BAND"])
  func names(name: String) throws { #expect(try similar(name).artist.name == "Crescent Brass Band") }

  @Test("of an artist with accents, and of none")
  func otherNames() throws {
    #expect(try similar("Eloise and the Larks").artist.name == "Éloïse & the Larks")
    #expect(throws: SearchError.artistUnknown("Brass", alike: ["Levee Brass", "Crescent Brass Band"])) {
      try self.similar("Brass")
    }
    #expect(throws: SearchError.artistUnknown("'; --", alike: [])) { try self.similar("'; --") }
    #expect(throws: SearchError.artistUnknown("", alike: [])) { try self.similar("") }
  }
}
