import Contracts
import Loading
import Postgres
import Settings
import TestSupport
import Testing

@Suite("The view all_concerts", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
final class AllConcertsTests: CatalogSuite {
  private func run(_ script: String) throws { try connection.execute(script: script, deadline: Self.deadline) }

  private func addListing() throws {
    try run(
      """
      insert into venues (name, locality, state) values ('Blue Nile', 'New Orleans', 'LA');
      insert into artists (name) values ('Kermit Ruffins');
      insert into events (wwoz_event_href, artist_id, artist_name, venue_id, venue_name, event_date, performance_time, status)
        values ('/events/1', 1, 'Kermit', 1, 'Blue Nile', '2026-03-07', '2026-03-08T01:00:00Z', 'cancelled'),
          ('/events/2', null, 'TBA', null, 'Somewhere', '2026-03-08', null, 'scheduled');
      """)
  }

  private static let columns = """
    source, id, name, array_to_string(artists, '+'), venue_id, venue, city, state, local_date, local_time, timezone,
    to_char(start_time at time zone 'UTC', 'MM-DD HH24:MI'), date_precision, status, url, ticket_prices
    """
  private static let listed = [
    "wwoz|1|Kermit Ruffins|Kermit Ruffins|1|Blue Nile|New Orleans|LA|2026-03-07|19:00:00|America/Chicago|03-08 01:00|instant|cancelled|https://www.wwoz.org/events/1",
    "wwoz|2|TBA|TBA|Somewhere|2026-03-08|America/Chicago|day|scheduled|https://www.wwoz.org/events/2",
  ]

  @Test("has the listings' events in a database without a catalog, the catalog's concerts without listings, and both")
  func both() throws {
    try addListing()
    let rest = "all_concerts order by source desc, id"
    #expect(try lines(Self.columns, from: rest) == Self.listed)
    #expect(try lines("count(*)", from: "pg_namespace where nspname = 'catalog'") == ["0"])
    try load(
      [
        Self.concert(1, artists: [2, 1]), Self.concert(2, venue: 9, artists: [], time: nil), Self.venue(1),
        Self.artist(1),
        Self.artist(2),
      ], at: 1)
    let concerts = [
      #"tm|tm_E1|Event 1|Artist 2+Artist 1|tm_V1|Hall 1|New Orleans|2026-03-08|19:30:00|America/Chicago|03-09 00:30|instant|scheduled|https://t.example/1|{"standard": {"min": 15.5}}"#,
      #"tm|tm_E2|Event 2||tm_V9|2026-03-08|America/Chicago|day|scheduled|https://t.example/2|{"standard": {"min": 15.5}}"#,
    ]
    #expect(try lines(Self.columns, from: rest) == Self.listed + concerts)
    try run("truncate events, artists, venues cascade")
    #expect(try lines(Self.columns, from: rest) == concerts)
    #expect(
      try lines("count(*)", from: "pg_description where objoid = 'all_concerts'::regclass") == ["18"],
      "the comments stay when the view is made again")
  }

  @Test("holds with any of the catalog's tables, and with tables of their names that are others")
  func parts() throws {
    try addListing()
    try load([Self.venue(1)], into: "venues", at: 1)
    #expect(try lines(Self.columns, from: "all_concerts order by id") == Self.listed)
    #expect(try lines("to_regclass('catalog.concert_artists') is null", from: "(select) x") == ["t"])
    try load([Self.concert(1)], at: 2)
    try run("alter view all_concerts owner to current_user; drop table catalog.artists, catalog.venues cascade")
    #expect(try lines("count(*)", from: "pg_views where viewname = 'all_concerts'") == ["0"])
    // The next load makes the tables again, and then the view.
    try load([Self.concert(1), Self.venue(1)], at: 3)
    #expect(try lines("name, venue", from: "all_concerts where source = 'tm'") == ["Event 1|Hall 1"])
    try run(
      "drop schema catalog cascade; create schema catalog; create table catalog.concerts (concert_id int, note text)")
    try run("select etl_tables_changed()")
    #expect(try lines(Self.columns, from: "all_concerts order by id") == Self.listed)
  }

  @Test("does not stop a change of a table's column, and neither does a view of somebody else's")
  func changes() throws {
    try load(Self.season(), at: 1)
    try run(
      """
      create view big as select name, capacity from catalog.venues where capacity > 1;
      comment on view big is 'mine';
      """)
    // A wider column under three views, and a new column.
    try declare("venues", Entries(isWider: true))
    try load([Self.venue(1, #""city": "New Orleans", "capacity": 1.5, "phone": "5""#)], into: "venues", at: 3)
    #expect(try lines("name, capacity", from: "big") == ["Hall 1|1.5"])
    #expect(try lines("obj_description('big'::regclass)", from: "(select) x") == ["mine"])
    #expect(try lines("count(*)", from: "all_concerts") == ["20"])
    #expect(try lines("phone", from: "catalog.venues where venue_id = 'tm_V1'") == ["5"])
  }

  @Test("is searched by the indexes of the listings' events")
  func indexes() throws {
    try load(Self.season(), at: 1)
    try run(
      """
      insert into events (wwoz_event_href, artist_name, venue_name, event_date)
        select '/events/' || n, 'a', 'v', '2020-01-01'::date + n / 10 from generate_series(1, 5000) n;
      analyze events;
      """)
    let plan = try connection.query(
      "explain select * from all_concerts where local_date = '2020-02-01'", deadline: Self.deadline
    ).map { row -> String in try row[0] }
    #expect(plan.contains { $0.contains("events_by_event_date_index") }, "\(plan.joined(separator: "\n"))")
  }

  /// Makes a role with the rights to load into a database, and drops it afterwards.
  /// - Returns: what `work` returns, which takes the database's address for the role.
  private func withLoader<Value>(of database: TestDatabase, _ work: (String) throws -> Value) throws -> Value {
    let (role, word) = ("loader_\(UInt32.random(in: 0 ... .max))", "\(UInt64.random(in: 0 ... .max))")
    let owner = try database.connect()
    try owner.execute(
      script: """
        create role \(role) login password '\(word)';
        grant create on schema public to \(role);
        grant select, insert, update, delete on all tables in schema public to \(role);
        grant usage on all sequences in schema public to \(role);
        do $$ begin execute format('grant create on database %I to \(role)', current_database()); end $$;
        """, deadline: Self.deadline)
    defer { try? owner.execute(script: "drop owned by \(role) cascade; drop role \(role)", deadline: Self.deadline) }
    return try work(TestDatabase.url(server: database.url, user: role, password: word))
  }

  @Test("stops no migration of a role that may not look into somebody else's schema catalog, or its tables")
  func foreignSchema() throws {
    let empty = try TestDatabase()
    let owner = try empty.connect()
    let columns = """
      concert_id text, artist_ids jsonb, venue_id text, event_date timestamptz, local_date date, local_time text,
      timezone text, date_precision text, ticket_prices jsonb, status text, source text, raw_data jsonb
      """
    try owner.execute(
      script: "create schema catalog; create table catalog.concerts (\(columns))", deadline: Self.deadline)
    try withLoader(of: empty) { url in
      var configuration = Configuration(environment: ["PG_DATABASE_URL": url])
      let registry = try LoadingRegistry(LoadingSettings(from: &configuration), applicationName: "tests") {
        Configuration(environment: [:])
      }
      _ = try registry.migrate(isDryRun: false, deadline: Self.deadline) { _ in }
      let loader = PostgresConnection(try PostgresURL(url), applicationName: "tests")
      func problem() throws -> String? {
        try loader.query("select etl_tables_changed()", deadline: Self.deadline)[0][0]
      }
      func count() throws -> Int {
        try loader.query("select count(*) as count from all_concerts", deadline: Self.deadline)[0]["count"]
      }
      #expect(try problem() == "permission denied for schema catalog" && count() == 0)
      // The view would be made, and could not be read.
      try owner.execute(script: "grant usage, create on schema catalog to public", deadline: Self.deadline)
      #expect(try problem() == "permission denied for a table of the schema catalog" && count() == 0)
      try owner.execute(script: "grant select on catalog.concerts to public", deadline: Self.deadline)
      try owner.execute(script: "insert into catalog.concerts (concert_id) values ('1')", deadline: Self.deadline)
      #expect(try problem() == nil && count() == 1)
    }
  }

  @Test("of another role stops no load: it stays as it is, and the load says so")
  func foreignView() throws {
    try withLoader(of: database) { url in
      loaderURL = url
      try declare("events")
      try addListing()
      #expect(try load(Self.season(), at: 1).records.new == 27)
      #expect(try lines("count(*)", from: "all_concerts") == ["2"])
      let remarks = logged.filter { $0.contains("select etl_tables_changed()") && $0.contains("must be owner") }
      #expect(remarks.count == 1, "\(logged.joined(separator: "\n"))")
      try run("select etl_tables_changed()")
      #expect(try lines("count(*)", from: "all_concerts") == ["22"])
    }
  }
}
