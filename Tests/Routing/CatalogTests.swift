import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@Suite("The catalog", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
final class CatalogTests: CatalogSuite {
  @Test("Twenty events with their venues and artists are one load, with a result for each table (F06)")
  func season() throws {
    let response = try load(Self.season(), at: 1)
    #expect(response.status == "success" && response.records == RecordCounts(found: 27, new: 27))
    #expect(
      response.sinks == [
        SinkResult(sink: "postgres catalog.venues", records: RecordCounts(found: 3, new: 3)),
        SinkResult(sink: "postgres catalog.artists", records: RecordCounts(found: 4, new: 4)),
        SinkResult(sink: "postgres catalog.concerts", records: RecordCounts(found: 20, new: 20)),
      ])
    #expect(try lines("records_found, records_new, records_rejected", from: "loads") == ["27|27|0"])
    #expect(
      try lines("counts #>> '{postgres catalog.venues,new}', counts #>> '{records,new}'", from: "loads") == ["3|27"])
    #expect(try lines("count(*), count(distinct venue_id)", from: "catalog.concerts") == ["20|3"])
    #expect(
      try lines("artist_id, position", from: "catalog.concert_artists where concert_id = 'tm_E2' order by position")
        == [
          "tm_A3|1", "tm_A4|2",
        ])

    // The same again writes nothing, and neither does its replay.
    let before = try versions()
    #expect(try load(Self.season(), at: 2).records == RecordCounts(found: 27, unchanged: 27))
    try replay(at: 1)
    #expect(try versions() == before)
  }

  @Test("Edits and cancellations change their rows only, and an older document sets none of them back")
  func edits() throws {
    try load(Self.season(), at: 1)
    let before = Set(try versions())
    let edited = Self.season { id in
      switch id {
      case 7: Self.concert(7, venue: 2, artists: [4], status: "cancelled")
      case 8: Self.concert(8, venue: 3, artists: [1, 2, 3], time: nil)
      default: nil
      }
    }
    #expect(try load(edited, at: 5).records == RecordCounts(found: 27, changed: 2, unchanged: 25))
    #expect(Set(try versions()).subtracting(before).count == 2)
    let state = "concert_id, status, date_precision, event_date is null, venue_id"
    let rest = "catalog.concerts where concert_id in ('tm_E7', 'tm_E8') order by 1"
    let now = ["tm_E7|cancelled|instant|f|tm_V2", "tm_E8|scheduled|day|t|tm_V3"]
    #expect(try lines(state, from: rest) == now)
    #expect(
      try lines(
        "string_agg(artist_id, ',' order by position)", from: "catalog.concert_artists where concert_id = 'tm_E8'")
        == ["tm_A1,tm_A2,tm_A3"])

    // A replay of the older document of the item, one that was never loaded, and one of another item.
    #expect(try replay(at: 1).status == "superseded")
    #expect(try load(Self.season(), at: 3).status == "superseded")
    #expect(try load(Self.season(), item: "other", at: 3).records.changed == 0)
    #expect(try lines(state, from: rest) == now)
    #expect(try load(edited, item: "other", at: 6).records == RecordCounts(found: 27, unchanged: 27))
  }

  @Test(
    "What cannot be stored is rejected by its place in the document, and resolved when it can; kinds without a table, too"
  )
  func rejections() throws {
    let bad = Self.concert(2).replacing("\"instant\"", with: "\"about\"")
    let records = [
      Self.concert(1), Self.venue(1, "\"size\": 3"), bad, #"{"kind": "promoter", "id": "p"}"#, Self.venue(2),
    ]
    let response = try load(records, at: 1, isComplete: false)
    #expect(response.status == "partial" && response.records == RecordCounts(found: 5, new: 2, rejected: 3))
    #expect(response.sinks?.map(\.records.rejected) == [1, 0, 1])
    let rejected = "position, href, resolution, reason"
    #expect(
      try lines(rejected, from: "rejected_records order by position") == [
        "1|tm_V1|the field \"size\" has no column",
        "2|tm_E2|date_precision is about: it must satisfy date_precision in ('instant', 'day', 'none')",
        "3|no entry of load takes it: kind is \"promoter\"",
      ])
    #expect(
      try lines("record ->> 'kind'", from: "rejected_records order by position") == ["venue", "concert", "promoter"])
    try load([Self.venue(1), Self.concert(1), Self.venue(2)], at: 2)
    #expect(
      try lines("position, resolution", from: "rejected_records order by position") == [
        "1|loaded", "2|not listed", "3|replaced",
      ])
  }

  @Test("A complete document deletes what it lacks within each table that asks for it")
  func softDelete() throws {
    let keys = "soft_delete: true"
    try declare("events", Entries(venues: keys, concerts: keys))
    try load(Self.season(), at: 1)
    let fewer = Self.season().filter { !$0.contains("\"tm_E20\"") && !$0.contains("\"venue_id\": \"tm_V3\", \"name\"") }
    #expect(try load(fewer, at: 2).records == RecordCounts(found: 25, unchanged: 25, cancelled: 2))
    #expect(try lines("venue_id", from: "catalog.venues where _deleted_at is not null") == ["tm_V3"])
    #expect(try load(Self.season(), at: 3).records == RecordCounts(found: 27, changed: 2, unchanged: 25, cancelled: 0))
  }

  @Test(
    "Two datasets of one table do not undo each other's rows: what a poorer record lacks stays, and nothing is written twice"
  )
  func twoDatasets() throws {
    try declare("events", Entries(venues: "merge: fill"))
    try declare("venues", Entries(venues: "merge: keep"))
    let embedded = [
      Self.venue(1, name: "Short", #""city": "New Orleans", "timezone": "America/Chicago""#), Self.venue(2),
    ]
    let whole = [
      Self.venue(1, name: "The whole name", #""city": "New Orleans", "state": "LA", "capacity": 900"#),
      Self.venue(2, #""city": "New Orleans", "latitude": 29.5"#),
    ]
    let columns = "venue_id, name, city, state, timezone, capacity, latitude, _dataset"
    try load(embedded, at: 1)
    #expect(try load(whole, into: "venues", at: 2).records == RecordCounts(found: 2, changed: 2))
    let merged = [
      "tm_V1|The whole name 1|New Orleans|LA|America/Chicago|900|venues", "tm_V2|Hall 2|New Orleans|29.5|venues",
    ]
    #expect(try lines(columns, from: "catalog.venues order by 1") == merged)
    let before = try versions()
    for minute in [3, 5, 7] {
      #expect(try load(embedded, at: minute).records == RecordCounts(found: 2, unchanged: 2))
      #expect(try load(whole, into: "venues", at: minute + 1).records == RecordCounts(found: 2, unchanged: 2))
    }
    #expect(try versions() == before)

    // The event adds what is missing, once, and changes nothing that the other dataset knows.
    let more = [Self.venue(1, name: "Short", #""country": "US", "state": "Louisiana""#), Self.venue(2)]
    #expect(try load(more, at: 10).records == RecordCounts(found: 2, changed: 1, unchanged: 1))
    #expect(try load(more, at: 11).records.changed == 0)
    #expect(try load(whole, into: "venues", at: 12).records.changed == 0)
    #expect(
      try lines("name, state, country", from: "catalog.venues where venue_id = 'tm_V1'") == ["The whole name 1|LA|US"])

    // A change of the dataset whose row it is counts, also one that was read before another addition and is loaded after it.
    let added = [Self.venue(1, name: "Short", #""latitude": 30"#)]
    #expect(try load(added, item: "other", at: 15, isComplete: false).records.changed == 1)
    let renamed = [Self.venue(1, name: "Renamed", #""capacity": 950"#)]
    #expect(try load(renamed, into: "venues", at: 13, isComplete: false).records.changed == 1)
    #expect(
      try lines(columns, from: "catalog.venues where venue_id = 'tm_V1'").first
        == "tm_V1|Renamed 1|New Orleans|LA|America/Chicago|950|30|venues")

    // Without another dataset, the events' own venues follow the events.
    try load([Self.venue(3)], at: 14, isComplete: false)
    #expect(try load([Self.venue(3, name: "New")], at: 15, isComplete: false).records.changed == 1)
    #expect(try lines("name, city", from: "catalog.venues where venue_id = 'tm_V3'") == ["New 3|New Orleans"])
  }
}
