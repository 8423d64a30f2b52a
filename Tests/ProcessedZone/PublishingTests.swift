import ConcertsSink
import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import AWS
@testable import ProcessedZone

@Suite("The processed zone", .enabled(if: Zone.hasServices, "start the services: make test"))
struct PublishingTests {
  @Test("Keys are partitioned in Hive's way, by source and by the local date", arguments: [true, false])
  func keys(inMemory: Bool) throws {
    let zone = try Zone(inMemory: inMemory)
    try zone.put("1", on: "2024-05-31")
    try zone.put("2", on: "2024-05-31")
    try zone.put("3", on: "2024-12-01")
    try zone.put("4", on: nil)
    try zone.put("5", on: "2024-05-31", source: "upload", item: "other")
    try zone.run(
      "insert into catalog.venues (venue_id, name, source, _dataset, _item) values ('ticketmaster_v', 'V', 'ticketmaster', 'd', 'a')"
    )
    try zone.run(
      "insert into catalog.artists (artist_id, name, source, _dataset, _item) values ('ticketmaster_a', 'A', 'ticketmaster', 'd', 'b')"
    )
    let report = try zone.publish(["a", "b", "c"])
    #expect(
      try zone.keys() == [
        "processed/artists/source=ticketmaster/artists.jsonl.gz",
        "processed/concerts/source=ticketmaster/year=0000/month=00/day=00/concerts.jsonl.gz",
        "processed/concerts/source=ticketmaster/year=2024/month=05/day=31/concerts.jsonl.gz",
        "processed/concerts/source=ticketmaster/year=2024/month=12/day=01/concerts.jsonl.gz",
        "processed/venues/source=ticketmaster/venues.jsonl.gz",
      ])
    // An item has what it was the last to write.
    #expect(report.counts == ["a": 5, "b": 1, "c": 0])
    #expect(report.bytes > 0)
    #expect(report.cached == [])
    #expect(try zone.lines(Zone.day("2024-05-31")).count == 2)
  }

  @Test("A line has every column of its type, in order, and nothing else (F56)")
  func lines() throws {
    let zone = try Zone()
    try zone.run(
      """
      insert into catalog.artists values ('upload_a', E'The "A"\\n', '["jazz", 7, "funk"]', 41.50, '1962-07-12',
        '["Ann"]', 's', 'upload', '{"followers": 1}')
      """)
    try zone.run(
      """
      insert into catalog.venues values ('upload_v', 'Ü', 'New Orleans', 'LA', 'US', '1 A St', '70116',
        'America/Chicago', 'theater', 1315, 29.95, -90.0625, 'upload', null)
      """)
    try zone.run(
      """
      insert into catalog.concerts values ('upload_c', 'upload_a', '["upload_a"]', 'upload_v',
        '2024-05-31T19:30:00-05:00', '2024-05-31', '19:30:00', 'America/Chicago', 'instant',
        '{"vip": {"min": 250.0, "max": null, "currency": "USD"},
          "general": [{"min": 20, "max": 45.5, "currency": null}, {"min": "5", "max": 6, "currency": "USD"}], "x": 3}',
        18500, 1875000.0, 'completed', 'done', 'upload', '{}')
      """)
    try zone.publish(of: "upload")
    #expect(
      try zone.lines("processed/artists/source=upload/artists.jsonl.gz") == [
        #"{"artist_id":"upload_a","name":"The \"A\"\n","genre":["jazz", "funk"],"popularity_score":41.5,"#
          + #""formation_date":"1962-07-12","members":["Ann"],"spotify_id":"s","source":"upload"}"#
      ])
    #expect(
      try zone.lines("processed/venues/source=upload/venues.jsonl.gz") == [
        #"{"venue_id":"upload_v","name":"Ü","city":"New Orleans","state":"LA","country":"US","address":"1 A St","#
          + #""postal_code":"70116","timezone":"America/Chicago","venue_type":"theater","capacity":1315,"#
          + #""latitude":29.95,"longitude":-90.0625,"source":"upload","ticketmaster_id":null}"#
      ])
    #expect(
      try zone.lines(Zone.day("2024-05-31", source: "upload")) == [
        #"{"concert_id":"upload_c","artist_id":"upload_a","artist_ids":["upload_a"],"venue_id":"upload_v","#
          + #""event_date":"2024-06-01T00:30:00Z","local_date":"2024-05-31","local_time":"19:30:00","#
          + #""timezone":"America/Chicago","date_precision":"instant","ticket_prices":["#
          + #"{"type" : "general", "min" : 20, "max" : 45.5, "currency" : null}, "#
          + #"{"type" : "general", "min" : null, "max" : 6, "currency" : "USD"}, "#
          + #"{"type" : "vip", "min" : 250.0, "max" : null, "currency" : "USD"}],"#
          + #""total_attendance":18500,"revenue":1875000,"status":"completed","status_code":"done","source":"upload"}"#
      ])
  }

  @Test("What has not changed is not written again, and not even asked for")
  func unchanged() throws {
    let zone = try Zone()
    for number in 1...40 { try zone.put("\(number)", on: "2024-05-\(number % 9 + 10)") }
    try zone.publish()
    zone.memory?.forget()
    #expect(try zone.publish().bytes == 0)
    // What is remembered, and a listing for each type.
    #expect(
      zone.memory?.requests == ["GET processed/_state/ticketmaster.json", "GET ", "GET ", "GET "])
  }

  @Test("A change of a date writes its object, and no other")
  func change() throws {
    let zone = try Zone()
    try zone.put("1", on: "2024-05-30")
    try zone.put("2", on: "2024-05-31")
    try zone.put("3", on: "2024-05-31")
    try zone.publish()
    zone.memory?.forget()
    try zone.put("2", on: "2024-05-31", status: "cancelled")
    try zone.publish()
    #expect(try zone.writes() == ["PUT \(Zone.day("2024-05-31"))"])
    // Values that the zone does not have are no change.
    zone.memory?.forget()
    try zone.run("update catalog.concerts set raw_data = '{\"info\": 1}'")
    try zone.publish()
    #expect(try zone.writes() == [])
  }

  @Test("A concert that moves writes both dates, and the object that has lost its last row is deleted, last")
  func move() throws {
    let zone = try Zone()
    try zone.put("1", on: "2024-05-30")
    try zone.put("2", on: "2024-05-31")
    try zone.put("3", on: "2024-05-31")
    try zone.publish()
    zone.memory?.forget()
    try zone.put("1", on: "2024-06-01")
    try zone.put("2", on: nil)
    try zone.publish()
    let writes = try zone.writes()
    // Objects are written at once, in any order.
    #expect(
      writes.dropLast().sorted() == [
        "PUT processed/concerts/source=ticketmaster/year=0000/month=00/day=00/concerts.jsonl.gz",
        "PUT \(Zone.day("2024-05-31"))", "PUT \(Zone.day("2024-06-01"))",
      ])
    #expect(writes.last == "DELETE \(Zone.day("2024-05-30"))")
    #expect(try zone.keys().count == 3)
    #expect(try zone.lines(Zone.day("2024-05-31")).count == 1)
  }

  @Test("The same content has the same bytes, without a time")
  func deterministic() throws {
    let bytes = try (0..<2).map { _ in
      let zone = try Zone()
      try zone.put("2", on: "2024-05-31")
      try zone.put("1", on: "2024-05-31")
      try zone.publish()
      return try #require(zone.memory?.body(of: Zone.day("2024-05-31")))
    }
    #expect(bytes[0] == bytes[1])
    // RFC 1952: MTIME is zero, and FLG has no name.
    #expect(Array(bytes[0].prefix(8)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
  }

  @Test("More rows than one page are in the order of their keys", arguments: [2000, 4001])
  func pages(count: Int) throws {
    let zone = try Zone()
    try zone.run(
      """
      insert into catalog.artists (artist_id, name, source, _dataset, _item)
      select 'ticketmaster_' || n, 'N', 'ticketmaster', 'd', 'a' from generate_series(1, \(count)) n
      """)
    #expect(try zone.publish().counts == ["a": count])
    let lines = try zone.lines("processed/artists/source=ticketmaster/artists.jsonl.gz")
    #expect(lines.count == count)
    #expect(lines == lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  @Test("A page is read by the index on source and date, and not by a scan of the whole table")
  func index() throws {
    let zone = try Zone()
    // What the sink calls when it has made a table.
    try zone.run("select etl_tables_changed()")
    try zone.run(
      """
      insert into catalog.concerts (concert_id, local_date, source, _dataset, _item)
      select 'ticketmaster_' || n, case when n % 500 > 0 then date '2024-01-01' + n % 500 end, 'ticketmaster', 'd', 'a'
      from generate_series(1, 20000) n
      """)
    try zone.run("analyze catalog.concerts")
    for names in [["2024-05-31"], ["", "2024-05-30", "2024-05-31"], [""]] {
      let page = ProcessedType.concerts.page(hidesDeleted: false)
      let plan: [String] = try zone.connection.query(
        "explain \(page)", [.text("ticketmaster"), .texts(names), .text(""), .text(""), .int(2000)],
        deadline: zone.deadline
      ).map { try $0[0] }
      #expect(plan.contains { $0.contains("Index Scan on concerts_source_local_date_index") }, "\(plan)")
      #expect(!plan.contains { $0.contains("Seq Scan on concerts") }, "\(plan)")
      let tables = ProcessedTables(try Database(url: zone.database.url, migrations: ConcertsSink.migrations))
      let rows = try tables.rows(of: names, in: (.concerts, false), source: "ticketmaster", deadline: zone.deadline)
      #expect(rows.keys.sorted() == names)
      #expect(rows.values.allSatisfy { $0.lines.count { $0 == UInt8(ascii: "\n") } == 40 })
      let stored = try tables.partitions(
        of: [(.concerts, false)], source: "ticketmaster", deadline: zone.deadline)["concerts"]
      for (name, rows) in rows { #expect(try stored?[name]?.digest == rows.digest()) }
    }
  }

  @Test("Rows that are marked as deleted are left out")
  func deleted() throws {
    let zone = try Zone()
    try zone.run("alter table catalog.concerts add _deleted_at timestamptz")
    try zone.put("1", on: "2024-05-30")
    try zone.put("2", on: "2024-05-30")
    try zone.run("update catalog.concerts set _deleted_at = now() where concert_id = 'ticketmaster_1'")
    #expect(try zone.publish().counts == ["a": 1])
    #expect(try zone.lines(Zone.day("2024-05-30")).count == 1)
  }

  @Test("Only the types that are asked for are published; a range of dates has their counts")
  func types() throws {
    let zone = try Zone()
    try zone.put("1", on: "2024-05-30")
    try zone.run("insert into catalog.venues (venue_id, name, source) values ('ticketmaster_v', 'V', 'ticketmaster')")
    let dates = try #require(CalendarDate("2024-05-29"))...(try #require(CalendarDate("2024-05-30")))
    let report = try zone.publisher(types: [.concerts]).publish(.range(dates), deadline: zone.deadline)
    #expect(report.counts == ["2024-05-29": 0, "2024-05-30": 1])
    #expect(try zone.keys() == [Zone.day("2024-05-30")])
  }

  @Test("Without tables nothing is published; without rows of what the zone has, nothing is deleted")
  func lost() throws {
    let zone = try Zone(hasTables: false)
    #expect(try zone.publish() == PublishReport(counts: ["a": 0]))
    #expect(try zone.keys() == [])
    for sql in Zone.tables { try zone.run(sql) }
    try zone.put("1", on: "2024-05-30")
    try zone.publish()
    try zone.run("delete from catalog.concerts")
    let error = #expect(throws: PipelineError.self) { try zone.publish() }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("catalog.concerts has no record of ticketmaster") == true)
    #expect(error?.message.contains("s3://\(zone.bucket)/processed/concerts/source=ticketmaster/") == true)
    #expect(try zone.keys() == [Zone.day("2024-05-30")])
  }

  @Test("A table with other columns is SchemaMismatch")
  func columns() throws {
    let zone = try Zone()
    try zone.run("alter table catalog.concerts drop column status_code")
    let error = #expect(throws: PipelineError.self) { try zone.publish() }
    #expect(error?.name == .schemaMismatch)
    #expect(error?.message.contains("status_code") == true)
  }
}
