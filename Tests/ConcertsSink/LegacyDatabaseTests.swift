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
  @Suite("A database of the legacy system")
  final class LegacyDatabaseTests: SinkSuite {
    override class var isMigrated: Bool { false }

    enum Version: CaseIterable {
      case asModelled, withKeys, withIndexes, withoutConstraints

      fileprivate var script: String {
        switch self {
        case .asModelled: ""
        case .withKeys: namedConstraints
        case .withIndexes: indexes
        case .withoutConstraints: noLegacyConstraints
        }
      }
    }

    /// Builds the database, and migrates it.
    private func migrate(_ scripts: String...) throws {
      for script in scripts { try connection.execute(script: script, deadline: within()) }
      #expect(
        try sink.database.migrate(deadline: within()) == ConcertsSink.migrations.map(\.name))
    }

    /// Returns the columns of a database, without those that only some legacy databases have.
    private func shape(of connection: PostgresConnection) throws -> [String] {
      try connection.lines(
        "table_name, column_name, replace(data_type, 'character varying', 'text'), character_maximum_length, is_nullable",
        from: """
          information_schema.columns where table_schema = 'public' and column_name not like '%embedding'
            and table_name <> 'favourites'
          """
      ).sorted()
    }

    /// Returns the unique and foreign keys by their columns, regardless of their names.
    private func keys(of connection: PostgresConnection) throws -> Set<String> {
      let columns = "select string_agg(attname, ',' order by attname) from pg_attribute where attrelid"
      let unique = try connection.lines(
        "indrelid::regclass, (\(columns) = indrelid and attnum = any (indkey)), pg_get_expr(indpred, indrelid)",
        from: "pg_index where indisunique and indrelid::regclass::text !~ '^pg_'")
      let foreign = try connection.lines(
        "conrelid::regclass, (\(columns) = conrelid and attnum = any (conkey)), confrelid::regclass, confdeltype",
        from: "pg_constraint where contype = 'f'")
      return Set(unique + foreign)
    }

    @Test(
      "is migrated to the tables of an empty one, with any names of constraints",
      arguments: Version.allCases)
    func shape(version: Version) throws {
      try migrate(plainLegacyTables, version.script, legacyRows)
      let fresh = try TestDatabase()
      try makeSink(fresh).database.migrate(deadline: within())
      #expect(try shape(of: connection) == shape(of: fresh.connect()))
      #expect(try keys(of: connection) == keys(of: fresh.connect()))

      let sink = try makeSink(testDatabase)
      let record = makeRecord(href: "/events/10", artist: "Irma", venueHref: "/organizations/blue-nile")
      let report = try sink.load(makeDocument([record], isWholeListing: false), deadline: within())
      #expect(report.events == RecordCounts(found: 1, changed: 1))
      #expect(report.venues == RecordCounts(found: 1, changed: 1))
      #expect(report.artists == RecordCounts(found: 1, unchanged: 1))
    }

    @Test("keeps one venue of each address, with every value that any duplicate has")
    func venues() throws {
      try migrate(plainLegacyTables, legacyRows)
      #expect(
        try connection.lines(
          """
          name, coalesce(wwoz_venue_href, '-'), coalesce(full_address, '-'), coalesce(phone_number, '-'),
            coalesce(website, '-'), coalesce(capacity::text, '-'), coalesce(latitude::text, '-'), source
          """, from: "venues order by name") == [
            "Blue Nile|/organizations/blue-nile|532 Frenchmen St, New Orleans, LA 70116|504-555-0100"
              + "|https://bluenile.example|200|29.96|wwoz",
            "Maple Leaf|/organizations/maple-leaf|-|-|-|-|-|wwoz",
            "No Page|-|-|-|-|-|-|wwoz",
          ])
      #expect(
        try connection.lines("e.wwoz_event_href, v.name", from: "events e join venues v on v.id = venue_id order by 1")
          == [
            "/events/10|Blue Nile", "/events/11|Blue Nile", "/events/12|Blue Nile", "/events/13|Maple Leaf",
          ])
      #expect(
        try connection.lines(
          "v.name, g.name",
          from: "venue_genres j join venues v on v.id = venue_id join genres g on g.id = genre_id order by 1")
          == ["Blue Nile|Funk", "Blue Nile|Jazz"])
    }

    @Test("gets each event's day, and no time for midnight in Chicago or in UTC")
    func events() throws {
      try migrate(plainLegacyTables, legacyRows)
      #expect(
        try connection.lines(
          """
          wwoz_event_href, event_date,
            coalesce(to_char(performance_time at time zone 'America/Chicago', 'HH24:MI'), '-'), status, coalesce(description, '-'), first_seen = scrape_time
          """, from: "events order by 1") == [
            "/events/10|2024-05-31|-|scheduled|Late show|t",
            "/events/11|2024-05-31|22:30|scheduled|-|t",
            "/events/12|2024-12-31|-|scheduled|-|t",
            "/events/13|2024-06-01|-|scheduled|-|t",
          ])
    }

    @Test("loses made-up descriptions, and dangling and duplicate joins")
    func leftovers() throws {
      try migrate(plainLegacyTables, noLegacyConstraints, legacyRows, legacyOrphans)
      #expect(
        try connection.lines("name, description", from: "artists order by name") == ["Irma|Soul queen", "Kermit"])
      #expect(try connection.count("venue_genres") == 2)
      #expect(try connection.count("event_genres") == 1)
      #expect(
        try connection.lines(
          "a.name, r.name, from_event",
          from: "artist_relations j join artists a on a.id = artist_id join artists r on r.id = related_artist_id")
          == ["Kermit|Irma|t"])
      #expect(try connection.lines("wwoz_event_href", from: "events where venue_id is null") == ["/events/14"])
    }

    @Test("keeps embeddings of any type, and updates other tables' references to venues")
    func extras() throws {
      let extra = """
        alter table venues add venue_info_embedding float4[]; alter table events add embedding text;
        update venues set venue_info_embedding = array[id::float4]; update events set embedding = wwoz_event_href;
        create table favourites (
          person text, venue_id integer references venues on delete cascade, unique (person, venue_id));
        insert into favourites values ('Ann', 1), ('Ann', 2), ('Bob', 2);
        """
      try migrate(plainLegacyTables, legacyRows, extra)
      #expect(
        try connection.lines("name, venue_info_embedding", from: "venues order by name") == [
          "Blue Nile|{2}", "Maple Leaf|{4}", "No Page|{6}",
        ])
      #expect(try connection.count("events where embedding = wwoz_event_href") == 4)
      #expect(
        try connection.lines("person, v.name", from: "favourites join venues v on v.id = venue_id order by 1") == [
          "Ann|Blue Nile", "Bob|Blue Nile",
        ])
    }

    @Test("gets one artist and one genre for duplicates")
    func doubles() throws {
      try migrate(
        plainLegacyTables, noLegacyConstraints, legacyRows,
        """
        insert into artists (id, name, description, website) values (7, 'Kermit', 'Trumpet', 'https://kermit.example');
        insert into genres (id, name, description) values (7, 'Jazz', 'America''s classical music');
        insert into artist_genres values (7, 7), (7, 2);
        insert into artist_relations values (7, 2), (7, 1);
        insert into events (id, wwoz_event_href, artist_id, venue_id, performance_time, scrape_time)
          values (7, '/events/20', 7, 1, now(), now());
        """)
      #expect(
        try connection.lines("name, description, website", from: "artists order by name") == [
          "Irma|Soul queen", "Kermit|Trumpet|https://kermit.example",
        ])
      #expect(
        try connection.lines("name, description", from: "genres order by name") == [
          "Funk", "Jazz|America's classical music",
        ])
      #expect(
        try connection.lines(
          "a.name, g.name",
          from: "artist_genres j join artists a on a.id = artist_id join genres g on g.id = genre_id order by g.name")
          == ["Kermit|Funk", "Kermit|Jazz"])
      #expect(try connection.count("artist_relations") == 1)
      #expect(
        try connection.lines("a.name", from: "events e join artists a on a.id = artist_id where e.id = 7") == ["Kermit"]
      )
    }
  }
}

/// The tables as SQLAlchemy creates them from the legacy system's models.
let plainLegacyTables = """
  create table venues (
    id serial not null, name varchar(255) not null, phone_number varchar, thoroughfare varchar, locality varchar,
    state varchar, postal_code varchar, full_address varchar, wwoz_venue_href varchar, website varchar,
    is_active boolean, latitude float, longitude float, capacity integer, is_indoors boolean, is_streaming boolean,
    last_updated timestamp with time zone default 'now()', last_geocoded timestamp with time zone, description text,
    primary key (id));
  create table artists (
    id serial not null, name varchar(255) not null, wwoz_artist_href varchar, description text, popularity_score float,
    typical_set_length interval, website varchar(255), primary key (id));
  create table genres (
    id serial not null, name varchar(100) not null, description text, primary key (id), unique (name));
  create table events (
    id serial not null, wwoz_event_href varchar, description text, artist_id integer, venue_id integer,
    artist_name varchar, venue_name varchar, performance_time timestamp with time zone not null,
    end_time timestamp with time zone, scrape_time timestamp with time zone not null,
    last_updated timestamp with time zone default 'now()', is_recurring boolean, recurrence_pattern varchar,
    is_indoors boolean, is_streaming boolean, primary key (id),
    foreign key (artist_id) references artists (id), foreign key (venue_id) references venues (id));
  create table venue_artists (
    venue_id integer not null, artist_id integer not null, primary key (venue_id, artist_id),
    foreign key (venue_id) references venues (id) on delete cascade,
    foreign key (artist_id) references artists (id) on delete cascade);
  create index ix_venue_artist_venue_id on venue_artists (venue_id);
  create index ix_venue_artist_artist_id on venue_artists (artist_id);
  create table venue_genres (
    venue_id integer not null, genre_id integer not null, primary key (venue_id, genre_id),
    foreign key (venue_id) references venues (id) on delete cascade,
    foreign key (genre_id) references genres (id) on delete cascade);
  create table artist_genres (
    artist_id integer not null, genre_id integer not null, primary key (artist_id, genre_id),
    foreign key (artist_id) references artists (id) on delete cascade,
    foreign key (genre_id) references genres (id) on delete cascade);
  create table event_genres (
    event_id integer not null, genre_id integer not null, primary key (event_id, genre_id),
    foreign key (event_id) references events (id) on delete cascade,
    foreign key (genre_id) references genres (id) on delete cascade);
  create table artist_relations (
    artist_id integer not null, related_artist_id integer not null, primary key (artist_id, related_artist_id),
    foreign key (artist_id) references artists (id) on delete cascade,
    foreign key (related_artist_id) references artists (id) on delete cascade);
  """

/// The keys that one version of the legacy system declares.
private let namedConstraints = """
  alter table venues add constraint uq_venue_name_address unique (name, full_address);
  alter table artists add constraint whatever unique (name);
  alter table events add constraint events_wwoz_event_href_key unique (wwoz_event_href);
  """

/// The indexes that a script of the legacy system creates.
private let indexes = """
  create unique index idx_artists_name on artists (name);
  create unique index idx_venues_name_address on venues (name, full_address);
  create unique index idx_events_href on events (wwoz_event_href);
  create unique index idx_artist_relations_unique on artist_relations (artist_id, related_artist_id);
  """

/// Drops all constraints other than the entities' primary keys.
let noLegacyConstraints = """
  do $$
  declare c record;
  begin
    for c in select conname, conrelid::regclass as t from pg_constraint
      where connamespace = 'public'::regnamespace
        and (contype in ('f', 'u') or (contype = 'p' and conrelid::regclass::text like '%\\_%'))
      order by contype
    loop
      execute format('alter table %s drop constraint %I', c.t, c.conname);
    end loop;
  end $$;
  """

let legacyRows = """
  insert into genres (id, name) values (1, 'Jazz'), (2, 'Funk');
  insert into artists (id, name, description, wwoz_artist_href) values
    (1, 'Kermit', 'lorum ipsum', ''), (2, 'Irma', 'Soul queen', '/artists/irma');
  insert into venues
    (id, name, full_address, thoroughfare, wwoz_venue_href, phone_number, website, capacity, latitude) values
    (1, 'Blue Nile', '', '', '/organizations/blue-nile', '', 'https://bluenile.example', 200, null),
    (2, 'Blue Nile', '532 Frenchmen St, New Orleans, LA 70116', '532 Frenchmen St', '/organizations/blue-nile',
      '504-555-0100', '', null, 29.96),
    (3, 'Blue Nile', null, null, null, null, null, null, 29.9511),
    (4, 'Maple Leaf', null, null, '/organizations/maple-leaf', null, null, null, null),
    (6, 'No Page', null, null, null, null, null, null, null);
  insert into events (id, wwoz_event_href, description, artist_id, venue_id, performance_time, scrape_time) values
    (10, '/events/10', 'Late show', 1, 1, '2024-05-31 00:00:00-05', '2024-05-30 08:00:00Z'),
    (11, '/events/11', '', 2, 2, '2024-06-01 03:30:00Z', '2024-05-30 08:00:00Z'),
    (12, '/events/12', '', 2, 3, '2024-12-31 00:00:00-06', '2024-05-30 08:00:00Z'),
    (13, '/events/13', null, 2, 4, '2024-06-01 00:00:00Z', '2024-05-30 08:00:00Z');
  insert into venue_genres values (1, 1), (2, 1), (2, 2);
  insert into event_genres values (10, 1);
  insert into artist_relations values (1, 2);
  select setval('venues_id_seq', 100), setval('artists_id_seq', 100), setval('genres_id_seq', 100),
    setval('events_id_seq', 100);
  """

let legacyOrphans = """
  insert into venue_genres values (99, 1), (1, 99), (2, 1);
  insert into event_genres values (10, 1), (98, 1);
  insert into artist_relations values (1, 1), (1, 97);
  insert into events (id, wwoz_event_href, artist_id, venue_id, performance_time, scrape_time)
    values (14, '/events/14', 1, 96, now(), now());
  """
