import APIRouting
import Foundation
import JSON
import TestSupport
import Testing

@testable import APIEvents

extension APIEventsTests {
  /// Each list is walked by pages of one item, and compared with the order that the database gives.
  @Suite("The lists with times, texts and records that nobody expects")
  struct ListWalkTests {
    private let world: EventWorld

    init() throws { world = try EventWorld(isFilled: false) }

    private static let times = """
      array['infinity', '-infinity', '4714-11-24 00:00:00Z BC', '0001-06-01Z BC', '2255-06-05 23:47:34.740993Z',
        '2255-06-05 23:47:34.740994Z', '10000-01-01Z', '294276-12-31 23:59:59.999999Z', null]::timestamptz[]
      """

    private func ids(_ target: String) throws -> [String] {
      try world.pages(target).compactMap { $0["id"]?.string ?? $0["id"]?.number?.text }
    }

    @Test("Events of any day and time are listed once, in their order, and are in the calendar")
    func events() throws {
      try world.run(
        """
        insert into events (id, source, wwoz_event_href, event_date, performance_time, status, last_written, first_seen)
        select n, 'wwoz', '/e' || n,
          (array['2024-06-01', '9999-12-31', '10000-01-01', '5874897-12-31', 'infinity', '-infinity']::date[])
            [1 + n % 6], t[1 + n % 9], 'scheduled', t[1 + n % 8], t[1 + n % 8]
        from generate_series(1, 72) n, (select \(Self.times)) x (t)
        """)
      let expected = try world.texts(
        """
        select e.id::text from events e where event_date >= '2024-06-01'
        order by event_date, coalesce(performance_time, 'infinity'), e.id
        """)
      #expect(expected.count == 60)
      #expect(try ids("/events?from=2024-06-01&limit=1") == expected)
      for id in ["1", "8"] { #expect(world.response("/events/\(id)").status == 200) }
      let event = try world.get("/events/9")
      #expect(event["starts_at"] == "9999-12-31T23:59:59Z")
      #expect(event["local_time"] == .null)
      #expect(try world.get("/events/4")["date"] == "9999-12-31")
      #expect(try world.get("/events/2")["starts_at"] == "0001-01-01T00:00:00Z")
      #expect(try world.get("/events/17")["starts_at"] == .null)
      let response = world.response("/events.ics?from=2024-06-01&to=9999-12-31")
      let calendar = String(decoding: response.body, as: UTF8.self)
      #expect(response.status == 200, "\(calendar)")
      for line in ["DTSTART:99991231T235959Z", "DTSTART:00010101T000000Z", "DTSTAMP:99991231T235959Z"] {
        #expect(calendar.contains("\(line)\r\n"), "\(line)")
      }
      #expect(world.response("/events.ics?from=9999-12-31").status == 200)
    }

    @Test("Runs, datasets and rejected records of any time are listed once, in their order")
    func ledger() throws {
      try world.run(
        """
        insert into etl_runs (dataset, run, trigger, status, dates, items, started_at)
        select 'd' || n % 3, 'run' || n, 'manual', 'running', '{}', '{}', t[1 + n % 8]
        from generate_series(1, 48) n, (select \(Self.times)) x (t);
        insert into rejected_records (id, dataset, item, raw_key, position, reason, rejected_at)
        select n, 'd', 'i', 'k', n, 'r', t[1 + n % 8] from generate_series(1, 16) n, (select \(Self.times)) x (t);
        """)
      #expect(
        try ids("/runs?limit=1")
          == world.texts("select run from etl_runs order by started_at desc, dataset desc, run desc"))
      #expect(
        try ids("/rejected?limit=1") == world.texts("select r.id::text from rejected_records r order by r.id desc"))
      #expect(try ids("/datasets?limit=1") == ["d0", "d1", "d2"])
      #expect(try world.get("/runs/run8")["started_at"] == "9999-12-31T23:59:59Z")
      #expect(try world.get("/runs/run1")["started_at"] == "0001-01-01T00:00:00Z")
    }

    /// Texts around the length from which on a cursor has a mark, and far over it.
    private static let longTexts = """
      select repeat(c, n) || s as text
      from unnest(array['x', 'é', '"', E'\\x01']) c,
        unnest(array[199, 200, 598, 599, 1196, 1197, 1198, 18001, 20001]) n, unnest(array['', '1']) s
      """

    @Test("Names of any length are listed once, in their order")
    func longNames() throws {
      try world.run(
        """
        insert into artists (name) \(Self.longTexts);
        insert into venues (source, name, wwoz_venue_href)
          select 'wwoz', text, '/v' || md5(text) from (\(Self.longTexts)) t;
        insert into venues (source, name, wwoz_venue_href) select 'wwoz', name, 'again' || md5(name) from venues;
        """)
      for table in ["artists", "venues"] {
        let expected = try world.texts("select t.id::text from \(table) t order by name collate \"C\", t.id")
        #expect(expected.count >= 72)
        #expect(try ids("/\(table)?limit=1") == expected)
      }
    }

    @Test("Runs and datasets with names of any length are listed once, in their order")
    func longRuns() throws {
      try world.run(
        """
        insert into etl_runs (dataset, run, trigger, status, dates, items, started_at)
        select text, text || n, 'manual', 'running', '{}', '{}', timestamptz '2024-01-01Z'
        from (\(Self.longTexts)) t, generate_series(1, 2) n
        """)
      #expect(
        try ids("/runs?limit=1")
          == world.texts("select run from etl_runs order by started_at desc, dataset desc, run desc"))
      #expect(
        try ids("/datasets?limit=1") == world.texts("select dataset from etl_runs group by dataset order by dataset"))
    }

    @Test("The page after a long name that has changed is not known")
    func changedName() throws {
      try world.run("insert into artists (id, name) select n, repeat('x', 5000) || n from generate_series(1, 3) n")
      let next = try #require(try world.get("/artists?limit=1")["next_cursor"]?.string)
      #expect(next.utf8.count < 200)
      #expect(world.response("/artists?cursor=\(next)").status == 200)
      try world.run("update artists set name = name || '.' where id = 1")
      #expect(world.response("/artists?cursor=\(next)").status == 404)
    }

    @Test("Neighbours that together are more than the database sends at once are a page each")
    func largeNeighbours() throws {
      try world.run(
        """
        insert into rejected_records (id, dataset, item, raw_key, position, reason)
        select n, 'd', 'i', 'k', n, case when n in (3, 4) then repeat('r', 17 << 20) else 'x' end
        from generate_series(1, 5) n
        """)
      for limit in [1, 50] {
        var (ids, query): ([Substring], String?) = ([], "/rejected?limit=\(limit)")
        while let target = query {
          let response = world.response(target)
          // To parse all of a large one takes long.
          let body = response.body
          let start = String(decoding: body.prefix(300), as: UTF8.self)
          let end = String(decoding: body.suffix(300), as: UTF8.self)
          try #require(response.status == 200, "\(target): \(start)")
          ids += start.matches(of: /"id": ([0-9])/).map(\.1) + end.matches(of: /"id": ([0-9])/).map(\.1)
          query = end.firstMatch(of: /"next_cursor":"([^"]+)"/).map { "/rejected?limit=\(limit)&cursor=\($0.1)" }
        }
        #expect(ids.count { $0 == "3" } == 1 && ids.count { $0 == "4" } == 1)
        #expect(Set(ids) == ["1", "2", "3", "4", "5"])
      }
    }
  }
}
