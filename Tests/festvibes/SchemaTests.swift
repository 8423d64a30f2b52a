import ConcertsSink
import Datasets
import EventRecords
import Foundation
import Ledger
import TestSupport
import Testing
import Time

@testable import EventCache
@testable import festvibes

@Suite("The data dictionary", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
struct DataDictionaryTests {
  private let dictionary: DataDictionary

  init() throws {
    let test = try TestDatabase()
    let migrated = try Database(url: test.url, migrations: ConcertsSink.migrations)
    let deadline = Deadline(after: .seconds(60), on: SystemTime())
    try migrated.migrate(deadline: deadline)
    dictionary = try withExtendedLifetime(test) { try DataDictionary(reading: migrated, deadline: deadline) }
  }

  @Test("Every table and every column has a comment")
  func comments() { #expect(dictionary.withoutComment == []) }

  @Test("festvibes has the dictionary of a database that the migrations made: run `make schema-docs` (F48)")
  func current() throws {
    if ProcessInfo.processInfo.environment["UPDATE_SCHEMA"] != nil { try SchemaFiles.write(dictionary) }
    let contained = try String(contentsOf: SchemaFiles.source, encoding: .utf8)
    #expect(contained == SchemaFiles.source(of: dictionary))
  }

  @Test("Every dataset of the sink has the zone that the view current_events has")
  func zone() throws {
    let catalog = Settings(["DATASETS_DIR": RepositoryDatasets.folder.path]).datasets
    let datasets = try catalog.ids().map { try catalog.dataset($0) }
    let zones = Set(datasets.filter { $0.sinks.contains("concerts") }.map(\.timeZone))
    #expect(zones == [ConcertsSink.zoneOfCurrentEvents])
  }
}

/// The files that contain the dictionary.
enum SchemaFiles {
  static let source = SourceFiles.root.appending(path: "Sources/festvibes/Schema/DataDictionary+Current.swift")
  static let readme = SourceFiles.root.appending(path: "Sources/Sinks/Concerts/README.md")
  static let markers = (
    start: "<!-- `make schema-docs` writes what follows. -->",
    end: "<!-- The end of what `make schema-docs` writes. -->"
  )

  static func source(of dictionary: DataDictionary) -> String {
    """
    // `make schema-docs` writes this file from a database that the migrations have made.

    extension DataDictionary {
      static let text = #\"""
    \(dictionary.lines.map { "    \($0)" }.joined(separator: "\n"))
        \"""#
    }

    """
  }

  /// Returns the README with the sections of the dictionary between its markers; nil if it has no markers.
  static func readme(_ text: String, with dictionary: DataDictionary) throws -> String? {
    guard let start = text.range(of: markers.start), let end = text.range(of: markers.end) else { return nil }
    let sections = try SchemaText(dictionary: dictionary).markdown().joined(separator: "\n")
    return text[..<start.upperBound] + "\n\n" + sections + "\n\n" + text[end.lowerBound...]
  }

  static func write(_ dictionary: DataDictionary) throws {
    try Data(source(of: dictionary).utf8).write(to: source)
    let text = try String(contentsOf: readme, encoding: .utf8)
    try Data((readme(text, with: dictionary) ?? text).utf8).write(to: readme)
  }
}

@Suite("festvibes schema")
struct SchemaTests {
  private let dictionary = DataDictionary.current

  @Test("The sink's README has the dictionary and the JSON Schema: run `make schema-docs`")
  func readme() throws {
    let text = try String(contentsOf: SchemaFiles.readme, encoding: .utf8)
    #expect(try SchemaFiles.readme(text, with: dictionary) == text)
  }

  @Test("Prints tables and columns, and needs no database")
  func text() throws {
    let ran = try FestVibesProcess("schema")
    #expect(ran.status == 0, "\(ran.error)")
    #expect(ran.output.hasPrefix("all_concerts (view)\n"))
    #expect(ran.output.contains("\ncurrent_events (view)\n"))
    #expect(ran.output.contains("\n  event_date  date, not null\n      the local day in the source's time zone\n"))
    let one = try FestVibesProcess("schema", "genres")
    #expect(one.output.split(separator: "\n").first == "genres (table)")
    #expect(!one.output.contains("venues (table)"))
  }

  @Test("Names the tables that exist, and the next command, for one that does not")
  func unknown() throws {
    let ran = try FestVibesProcess("schema", "event")
    #expect(ran.status == 1)
    #expect(
      ran.error.contains("there is no table 'event': there are all_concerts, artist_genres, artist_relations, "))
    #expect(ran.error.contains("\nnext: "))
    #expect(ran.error.contains(" schema\n"))
  }

  @Test("No line is wider than the terminal, and nothing is cut", arguments: [80, 200])
  func width(width: Int) throws {
    let lines = dictionary.lines(for: Terminal(isInteractive: true, colors: false, size: (width, 24)))
    #expect(lines.allSatisfy { TextWidth.of($0) <= width })
    let text = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    for table in dictionary.tables {
      for column in table.columns { #expect(text.contains(column.comment), "\(table.name).\(column.name)") }
    }
  }

  @Test("--json is one object with the tables and the JSON Schema of the cached day")
  func json() throws {
    let ran = try FestVibesProcess("schema", "--json")
    let object = try #require(JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [String: Any])
    #expect(Set(object.keys) == ["cached_day", "tables"])
    let tables = try #require(object["tables"] as? [[String: Any]])
    #expect(tables.compactMap { $0["name"] as? String } == dictionary.tables.map(\.name))
    let table = try #require(tables.first { $0["kind"] as? String == "table" })
    #expect(Set(table.keys) == ["columns", "comment", "kind", "name"])
    let column = try #require((table["columns"] as? [[String: Any]])?.first)
    #expect(Set(column.keys) == ["comment", "is_key", "is_nullable", "name", "type"])
    #expect((object["cached_day"] as? [String: Any])?["type"] as? String == "array")
    #expect(try FestVibesProcess("schema", "--json", "--markdown").status == 64)
  }

  @Test(
    "--live reads the database, which may have more",
    .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
  func live() throws {
    let test = try TestDatabase()
    let deadline = Deadline(after: .seconds(60), on: SystemTime())
    try Database(url: test.url, migrations: ConcertsSink.migrations).migrate(deadline: deadline)
    try test.connect().execute(script: "create table favourites (person text)", deadline: deadline)
    let environment = ["PG_DATABASE_URL": test.url]
    let ran = try FestVibesProcess("schema", "--live", "favourites", environment: environment)
    #expect(ran.output == "favourites (table)\n  person  text, null\n")
    #expect(try FestVibesProcess("schema", "--live", "--json", environment: environment).output.contains("favourites"))
  }
}

@Suite("The JSON Schema of the cached day")
struct CachedDaySchemaTests {
  private let validator = JSONSchemaValidator(CachedDaySchema.value)

  private static let full = EventRecord(
    artist: .init(
      name: "Irma", description: "Soul queen", genres: ["Soul"], relatedArtists: ["Kermit"], href: "/artists/irma",
      website: "https://irma.example"),
    venue: .init(
      name: "Blue Nile", isActive: true, href: "/organizations/blue-nile", latitude: 29.96, longitude: -90.06),
    event: .init(
      date: "2024-05-31", href: "/events/1", relatedArtists: [.init(name: "Kermit", href: "")], genres: ["Soul"],
      status: "cancelled"), performanceTime: "2024-05-31T20:00:00-05:00",
    scrapeTime: "2024-05-30T03:00:00-05:00",
    origin: .init(dataset: "wwoz", listingURL: "https://example.org"))

  private func cached(_ records: [EventRecord]) throws -> Any {
    try JSONSerialization.jsonObject(with: CachedDay.json(records))
  }

  @Test("A cached day is valid, with all fields and with as few as possible")
  func valid() throws {
    var bare = Self.full
    bare.artist = .init(name: "A")
    bare.venue = .init(name: "B")
    bare.event = .init(date: "2024-05-31", href: "/events/2")
    bare.performanceTime = nil
    bare.scrapeTime = ""
    for records in [[], [Self.full], [bare], [Self.full, bare]] {
      #expect(try validator.problems(in: cached(records)) == [])
    }
  }

  @Test("Every key that a cached day has is described")
  func complete() throws { #expect(try validator.undescribed(in: cached([Self.full])) == []) }

  @Test("A value that is wrong is found")
  func invalid() throws {
    var wrong = Self.full
    wrong.event.status = "postponed"
    wrong.performanceTime = "soon"
    #expect(try validator.problems(in: cached([wrong])).count == 2)
    #expect(validator.problems(in: ["events": []]) == ["$: is no array"])
    #expect(validator.problems(in: [["artist_data": [:]] as [String: Any]]).contains("$[0]: has no venue_data"))
    #expect(validator.undescribed(in: [["artist_data": ["x": 1]]]) == ["$[0].artist_data.x"])
  }
}
