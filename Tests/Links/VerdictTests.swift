import Contracts
import Foundation
import Links
import TestSupport
import Testing
import Time

extension LinksTests {
  @Suite("A person's verdict")
  final class VerdictTests: LinkSuite {
    private func decide(_ verdict: LinkVerdict, _ left: String, _ right: String) throws {
      try links.decide(
        verdict, .artist, left: try id(ofArtist: left), right: right, by: "ana", deadline: LinksTests.within())
    }

    @Test("wins, and survives any comparison and the loss of a row")
    func wins() throws {
      try addArtist("Galactic")
      try addArtist("Rebirth")
      try addCatalogArtist("spotify_1", "Galactic")
      try addCatalogArtist("spotify_2", "Rebirth Brass Band")
      try link()
      try decide(.different, "Galactic", "spotify_1")
      try decide(.same, "Rebirth", "spotify_2")
      let verdicts = ["Galactic | Galactic | different", "Rebirth | Rebirth Brass Band | same"]
      #expect(try pairs() == verdicts)
      try execute("truncate entity_comparisons")
      try link()
      #expect(try pairs() == verdicts)
      try execute("update catalog.artists set name = 'Another Name' where artist_id = 'spotify_2'")
      try link()
      #expect(try pairs(in: [.same]) == ["Rebirth | Another Name | same"])
      let link = try #require(try links.list(in: [.same], deadline: LinksTests.within()).first)
      #expect(link.score < 0.5 && link.decidedBy == "ana" && link.decidedAt != nil, "the score is the present one")
      try execute("delete from catalog.artists where artist_id = 'spotify_2'")
      try self.link()
      #expect(try pairs(in: [.same]) == ["Rebirth | - | same"])
    }

    @Test("can be about a pair that was not found, can be changed, and can be forgotten")
    func forgotten() throws {
      try addArtist("Galactic")
      try addArtist("Rebirth Brass Band")
      try addCatalogArtist("spotify_1", "Quite Another")
      try addCatalogArtist("spotify_2", "Galactic")
      try link()
      try decide(.different, "Rebirth Brass Band", "spotify_1")
      try decide(.same, "Rebirth Brass Band", "spotify_1")
      try decide(.same, "Galactic", "spotify_2")
      #expect(try pairs(in: [.same]).count == 2)
      let found = try #require(try links.list(in: [.same], deadline: LinksTests.within()).last)
      #expect(found.method == "manual" && found.score < 0.6)
      for (name, id) in [("Rebirth Brass Band", "spotify_1"), ("Galactic", "spotify_2")] {
        let left = try self.id(ofArtist: name)
        #expect(try links.undecide(.artist, left: left, right: id, deadline: LinksTests.within()))
        #expect(try !links.undecide(.artist, left: left, right: id, deadline: LinksTests.within()))
      }
      #expect(try pairs() == ["Galactic | Galactic | linked"])
    }

    /// Stores pairs of artists, without any comparison.
    private func store(_ pairs: [(left: String, right: String, score: Double, verdict: String?)]) throws {
      for pair in pairs {
        try execute(
          """
          insert into entity_links (entity, left_source, left_id, right_source, right_id, score, method, verdict, decided_at)
          values ('artist', 'wwoz', $1, 'spotify', $2, $3, 'fuzzy', $4, case when $4::text is not null then now() end)
          """, .text(pair.left), .text(pair.right), .double(pair.score), .text(pair.verdict))
      }
    }

    private func states() throws -> [String] {
      try connection.query(
        "select concat_ws(' ', left_id, right_id, state) from entity_link_states order by left_id, right_id",
        deadline: LinksTests.within()
      ).map { try $0[0] }
    }

    @Test("that two artists are one ends all other links of both")
    func decided() throws {
      try store([
        ("1", "A", 0.8, "same"), ("1", "B", 0.95, nil), ("5", "F", 0.7, "same"), ("6", "F", 0.95, nil),
        ("7", "G", 0.9, "different"), ("7", "H", 0.9, nil),
      ])
      #expect(try states() == ["1 A same", "1 B doubtful", "5 F same", "6 F doubtful", "7 G different", "7 H linked"])
    }

    @Test("is wanted where two artists are alike one of the catalog, and the better one is linked")
    func rivalsOnTheLeft() throws {
      try store([("1", "A", 1, nil), ("2", "A", 0.89, nil), ("3", "B", 0.9, nil), ("4", "B", 0.92, nil)])
      #expect(try states() == ["1 A linked", "2 A doubtful", "3 B doubtful", "4 B doubtful"])
      try execute("update entity_links set entity = 'venue'")
      #expect(try states() == ["1 A linked", "2 A doubtful", "3 B linked", "4 B linked"])
    }

    @Test("about a row that does not exist is refused")
    func unknown() throws {
      try addArtist("Galactic")
      try addCatalogArtist("spotify_1", "Galactic")
      #expect(throws: PipelineError(.invalidInput, "there is no artist 999 in the table artists")) {
        try self.links.decide(
          .same, .artist, left: "999", right: "spotify_1", by: nil, deadline: LinksTests.within())
      }
      #expect(throws: PipelineError(.invalidInput, "there is no artist spotify_9 in the table catalog.artists")) {
        try self.decide(.same, "Galactic", "spotify_9")
      }
      #expect(try pairs().isEmpty)
    }
  }
}
