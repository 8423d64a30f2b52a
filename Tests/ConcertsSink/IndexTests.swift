import Contracts
import EventRecords
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink
@testable import Ledger

extension ConcertsSinkTests {
  @Suite("Indexes, in a database of 100,000 events")
  final class IndexTests: SinkSuite {
    override class var isMigrated: Bool { false }

    /// Makes the database: 1000 days up to 30 days from today, 100 events each; 1000 venues, 5000 artists, 1000 loads.
    private func fill() throws {
      try sink.database.migrate(deadline: within())
      try connection.execute(
        script: """
          insert into venues (name) select 'venue ' || n from generate_series(1, 1000) n;
          insert into artists (name) select 'artist ' || n from generate_series(1, 5000) n;
          insert into events
            (wwoz_event_href, event_date, performance_time, venue_id, artist_id, artist_name, venue_name, load_id)
            select '/events/' || n, current_date + 30 - n / 100, now() + (30 - n / 100) * interval '1 day',
              1 + n % 1000, 1 + n % 5000, 'artist ' || 1 + n % 5000, 'venue ' || 1 + n % 1000, 1 + n / 100
            from generate_series(0, 99999) n;
          insert into loads (dataset, item, event_date, raw_key, run, counts)
            select 'wwoz', 'item ' || n, current_date + 30 - n / 10, 'key ' || n, 'run ' || n / 10,
              '{"records": {"found": 0, "new": 0, "changed": 0, "unchanged": 0, "rejected": 0}}'
            from generate_series(1, 10000) n;
          insert into rejected_records (dataset, item, raw_key, position, reason, load_id)
            select 'wwoz', 'item', 'key ' || n / 10, n % 10, 'no venue', n / 10 from generate_series(1, 20000) n;
          analyze;
          """, deadline: within(.seconds(120)))
    }

    /// Returns the names of the indexes that the server reads for a query, and the tables that it reads from end to end.
    private func plan(of query: PostgresStatement) throws -> (indexes: Set<String>, scanned: Set<String>) {
      let rows = try connection.pipeline(
        [PostgresStatement("explain (format json) " + query.sql, query.values)], deadline: within())
      let text: String = try #require(rows.first?.first)[0]
      var (indexes, scanned): (Set<String>, Set<String>) = ([], [])
      func walk(_ node: Any) {
        if let list = node as? [Any] { list.forEach(walk) }
        guard let object = node as? [String: Any] else { return }
        if let name = object["Index Name"] as? String { indexes.insert(name) }
        if object["Node Type"] as? String == "Seq Scan", let name = object["Relation Name"] as? String {
          scanned.insert(name)
        }
        object.values.forEach(walk)
      }
      walk(try JSONSerialization.jsonObject(with: Data(text.utf8)))
      return (indexes, scanned)
    }

    @Test("serve the obvious queries, the cached day and the view current_events: no table is read from end to end")
    func used() throws {
      try fill()
      let queries: [(index: String, sql: String)] = [
        (
          "events_by_performance_time_index",
          "select * from events where performance_time >= now() and performance_time < now() + interval '1 day'"
        ),
        ("events_by_event_date_index", "select * from events where event_date = current_date"),
        ("events_by_venue_id_index", "select * from events where venue_id = 7"),
        ("events_by_artist_id_index", "select * from events where artist_id = 7"),
        ("events_by_load_id_index", "select * from events where load_id = 7"),
        ("rejected_records_by_load_id_index", "select * from rejected_records where load_id = 7"),
        ("loads_by_run_index", "select * from loads where run = 'run 7'"),
        ("events_by_event_date_index", "select * from current_events where status = 'scheduled'"),
      ]
      for (index, sql) in queries {
        let plan = try plan(of: PostgresStatement(sql))
        #expect(plan.indexes.contains(index), "\(sql): \(plan)")
        #expect(plan.scanned.isDisjoint(with: ["events", "loads", "rejected_records"]), "\(sql): \(plan)")
      }
      let day = CalendarDate(daysSinceEpoch: Int(Date().timeIntervalSince1970 / 86_400))
      let cached = try plan(of: sink.eventsStatement(day...day))
      #expect(cached.indexes.contains("events_by_event_date_index"), "\(cached)")
      // A venue or an artist that is deleted is looked for in events.
      try connection.query("drop index events_by_venue_id_index", deadline: within())
      #expect(try plan(of: PostgresStatement("select * from events where venue_id = 7")).scanned == ["events"])
    }

    @Test("are what the issue names: an index that is missing is found")
    func listed() throws {
      let named = ["performance_time", "venue_id", "artist_id", "load_id"].map { "events.\($0)" }
      let indexes = ConcertsSink.migrations.flatMap(\.indexes).map { "\($0.table).\($0.column)" }
      #expect(Set(indexes).isSuperset(of: named + ["rejected_records.load_id", "loads.run"]))
    }
  }

  @Suite("The view current_events")
  final class CurrentEventsTests: SinkSuite {
    @Test(
      "has today's and later events, with local time, status, venue, coordinates, artist, genres and related artists")
    func rows() throws {
      let zone = try chicago.get()
      let today = zone.localDate(at: Date())
      func record(_ number: Int, _ day: Int, at time: (hour: Int, minute: Int)?) -> EventRecord {
        let date = today.adding(days: day)
        return makeRecord(
          href: "/events/\(number)", artist: "Irma", artistHref: "/artists/irma", artistGenres: ["Soul"],
          artistRelated: ["Allen"], date: date.description,
          time: time.map {
            let start = zone.date(date, hour: $0.hour, minute: $0.minute)
            return RFC3339.string(start, offset: zone.offset(at: start))
          },
          related: ["Kermit"], genres: ["Funk", "Blues"])
      }
      for (day, records) in [
        (-1, [record(1, -1, at: (20, 0))]), (0, [record(2, 0, at: (20, 0)), record(3, 0, at: nil)]),
        (1, [record(4, 1, at: (21, 30))]),
      ] {
        let date = today.adding(days: day)
        try sink.load(makeDocument(records, date: date, key: "raw/\(date).json"), deadline: within())
      }
      try connection.query("update venues set latitude = 29.96, longitude = -90.06", deadline: within())
      try connection.query(
        "update events set status = 'cancelled' where wwoz_event_href = '/events/4'", deadline: within())
      #expect(
        try connection.lines(
          """
          wwoz_event_href, event_date = (now() at time zone 'America/Chicago')::date, to_char(local_time, 'HH24:MI'),
            status, artist, venue, latitude, longitude, genres, artist_genres, related_artists
          """, from: "current_events order by wwoz_event_href") == [
            "/events/2|t|20:00|scheduled|Irma|Blue Nile|29.96|-90.06|{Blues,Funk}|{Soul}|{Allen,Kermit}",
            "/events/3|t|scheduled|Irma|Blue Nile|29.96|-90.06|{Blues,Funk}|{Soul}|{Allen,Kermit}",
            "/events/4|f|21:30|cancelled|Irma|Blue Nile|29.96|-90.06|{Blues,Funk}|{Soul}|{Allen,Kermit}",
          ])
    }
  }
}
