import Contracts
import Foundation
import JSON
import TestSupport
import Testing
import Time

@testable import festvibes

/// The definitions of Ticketmaster's and Spotify's datasets, on answers that are odd in the ways of real ones.
@Suite("Events, venues and artists of the APIs")
struct ConcertDatasetTests {
  /// Runs a dataset over one answer, as it was read at noon (UTC) of 7 March 2026.
  private func run(_ dataset: String, _ body: String) throws -> (records: [JSONObject], rejected: [String]) {
    let file = FileManager.default.temporaryDirectory.appending(path: "answer-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(body.utf8).write(to: file)
    let definition = try TryPlugins.definition(
      RepositoryDatasets.folder.path + "/\(dataset)/dataset.yaml", Settings([:]), allowsMissingVariables: true)
    let (parser, transforms) = try TryPlugins.stages(of: definition)
    let readAt = try #require(RFC3339.parse("2026-03-07T12:00:00Z")?.date)
    let trial = Trial(
      dataset: definition.dataset,
      reader: InputFiles([file.path], policy: TryCommand.nowhere, readAt: readAt), parser: parser,
      transforms: transforms, limit: nil)
    let result = try trial.run(
      TryPlugins.item(nil, of: definition, at: readAt), to: .transform, via: NoPages(),
      deadline: Deadline(after: .seconds(60), on: SystemTime()))
    guard case .records(let records, let rejected) = result.output else { return ([], []) }
    return (records.compactMap(\.object), rejected.map(\.problem.reason))
  }

  private func concert(_ event: String) throws -> JSONObject {
    let (records, rejected) = try run("ticketmaster_events", #"{"_embedded":{"events":[\#(event)]}}"#)
    #expect(rejected.isEmpty)
    return try #require(records.first)
  }

  /// Returns date, precision and status of an event with such `dates`.
  private func facts(_ dates: String) throws -> [String] {
    let record = try concert(#"{"id":"E","name":"n","dates":\#(dates)}"#)
    return ["event_date", "local_date", "local_time", "date_precision", "status"].map {
      record[$0]?.string ?? record[$0]?.text ?? "missing"
    }
  }

  @Test(
    "Date, precision and status follow from what the source says, and from the run's clock (F42)",
    arguments: [
      // A local time in a zone, skipped and repeated times, and one without a zone.
      (
        #"{"start":{"localDate":"2026-03-08","localTime":"02:30:00"},"timezone":"America/Chicago"}"#,
        "2026-03-08T08:30:00Z 2026-03-08 02:30:00 instant scheduled"
      ),
      (
        #"{"start":{"localDate":"2025-11-02","localTime":"01:30"},"timezone":"America/Chicago"}"#,
        "2025-11-02T06:30:00Z 2025-11-02 01:30 instant completed"
      ),
      (
        #"{"start":{"localDate":"2026-03-06","localTime":"20:00:00"}}"#, "null 2026-03-06 20:00:00 day completed"
      ),
      (
        #"{"start":{"localDate":"2026-03-06","localTime":"20:00:00"},"timezone":"Mars/Base"}"#,
        "null 2026-03-06 20:00:00 day completed"
      ),
      // The day is over in Sydney, and has not begun to end in Honolulu.
      (#"{"start":{"localDate":"2026-03-06"},"timezone":"Australia/Sydney"}"#, "null 2026-03-06 null day completed"),
      (#"{"start":{"localDate":"2026-03-07"},"timezone":"Pacific/Honolulu"}"#, "null 2026-03-07 null day scheduled"),
      // An instant counts, whatever the day; the very moment is not before the clock.
      (#"{"start":{"dateTime":"2026-03-07T12:00:00Z"}}"#, "2026-03-07T12:00:00Z null null instant scheduled"),
      (#"{"start":{"dateTime":"2026-03-07T11:59:59Z"}}"#, "2026-03-07T11:59:59Z null null instant completed"),
      (#"{"start":{"dateTime":"soon","localDate":"next week"}}"#, "null null null none scheduled"),
      // Placeholders.
      (
        #"{"start":{"dateTBA":true,"localDate":"2020-01-01","dateTime":"2020-01-01T06:00:00Z"}}"#,
        "null null null none scheduled"
      ),
      (
        #"{"start":{"noSpecificTime":true,"localDate":"2020-01-01","localTime":"00:00:00"}}"#,
        "null 2020-01-01 null day completed"
      ),
      // Codes.
      (
        #"{"start":{"dateTime":"2020-01-01T00:00:00Z"},"status":{"code":"Canceled"}}"#,
        "2020-01-01T00:00:00Z null null instant cancelled"
      ),
      (#"{"status":{"code":"postponed"}}"#, "null null null none postponed"), ("null", "null null null none scheduled"),
      // What does not exist, other forms of ISO 8601, and spaces.
      (#"{"start":{"localDate":"2026-02-30","localTime":"25:00:00"}}"#, "null null null none scheduled"),
      (#"{"start":{"localDate":"2026-05-01","localTime":"25:00:00"}}"#, "null 2026-05-01 null day scheduled"),
      (
        #"{"start":{"dateTime":"2026-05-01T19:00Z"},"status":{"code":" CANCELLED "}}"#,
        "2026-05-01T19:00:00Z null null instant cancelled"
      ),
      (
        #"{"start":{"localDate":"2026-05-01","localTime":"19:00"},"timezone":" Europe/Warsaw "}"#,
        "2026-05-01T17:00:00Z 2026-05-01 19:00 instant scheduled"
      ),
      (#"{"start":[],"status":"onsale"}"#, "null null null none scheduled"),
    ])
  func dates(dates: String, expected: String) throws {
    #expect(try facts(dates).joined(separator: " ") == expected)
  }

  @Test("Prices of a type are one range; what is missing is null")
  func prices() throws {
    let record = try concert(
      #"""
      {"id":"E","name":"n","priceRanges":[{"type":"Standard","currency":"PLN","min":20,"max":30},{"type":"standard","min":15.5,
      "max":45},{"min":"5"},null,{"type":"vip","max":1},{"type":"odd","min":"free","max":"NaN"}]}
      """#)
    #expect(
      record["ticket_prices"]?.text == ##"""
        {"standard":{"min":15.5,"max":45,"currency":"PLN"},"general":{"min":5,"max":null,"currency":null},"vip":{"min":null,"max":1,"currency":null},"odd":{"min":null,"max":null,"currency":null}}
        """##)
  }

  @Test("Another currency's range of a type is apart, and types are lower-cased in every alphabet")
  func currencies() throws {
    let record = try concert(
      #"""
      {"id":"E","name":"n","priceRanges":[{"type":"STANDARD","currency":"AUD","min":59.9,"max":59.9},{"type":"standard","currency":
      "NZD","min":10,"max":200},{"type":"ŻÓŁTY","min":1},{"type":"żółty","max":2}]}
      """#)
    #expect(
      record["ticket_prices"]?.text == ##"""
        {"standard":{"min":59.9,"max":59.9,"currency":"AUD"},"standard (nzd)":{"min":10,"max":200,"currency":"NZD"},"żółty":{"min":1,"max":2,"currency":null}}
        """##)
  }

  @Test(
    "A point that cannot be a venue's is not known",
    arguments: [("0", "0.000", "null null"), ("91", "10", "null 10"), ("0", "-181", "0 null"), ("0", "20", "0 20")])
  func points(latitude: String, longitude: String, expected: String) throws {
    let venue = #"{"id":"V","name":"n","location":{"latitude":"\#(latitude)","longitude":"\#(longitude)"}}"#
    let bodies = [
      ("ticketmaster_venues", "[\(venue)]"),
      ("ticketmaster_events", #"[{"id":"E","name":"n","_embedded":{"venues":[\#(venue)]}}]"#),
    ]
    for (dataset, body) in bodies {
      let record = try #require(run(dataset, body).records.last)
      #expect([record["latitude"], record["longitude"]].map { $0?.text ?? "" }.joined(separator: " ") == expected)
    }
  }

  @Test("Venues and artists come once, those without id or name are rejected, and events keep theirs")
  func embedded() throws {
    let (records, rejected) = try run(
      "ticketmaster_events",
      #"""
      {"_embedded":{"events":[
        {"id":"1","name":"a","_embedded":{"venues":[{"name":"no id","timezone":"Europe/Warsaw"},{"id":"V","name":"\u00a0Gdańsk Hall\n",
          "location":{"latitude":"54.352","longitude":"x"},"state":{"name":" "},"country":"PL"}],"attractions":[{"name":"x"},{"id":"A","name":"Ą",
          "classifications":[{"genre":{"name":"Undefined"},"subGenre":{"name":"Jazz"}},{"genre":{"name":"Jazz"}},null]}]}},
        {"id":"2","name":"b","_embedded":{"venues":[{"id":"V","name":"Other"}],"attractions":[{"id":"A","name":"Ą"},null,{"id":"B","name":"b"}]}},
        {"id":"2","name":"b again"}, {"name":"no id"}, 7, null
      ]}}
      """#)
    #expect(records.map { $0["kind"]?.string } == ["concert", "venue", "artist", "concert", "artist"])
    #expect(records[0]["venue_id"] == "ticketmaster_V" && records[0]["timezone"] == "Europe/Warsaw")
    #expect(records[0]["artist_ids"] == ["ticketmaster_A"] && records[3]["artist_id"] == "ticketmaster_A")
    #expect(records[3]["artist_ids"] == ["ticketmaster_A", "ticketmaster_B"])
    #expect(records[1]["name"] == "Gdańsk Hall" && records[1]["state"] == .some(.null))
    #expect(records[1]["latitude"]?.number?.double == 54.352 && records[1]["longitude"] == .some(.null))
    #expect(records[2]["genre"] == ["Jazz"])
    #expect(
      rejected == [
        "record 4 is a number, not an object", "record 5 is null, not an object", "jq: venue: no id or no name",
        "jq: artist: no id or no name", "jq: concert: no id or no name",
      ])
  }

  @Test(
    "Every form of an answer is read",
    arguments: [
      ("ticketmaster_events", #"{"page":{"totalElements":0,"totalPages":0}}"#, 0),
      ("ticketmaster_events", #"{"_embedded":{"events":[null]}}"#, 0),
      ("ticketmaster_events", #"{"_embedded":{},"page":{}}"#, 0),
      ("ticketmaster_events", #"{"id":"1","name":"n","dates":{}}"#, 1),
      ("ticketmaster_events", #"{"type":"event","id":"1","name":"n"}"#, 1),
      ("ticketmaster_venues", #"{"type":"venue","id":"1","name":"n"}"#, 1), ("ticketmaster_venues", #"{"page":{}}"#, 0),
      ("ticketmaster_venues", #"[{"id":1,"name":"n"}]"#, 1), ("spotify_artists", #"{"artists":[null]}"#, 0),
      ("spotify_artists", #"{"artists":{"items":[{"id":"1","name":"n"}]},"tracks":{"items":[]}}"#, 1),
      ("spotify_artists", #"{"artists":{"items":null}}"#, 0), ("spotify_artists", #"[{"id":"1","name":"n"}]"#, 1),
      ("spotify_artists", #"{"id":"1","name":"n","type":"artist"}"#, 1),
      ("spotify_artists", #"{"items":[{"id":"1","name":"n"},{"id":"1","name":"n"}],"total":2}"#, 1),
    ])
  func forms(dataset: String, body: String, count: Int) throws {
    #expect(try run(dataset, body).records.count == count)
  }

  @Test(
    "An answer of another kind is a failure of the item, not an empty page",
    arguments: [
      ("ticketmaster_events", #"{"fault":{"faultstring":"Invalid ApiKey"}}"#),
      ("ticketmaster_venues", #"{"errors":[]}"#),
      ("ticketmaster_events", #"{"_embedded":{"attractions":[{"id":"1","name":"n"}]},"page":{}}"#),
      ("ticketmaster_venues", #"{"_embedded":{"events":[{"id":"1","name":"n"}]},"page":{}}"#),
      ("spotify_artists", #"{"items":[{"id":"1","name":"n","type":"album"}]}"#),
      ("spotify_artists", #"{"id":"1","name":"n","type":"playlist"}"#),
      ("spotify_artists", #"{"error":{"status":404}}"#), ("spotify_artists", "7"),
    ])
  func failures(dataset: String, body: String) throws {
    let error = #expect(throws: PipelineError.self) { try run(dataset, body) }
    #expect(error?.name == .sourceChanged)
  }
}
