import Postgres
import TestSupport
import Testing

@testable import ConcertsSink
@testable import Ledger

extension ConcertsSinkTests {
  @Suite("The coordinates of a former database")
  final class VenueLocationTests: SinkSuite {
    override class var isMigrated: Bool { false }

    private static let venues = """
      create table venues (id serial primary key, name text not null, thoroughfare text, locality text, state text,
        postal_code text, full_address text, latitude TYPE, longitude TYPE, last_geocoded timestamptz);
      insert into venues (name, full_address, latitude, longitude, last_geocoded) values
        ('Blue Nile', '532 Frenchmen St,  New Orleans, LA', 29.9638, -90.0579, '2025-11-01 00:00Z'),
        ('Default', '1 Nowhere, New Orleans, LA', 29.9511, -90.0715, '2025-11-01 00:00Z'),
        ('Exactly there', '2 Canal St', 29.9511, -90.0716, null),
        ('Half', '3 Canal St', 29.9511, null, null),
        ('No address', ', ,  ', 29.97, -90.1, null),
        ('No number', '4 Canal St', 'NaN', -90.0715, null),
        ('Out of range', null, 29.9, -190.1, '2025-11-01 00:00Z'),
        ('Zero', '6 Canal St', 0, 0, '2025-11-01 00:00Z'),
        ('Unknown', '5 Canal St', null, null, null);
      """

    private func makeVenues(_ type: String) throws {
      try connection.execute(script: Self.venues.replacing("TYPE", with: type), deadline: within())
    }

    @Test(
      "lose the default and what is no place, and keep what was found with its address and time (F49)",
      arguments: ["double precision", "real", "numeric"])
    func migrated(type: String) throws {
      try makeVenues(type)
      try sink.database.migrate(deadline: within())
      #expect(
        try connection.lines(
          "name, coalesce(round(latitude::numeric, 4)::text, '-'), coalesce(round(longitude::numeric, 4)::text, '-'), "
            + "coalesce(extract(epoch from last_geocoded)::bigint::text, '-'), changed_at is not null",
          from: "venues order by name") == [
            "Blue Nile|29.9638|-90.0579|1761955200|f", "Default|-|-|-|t", "Exactly there|29.9511|-90.0716|-|f",
            "Half|29.9511|-|-|f", "No address|29.9700|-90.1000|-|f", "No number|-|-|-|t", "Out of range|-|-|-|t",
            "Unknown|-|-|-|f", "Zero|-|-|-|t",
          ])
      #expect(
        try connection.lines(
          "v.name, l.provider, l.outcome, coalesce(l.query, '-'), round(l.latitude::numeric, 4), "
            + "coalesce(extract(epoch from l.looked_up_at)::bigint::text, '-'), "
            + "l.expires_at = coalesce(l.looked_up_at, now()) + interval '30 days' "
            + "or l.looked_up_at is null and l.expires_at - now() between interval '29 days' and interval '30 days'",
          from: "venue_locations l join venues v on v.id = l.venue_id order by v.name") == [
            "Blue Nile|legacy|found|532 Frenchmen St, New Orleans, LA|29.9638|1761955200|t",
            "Exactly there|legacy|found|2 Canal St|29.9511|-|t", "No address|legacy|found|-|29.9700|-|t",
          ])
    }

    @Test("are reported by an upgrade that sets them to null")
    func reported() throws {
      try makeVenues("double precision")
      let dry = try sink.database.upgrade(isDryRun: true, deadline: within())
      let changes = try #require(dry.steps.last { $0.version == 12 }).changes
      #expect(
        changes.map { "\($0.action) \($0.place) \($0.rows)" } == [
          "set to null venues.latitude 1", "set to null venues.latitude 3", "set to null venues.longitude 1",
          "set to null venues.longitude 3",
        ])
      #expect(changes.first?.examples == ["Default"])
      #expect(changes.first?.reason.contains("29.9511, -90.0715") == true)
      #expect(changes.last?.examples == ["No number", "Out of range", "Zero"])
      #expect(changes.last?.reason == "the numbers are no place on the earth, or 0, 0")
      #expect(try connection.lines("latitude", from: "venues where name = 'Default'") == ["29.9511"])
      #expect(try sink.database.upgrade(deadline: within()) == dry)
    }

    @Test("have comments that say where they are from; a person's comment stays")
    func comments() throws {
      try makeVenues("double precision")
      try connection.execute(script: "comment on column venues.longitude is 'mine'", deadline: within())
      try sink.database.migrate(deadline: within())
      let comments = try connection.lines(
        "col_description('venues'::regclass, attnum)",
        from: """
          pg_attribute where attrelid = 'venues'::regclass and attname in ('latitude', 'longitude', 'last_geocoded')
            order by attname
          """)
      #expect(
        comments == [
          "when latitude and longitude were found; null if they are unknown",
          "degrees north, WGS 84; null if it is unknown. Filled from venue_locations", "mine",
        ])
    }

    @Test(
      "are of an address in one line",
      arguments: [
        ("'532  Frenchmen St', 'New Orleans', 'LA', '70116', null", "532 Frenchmen St, New Orleans, LA 70116"),
        ("' 5 A ', '', null, '70116', 'other'", "5 A, 70116"),
        ("'5 A', null, 'LA', null, '5 A, Gretna'", "5 A, Gretna"),
        ("'5 A', 'Gretna', ' ', null, '5 A, Gretna, LA'", "5 A, Gretna, LA"),
        ("'5 A', 'Gretna', null, '', 'Gretna, LA'", "5 A, Gretna"),
        ("'5 A', 'Gretna', null, null, null", "5 A, Gretna"),
        ("'5 A', 'Gretna', 'LA', '', '5 A, Gretna, MS'", "5 A, Gretna, LA"),
        ("'5 A', ' ', 'LA', '', ', ,  '", "-"), ("null, 'New Orleans', 'LA', '70116', ''", "-"),
        ("null, null, null, null, null", "-"),
        ("'é東', 'X', null, null, null", "é東, X"),
      ])
    func address(arguments: String, expected: String) throws {
      try sink.database.migrate(deadline: within())
      #expect(try connection.lines("coalesce(venue_address(\(arguments)), '-')", from: "(select 1) x") == [expected])
    }

    @Test("go with their venue")
    func deleted() throws {
      try makeVenues("double precision")
      try sink.database.migrate(deadline: within())
      try connection.query("delete from venues where name = 'Blue Nile'", deadline: within())
      #expect(try connection.count("venue_locations") == 2)
    }
  }
}
