import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import Links

extension LinksTests {
  @Suite("Linking")
  final class LinkServiceTests: LinkSuite {
    @Test("finds artists and venues of the catalog, by name and place")
    func finds() throws {
      try addArtist("The Rebirth Brass Band")
      try addArtist("Little Freddie King")
      try addCatalogArtist("spotify_1", "Rebirth Brass Band")
      try addCatalogArtist("spotify_2", "Freddie King")
      try addCatalogArtist("spotify_3", "Nobody Else")
      try addVenue("House of Blues", "225 Decatur St")
      try addCatalogVenue("ticketmaster_1", "House of Blues New Orleans", "225 Decatur Street")
      try addCatalogVenue("ticketmaster_2", "House of Blues Foundation Room", "225 Decatur Street")
      try addCatalogVenue("ticketmaster_3", "House of Blues", "1204 Caroline St", city: "Houston")
      #expect(try link() == report(compared: 9, new: 3))
      #expect(
        try pairs() == [
          "Little Freddie King | Freddie King | doubtful", "The Rebirth Brass Band | Rebirth Brass Band | linked",
          "House of Blues | House of Blues New Orleans | linked",
        ])
      let venue = try #require(try links.list(.venue, deadline: within()).first)
      #expect(venue.method == "place" || venue.method == "equal")
      #expect(venue.left.place == "225 Decatur St, New Orleans" && venue.right.source == "ticketmaster")
    }

    @Test("tells venues of one name and city by state and country, and compares them again when these change")
    func states() throws {
      try addVenue("Grant Street Dancehall", nil, city: "Lafayette", state: "LA")
      try addCatalogVenue("ticketmaster_1", "Grant Street Dancehall", nil, city: "Lafayette", state: "IN")
      try addCatalogVenue("ticketmaster_2", "Grant Street Dancehall", nil, city: "Lafayette", country: "FR")
      try addCatalogVenue("ticketmaster_3", "Grant Street Dancehall", nil, city: "Lafayette", state: "Louisiana")
      try link()
      let linked = ["Grant Street Dancehall | Grant Street Dancehall | linked"]
      #expect(try pairs() == linked)
      try execute("update catalog.venues set state = 'TX' where venue_id = 'ticketmaster_3'")
      try link()
      #expect(try pairs().isEmpty)
      try execute("update catalog.venues set country = 'US' where venue_id = 'ticketmaster_2'")
      try link()
      #expect(try pairs() == linked)
    }

    @Test("links venues of one address whose points disagree, and names the address")
    func address() throws {
      try addVenue("House of Blues", "225 Decatur St", state: "LA")
      try addVenue("The Corner Bar", nil, state: "LA")
      try addCatalogVenue("ticketmaster_1", "House of Blues", "225 Decatur Street", state: "LA")
      try addCatalogVenue("ticketmaster_2", "The Corner Bar", "701 Baronne St", state: "LA")
      try execute("update venues set latitude = 29.9533, longitude = -90.0660")
      try execute("update catalog.venues set latitude = 29.92, longitude = -90.11")
      try link()
      let found = try links.list(.venue, deadline: within()).map {
        "\($0.right.id) \($0.score) \($0.method) \($0.state)"
      }
      #expect(found == ["ticketmaster_1 0.95 address linked", "ticketmaster_2 0.6 equal doubtful"])
    }

    @Test("compares only what changed, on either side, and forgets pairs that are none any more")
    func incremental() throws {
      try addArtist("Galactic")
      try addArtist("Dumpstaphunk")
      try addCatalogArtist("spotify_1", "Galactic")
      #expect(try link() == report(compared: 3, new: 1))
      #expect(try link() == report())
      try addCatalogArtist("spotify_2", "Dumpstaphunk")
      #expect(try link() == report(compared: 1, new: 1))
      try execute("update catalog.artists set name = 'Somebody' where artist_id = 'spotify_1'")
      #expect(try link() == report(compared: 1, removed: 1))
      try execute("update artists set name = 'Somebody' where name = 'Galactic'")
      #expect(try link() == report(compared: 1, new: 1))
      try execute("delete from catalog.artists where artist_id = 'spotify_2'")
      #expect(try link() == report(removed: 1))
      #expect(try pairs() == ["Somebody | Somebody | linked"])
      // What is not compared does not count.
      try execute("update artists set website = 'https://example.com'")
      #expect(try link() == report())
    }

    @Test("leaves artists of one name to a person, and links the better of two")
    func rivals() throws {
      try addArtist("Galactic")
      try addArtist("Anders Osborne")
      try addCatalogArtist("spotify_1", "Galactic")
      try addCatalogArtist("spotify_2", "Galactic")
      try addCatalogArtist("ticketmaster_1", "Galactic", source: "ticketmaster")
      try addCatalogArtist("spotify_3", "Anders Osborne")
      try addCatalogArtist("spotify_4", "Anders Osborn")
      try link()
      #expect(
        try pairs() == [
          "Anders Osborne | Anders Osborne | linked", "Anders Osborne | Anders Osborn | doubtful",
          "Galactic | Galactic | doubtful", "Galactic | Galactic | doubtful", "Galactic | Galactic | linked",
        ])
      let galactic = try id(ofArtist: "Galactic")
      try links.decide(.different, .artist, left: galactic, right: "spotify_2", by: nil, deadline: within())
      #expect(try pairs(in: [.linked]).count == 3, "the other one is the only one that is left")
    }

    @Test("is repeatable after it was stopped at any batch, and two at once have the same result")
    func interrupted() throws {
      for number in 0..<450 {
        try addArtist("Name\(number) Family\(number % 50)")
        try addCatalogArtist("spotify_\(number)", "Name\(number) Family\(number % 50) Trio")
      }
      try execute(
        """
        create function stop() returns trigger language plpgsql as $$
        begin
          if (select count(*) from entity_comparisons) >= current_setting('tests.rows')::int then raise exception 'stopped'; end if;
          return null;
        end $$
        """)
      try execute("create trigger stop after insert on entity_comparisons for each statement execute function stop()")
      for limit in [1, 201, 401, 451, 651] {
        try execute("alter database \(databaseName()) set tests.rows = '\(limit)'")
        let service = LinkService(try Self.open(testDatabase))
        #expect(throws: PipelineError.self) { _ = try service.run(deadline: self.within()) }
      }
      try execute("drop trigger stop on entity_comparisons")
      try link()
      let state = try state()
      #expect(state.count { $0.contains("left_id") } == 450 && state.count == 450 + 900)
      try execute("truncate entity_links, entity_comparisons")
      let databases = try [Self.open(testDatabase), Self.open(testDatabase)]
      let errors = concurrently(databases)
      #expect(errors.isEmpty, "\(errors)")
      #expect(try self.state() == state)
    }

    @Test("waits for another process that links, and leaves to it what is due if that takes too long")
    func waiting() throws {
      try addArtist("Galactic")
      try addCatalogArtist("spotify_1", "Galactic")
      let other = try testDatabase.connect()
      try other.query("select pg_advisory_lock(\(LinkService.lock))", deadline: within())
      var left = LinkReport()
      left.isLeftToOthers = true
      #expect(try link(within: .seconds(3)) == left)
      #expect(try state().isEmpty)
      try other.query("select pg_advisory_unlock_all()", deadline: within())
      #expect(try link() == report(compared: 2, new: 1))
    }

    private func concurrently(_ databases: [Database]) -> [String] {
      let lock = NSLock()
      nonisolated(unsafe) var errors: [String] = []
      nonisolated(unsafe) let services = databases.map { LinkService($0) }
      DispatchQueue.concurrentPerform(iterations: services.count) { index in
        do { _ = try services[index].run(deadline: LinksTests.within()) } catch {
          lock.withLock { errors.append("\(error)") }
        }
      }
      return errors
    }

    private func databaseName() throws -> String {
      try connection.query("select current_database()", deadline: within())[0][0]
    }

    private func within() -> Deadline { LinksTests.within() }

    private func report(compared: Int = 0, new: Int = 0, removed: Int = 0) -> LinkReport {
      var report = LinkReport()
      (report.compared, report.new, report.removed) = (compared, new, removed)
      return report
    }
  }

  @Suite("Linking without a catalog")
  final class WithoutCatalogTests: LinkSuite {
    override class var hasCatalog: Bool { false }

    @Test("does nothing, and says what a verdict lacks")
    func nothing() throws {
      try addArtist("Galactic")
      #expect(try link() == LinkReport())
      #expect(try links.list(deadline: LinksTests.within()).isEmpty)
      #expect(
        throws: PipelineError(
          .invalidInput, "the table catalog.artists does not exist: no dataset has filled it yet")
      ) { try self.links.decide(.same, .artist, left: "1", right: "spotify_1", by: nil, deadline: LinksTests.within()) }
    }
  }
}
