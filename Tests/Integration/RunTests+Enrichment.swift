import Foundation
import TestSupport
import Testing

extension RunTests {
  /// The parts of a run's enrichment that are numbers.
  private struct Counts: Decodable, Equatable {
    struct Embedded: Decodable, Equatable {
      var events = 0
      var artists = 0
      var venues = 0
      var genres = 0
    }
    struct Geocoded: Decodable, Equatable {
      var looked_up = 0
      var found = 0
      var missed = 0
      var failed = 0
    }
    var embedded = Embedded()
    var geocoded = Geocoded()
  }

  private func enrichment(_ summary: [String: Any]?) throws -> Counts {
    let object = try #require(summary?["enrichment"] as? [String: Any], "\(summary ?? [:])")
    return try JSONDecoder().decode(Counts.self, from: JSONSerialization.data(withJSONObject: object))
  }

  private func name(_ query: String) throws -> String {
    try #require(try stack.database.query(query, deadline: stack.deadline).first)["name"]
  }

  /// The rows with vectors, by table and name, with the hash of what they were made of.
  private func sources() throws -> Set<String> {
    let rows = try stack.database.query(
      ["venues", "artists", "genres", "events"].map { table in
        "select concat_ws('|', '\(table)', id, encode(embedding_source, 'hex')) as row from \(table)"
      }.joined(separator: " union all "), deadline: stack.deadline)
    return Set(try rows.map { try $0["row"] })
  }

  @Test(
    "is enriched; the second embeds and looks up nothing, and after it only what changed at the source: an address, a text",
    .enabled(if: Self.isEnriched, Self.needsEnrichment))
  func enrichment() throws {
    #expect(try FestVibesProcess(["migrate"], environment: LocalStack.environment).status == 0)
    try stack.empty()
    let changes = FileManager.default.temporaryDirectory.appending(path: "changes-\(UUID()).json")
    let site = try SourceSite.sample(changes: changes.path)
    defer {
      site.stop()
      try? FileManager.default.removeItem(at: changes)
    }
    let date = "2026-05-08"
    let first = try enrichment(try stack.run(from: date, to: date).summary)
    #expect(first.embedded.events > 0 && first.embedded.artists > 0 && first.embedded.venues > 0)
    #expect(first.geocoded.looked_up > 0 && first.geocoded.found > 0)
    let before = try sources()
    #expect(try enrichment(try stack.run(from: date, to: date).summary) == Counts())

    let venue = try name("select name from venues where latitude is not null order by name limit 1")
    let artist = try name("select name from artists where description is not null order by name limit 1")
    let edit = [venue: ["street": "14 Lagniappe Loop"], artist: ["text": "Now with a second violin."]]
    try JSONSerialization.data(withJSONObject: edit).write(to: changes)
    let changed = try stack.run(from: date, to: date)
    var expected = Counts()
    (expected.embedded.venues, expected.embedded.artists) = (1, 1)
    (expected.geocoded.looked_up, expected.geocoded.found) = (1, 1)
    #expect(try enrichment(changed.summary) == expected)
    #expect(try sources().subtracting(before).count == 2)
    let moved = try name("select name from venues where thoroughfare = '14 Lagniappe Loop' and latitude > 29.97")
    #expect(moved == venue)
    #expect(try name("select name from artists where description = 'Now with a second violin.'") == artist)

    // The ledger has it, and so has a run in one process, without the state machine.
    let status = try FestVibesProcess(
      ["status", changed.execution.name, "--json"], environment: LocalStack.environment)
    let overview = try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any]
    #expect(try enrichment((overview?["runs"] as? [[String: Any]])?.first) == expected, "\(status.error)")
    let environment = LocalStack.environment.merging(["SOURCE_REQUESTS_PER_SECOND": "100000"]) { $1 }
    let process = try FestVibesProcess(["run", "--in-process", date, "--json"], environment: environment)
    let report = try JSONSerialization.jsonObject(with: Data(process.output.utf8)) as? [String: Any]
    let nothing = "Enriched: 0 events, 0 artists, 0 venues and 0 genres embedded."
    #expect((report?["remarks"] as? [String])?.contains(nothing) == true, "\(process.output)\(process.error)")
  }
}
