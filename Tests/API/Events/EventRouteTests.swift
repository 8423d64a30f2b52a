import APIDocument
import APIRouting
import ConcertsSink
import Foundation
import JSON
import TestSupport
import Testing

@testable import APIEvents

extension APIEventsTests {
  @Suite("GET /events and what belongs to it")
  struct EventRouteTests {
    private let world: EventWorld

    init() throws { world = try EventWorld() }

    @Test(
      "Each filter finds what it says, by time, those without one last in their day",
      arguments: [
        ("date=2024-05-31", ["Late 50% Trio", "Stooges", "Äffchen", "Quartet"]),
        ("", ["Late 50% Trio", "Stooges", "Äffchen", "Quartet", "Stooges"]),
        ("from=2024-06-01", ["Stooges"]), ("to=2024-05-30", []), ("from=2024-05-30&to=2024-05-30", ["Quartet"]),
        ("starts_after=2024-06-01T01:00:00Z", ["Stooges", "Äffchen", "Stooges"]),
        ("starts_after=2024-05-31T22:00:01Z&starts_before=2024-06-01T01:00:00Z", ["Stooges", "Äffchen"]),
        ("starts_before=2024-06-01T00:59:59Z", ["Late 50% Trio"]),
        ("starts_after=2024-05-31T00:00:00Z&starts_before=2024-05-31T22:00:00Z", ["Quartet", "Late 50% Trio"]),
        ("starts_after=2024-05-31T20:00:00-05:00&date=2024-05-31&venue=1", ["Stooges"]),
        ("starts_after=2024-05-31T05:00:00Z&starts_before=2024-06-01T05:00:00Z&artist=3", []),
        ("date=2024-05-31&status=cancelled", ["Quartet"]),
        ("date=2024-05-31&near=29.9640,-90.0580", ["Stooges", "Äffchen"]),
        ("date=2024-05-31&near=29.9640,-90.0580&within=10", ["Stooges"]),
        ("date=2024-05-31&near=29.9640,-90.0580&within=20000", ["Stooges", "Äffchen", "Quartet"]),
        ("genre=brass%20band", ["Stooges", "Stooges"]), ("genre=+JAZZ+", ["Late 50% Trio", "Quartet"]),
        ("genre=Rock", []),
        ("q=frenchmen", []), ("q=spotted", ["Äffchen"]), ("q=50%25", ["Late 50% Trio"]), ("q=%25", ["Late 50% Trio"]),
        ("q=LOUD", ["Stooges"]), ("q=it's'", []), ("venue=3", ["Quartet", "Stooges"]),
        ("artist=1", ["Stooges", "Stooges"]),
        ("venue=3&artist=1", ["Stooges"]),
      ])
    func filters(query: String, expected: [String]) throws { #expect(try world.artists(query) == expected) }

    @Test(
      "Coordinates that no place has are none, and break no list",
      arguments: ["1e13", "120", "-90.5", "'Infinity'", "'NaN'"])
    func impossibleCoordinates(latitude: String) throws {
      try world.run("update venues set latitude = \(latitude), longitude = 0 where id = 3")
      #expect(try world.artists("date=2024-05-31&near=29.9640,-90.0580&within=100000") == ["Stooges", "Äffchen"])
      #expect(try world.items("/venues?near=29.9640,-90.0580").allSatisfy { $0["id"] != 3 })
      let calendar = world.response("/events.ics?from=2024-05-30&to=2024-06-02")
      #expect(calendar.status == 200)
      #expect(String(decoding: calendar.body, as: UTF8.self).contains("Stooges"))
    }

    @Test("An event has everything that a listing of tonight needs, and the distance only where there is a point")
    func shape() throws {
      let event = try #require(try world.items("/events?date=2024-05-31&near=29.9640,-90.0580").first)
      #expect(event["id"] == 1)
      #expect(event["date"] == "2024-05-31")
      #expect(event["local_time"] == "20:00")
      #expect(event["timezone"] == "America/Chicago")
      #expect(event["starts_at"] == "2024-06-01T01:00:00Z")
      #expect(event["url"] == "https://www.wwoz.org/events/1")
      #expect(event["distance_m"] == 0)
      #expect(event["genres"] == [])
      #expect(event["description"] == "Loud, \"brass\"")
      #expect(event["artist"] == ["id": 1, "name": "Stooges", "website": nil, "genres": ["Brass Band"]])
      #expect(event["venue"]?.object?["address"] == "618 Frenchmen")
      let without = try #require(try world.items("/events?date=2024-05-31&artist=3").first)
      #expect(without["starts_at"] == .null)
      #expect(without["distance_m"] == nil)
    }

    @Test("The responses have the members that the document says")
    func documented() throws {
      let document = try #require(OpenAPIDocument(world.router.routes, isPublic: true).json.object)
      for (path, target) in [
        ("/events", "/events?near=29.9640,-90.0580"), ("/venues", "/venues?near=29.9640,-90.0580"),
        ("/artists", "/artists"), ("/genres", "/genres"),
      ] {
        let schema = schema(of: path, in: document)
        let item = schema?["properties"]?.object?["items"]?.object?["items"]?.object
        let documented = try #require(item?["properties"]?.object?.names)
        #expect(Set(try #require(try world.items(target).first).names) == Set(documented), "\(path)")
      }
      let names = try #require(schema(of: "/events/{id}", in: document)?["properties"]?.object?.names)
      #expect(Set(try world.get("/events/1").names) == Set(names))
    }

    private func schema(of path: String, in document: JSONObject) -> JSONObject? {
      let operation = document["paths"]?.object?[path]?.object?["get"]?.object
      let content = operation?["responses"]?.object?["200"]?.object?["content"]?.object
      return content?["application/json"]?.object?["schema"]?.object
    }

    @Test("A cursor goes on among the events that begin between two moments, and belongs to these")
    func moments() throws {
      let query = "/events?starts_after=2024-05-31T01:00:00Z&starts_before=2024-06-01T01:00:00Z"
      let ids = try world.pages("\(query)&limit=1").compactMap { $0["id"]?.number?.text }
      #expect(ids == ["7", "4", "1", "2"])
      let next = try #require(try world.get("\(query)&limit=1")["next_cursor"]?.string)
      let other = query.replacing("06-01T01", with: "06-01T02")
      #expect(world.response("\(other)&cursor=\(next)").status == 404)
    }

    @Test("Parameters that contradict each other are refused")
    func contradictions() {
      for query in [
        "/events?from=2024-06-02&to=2024-06-01", "/events?date=2024-05-31&from=2024-05-31",
        "/events?date=2024-05-31&to=2024-06-01", "/events?within=5", "/venues?within=5",
        "/events?starts_after=2024-06-02&starts_before=2024-06-01", "/events.ics?date=2024-05-31&from=2024-05-31",
        "/events.ics?from=2024-06-02&to=2024-06-01",
      ] {
        #expect(world.response(query).status == 422, "\(query)")
      }
    }

    @Test("Pages by cursor have every event once, also where times are equal or unknown", arguments: [1, 2, 3])
    func pages(limit: Int) throws {
      let ids = try world.pages("/events?from=2024-05-30&status=any&limit=\(limit)").compactMap {
        $0["id"]?.number?.text
      }
      #expect(ids == ["7", "4", "1", "2", "5", "3", "6"])
      let venues = try world.pages("/venues?limit=\(limit)").compactMap { $0["name"]?.string }
      #expect(venues == ["Maple Leaf", "Spotted Cat", "Unknown Place", "d.b.a."])
      let artists = try world.pages("/artists?limit=\(limit)").compactMap { $0["name"]?.string }
      #expect(artists == ["Late 50% Trio", "Quartet", "Stooges", "Äffchen"])
    }

    @Test("A cursor of another list, or of another filter, is no page")
    func otherLists() throws {
      let next = try #require(try world.get("/venues?limit=1")["next_cursor"]?.string)
      #expect(world.response("/venues?limit=2&cursor=\(next)").status == 200)
      #expect(world.response("/artists?cursor=\(next)").status == 404)
      #expect(world.response("/venues?q=cat&cursor=\(next)").status == 404)
    }

    @Test("A page of large items ends early, and its cursor goes on; a calendar of them is refused")
    func large() throws {
      try world.run(
        """
        insert into artists (id, name, description)
          select n, 'Large ' || n, repeat('x', 1000000) from generate_series(101, 106) n;
        insert into events (id, source, wwoz_event_href, artist_id, artist_name, event_date, description, status, last_written)
          select n, 'wwoz', '/events/' || n, n, 'Large ' || n, '2024-06-01', repeat('x', 1000000), 'scheduled', now()
          from generate_series(101, 106) n;
        """)
      let first = try world.get("/artists?q=large&limit=6")
      #expect(first["items"]?.array?.count == 4)
      #expect(first["next_cursor"]?.string != nil)
      #expect(try world.pages("/artists?q=large&limit=6").count == 6)
      // One that is larger than a page is a page of its own.
      try world.run("insert into artists (id, name, description) values (100, 'Large 100', repeat('x', 5000000))")
      #expect(try world.get("/artists?q=large&limit=6")["items"]?.array?.count == 1)
      #expect(try world.pages("/artists?q=large&limit=6").count == 7)
      #expect(world.response("/events.ics?date=2024-06-01").status == 422)
    }

    @Test("Of a page, and of a calendar, no more rows are read than fill a response")
    func largest() throws {
      // More than the database sends at once.
      try world.run(
        """
        insert into artists (id, name, description)
          select n, 'Large ' || n, repeat('x', 100000) from generate_series(101, 500) n;
        insert into events
          (id, source, wwoz_event_href, artist_id, artist_name, event_date, description, status, last_written)
          select n, 'wwoz', '/events/' || n, n, 'Large ' || n, '2024-06-01', repeat(E'\\r', 100000), 'scheduled', now()
          from generate_series(101, 500) n;
        """)
      #expect(try world.get("/artists?q=large&limit=500")["items"]?.array?.count == 41)
      #expect(try world.pages("/artists?q=large&limit=500").count == 400)
      // In a calendar these line ends take no bytes.
      let calendar = world.response("/events.ics?date=2024-06-01")
      #expect(calendar.status == 422)
      #expect(String(decoding: calendar.body, as: UTF8.self).contains("choose fewer days"))
    }

    @Test("A point is what the documented pattern has, and nothing else")
    func points() throws {
      let pattern = try Regex(try #require(Area.parameters.first?.pattern))
      let numbers = [
        "0", "-0", "00", "005", "5.", ".5", "-.5", "--5", "5-", "1.2.3", "", "-", ".", "0.1234567890", "0.12345678901",
        "90", "90.0", "90.0000000001", "-90", "91", "089", "099", "100", "179.9999999999", "180", "-180.0", "181",
        "1000",
        "1e1", "%D9%A1",
      ]
      var accepted = 0
      for point in numbers.flatMap({ ["\($0),0", "0,\($0)"] }) + [
        "1", "1,2,3", ",", "29.9640,-90.0580", "29.9640, -90.0580", "29.9640,  -90.0580", " 29.9640,-90.0580",
        "29.9640 ,-90.0580", "29.9640,-90.0580 ", "29.9640, ",
      ] {
        let fits = point.wholeMatch(of: pattern) != nil
        if fits { accepted += 1 }
        #expect(
          world.response("/venues?near=\(point.replacing(" ", with: "%20"))").status == (fits ? 200 : 422), "\(point)")
      }
      #expect(accepted > 20)
      #expect(
        try world.get("/venues?near=29.9640,%20-90.0580&within=10")["items"]
          == world.get("/venues?near=29.9640,-90.0580&within=10")["items"])
    }

    @Test("What is no point and no cursor is refused; what is not there is not found")
    func refused() {
      for query in [
        "near=x", "near=1", "near=91,0", "near=0,181", "near=1e1,2", "near=nan,nan", "near=0x1,2", "near=,",
      ] {
        #expect(world.response("/events?\(query)").status == 422, "\(query)")
      }
      #expect(world.response("/events?cursor=abc").status == 404)
      #expect(world.response("/events/99").status == 404)
      #expect(world.response("/events/x").status == 422)
      #expect(world.response("/events?limit=501").status == 422)
    }

    @Test("One event has its details")
    func one() throws {
      let event = try world.get("/events/1")
      #expect(event["related_artists"] == ["Quartet"])
      #expect(event["last_written"] == "2024-05-30T00:00:00Z")
      #expect(event["moved_from"] == .null)
    }

    @Test("The zone is that of the view of current events")
    func zone() { #expect(EventZone.identifier == ConcertsSink.zoneOfCurrentEvents) }
  }
}
