import JSON
import Testing

extension APIEventsTests {
  @Suite("GET /venues, /artists and /genres")
  struct NameListTests {
    private let world: EventWorld

    init() throws { world = try EventWorld() }

    @Test("Venues and artists say when their next event is")
    func next() throws {
      let venue = try #require(try world.items("/venues?q=maple").first)
      #expect(venue["next_event"] == "2024-05-31")
      #expect(venue["latitude"]?.number?.double == 29.9468)
      let artist = try #require(try world.items("/artists?genre=jazz").first)
      #expect(artist["name"] == "Quartet")
      #expect(artist["next_event"] == "2024-05-31")
      let other = try world.items("/artists?q=ÄFF")
      #expect(other.count == 1 && other.first?["url"] == .null)
      #expect(try world.items("/artists?q=stooges").first?["url"] == "https://www.wwoz.org/artists/1")
      try world.run("update artists set wwoz_artist_href = 'https://other.example/2' where id = 2")
      #expect(try world.items("/artists?q=ÄFF").first?["url"] == "https://other.example/2")
      try world.run(
        """
        insert into artists (id, name) values (60, 'Nobody');
        insert into venues (id, source, name, wwoz_venue_href) values (60, 'wwoz', 'Nowhere', '/nowhere');
        """)
      for list in ["/artists?q=nobody", "/venues?q=nowhere"] {
        #expect(try world.items(list).first?["next_event"] == .null, "\(list)")
      }
    }

    @Test("Genres have the names that find events, with the next day of each")
    func genres() throws {
      try world.run("insert into genres (id, name) values (3, 'Zydeco')")
      let genres = try world.pages("/genres?limit=1")
      #expect(genres.map { $0["name"]?.string } == ["Brass Band", "Jazz", "Zydeco"])
      #expect(genres.map { $0["next_event"]?.string } == ["2024-05-31", "2024-05-31", nil])
      try world.run("update events set status = 'cancelled' where event_date = '2024-05-31' and artist_id = 1")
      #expect(try world.items("/genres").first?["next_event"] == "2024-06-02")
    }

    @Test("A page begins after a name of many bytes")
    func longNames() throws {
      let name = String(repeating: "Ä", count: 4000)
      try world.run("insert into artists (id, name) values (50, '\(name)1'), (51, '\(name)2')")
      let names = try world.pages("/artists?limit=1").compactMap { $0["name"]?.string }
      #expect(names == ["Late 50% Trio", "Quartet", "Stooges", "Äffchen", "\(name)1", "\(name)2"])
    }
  }
}
