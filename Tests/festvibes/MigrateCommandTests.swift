import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import festvibes

@Suite("The report of a migration")
struct MigrationTextTests {
  private static let report: MigrationReport = {
    var report = MigrationReport()
    report.steps = [
      MigrationReport.Step(
        version: 1, name: "conform system 000",
        changes: [
          .init(
            action: "merged", place: "venues", rows: 12,
            reason: "another row is of the same address on the site, or name",
            examples: ["Blue Nile", "Café Istanbul", "d.b.a.", "Maple Leaf Bar", "Tipitina's"]),
          .init(
            action: "set to null", place: "events.performance_time", rows: 40_000,
            reason: "midnight is the legacy system's form of a day without a time; event_date has the day",
            examples: ["/events/1"]),
        ]),
      MigrationReport.Step(version: 7, name: "for readers", indexes: ["a on events (venue_id)"]),
    ]
    report.recreated = ["view reports.today"]
    return report
  }()

  private func lines(_ width: Int?, isDryRun: Bool = false, report: MigrationReport = report) -> [String] {
    MigrationText(report: report, isDryRun: isDryRun).lines(
      for: Terminal(isInteractive: width != nil, colors: false, size: width.map { ($0, 24) }))
  }

  @Test("names steps, indexes, what was created again, and the rows, in a pipe in full")
  func pipe() {
    let lines = lines(nil)
    #expect(
      lines.prefix(4) == [
        "applied conform system 000", "applied for readers", "  index a on events (venue_id)",
        "dropped and created again: view reports.today",
      ])
    #expect(
      lines.dropFirst(4).prefix(4) == [
        "merged: 12 rows of venues", "    another row is of the same address on the site, or name",
        "    for example Blue Nile, Café Istanbul, d.b.a., Maple Leaf Bar, Tipitina's",
        "set to null: 40000 rows of events.performance_time",
      ])
  }

  @Test("fits the terminal, and cuts nothing", arguments: [80, 200])
  func width(width: Int) {
    let lines = lines(width)
    #expect(lines.allSatisfy { TextWidth.of($0) <= width })
    let text = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    for change in Self.report.steps.flatMap(\.changes) {
      #expect(
        text.contains("\(change.rows) rows of \(change.place) \(change.reason) for example \(change.examples[0])"))
    }
  }

  @Test("says of a dry run that nothing was changed, and of a current database that there is nothing to do")
  func dryRun() {
    let lines = lines(80, isDryRun: true)
    #expect(lines.first == "would apply conform system 000")
    #expect(lines.last == "Nothing was changed. The same without --dry-run applies it.")
    #expect(self.lines(80, isDryRun: true, report: MigrationReport()) == ["The database is up to date: nothing to do."])
    #expect(self.lines(80, report: MigrationReport()) == ["The database is up to date."])
  }
}

@Suite("festvibes migrate", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
final class MigrateCommandTests {
  private let database: TestDatabase
  private let connection: PostgresConnection
  private let deadline = Deadline(after: .seconds(60), on: SystemTime())

  init() throws {
    database = try TestDatabase()
    connection = try database.connect()
    try connection.execute(
      script: """
        create table venues (id serial primary key, name varchar(255) not null, website varchar);
        insert into venues (name, website) values ('Blue Nile', ''), ('Blue Nile', 'https://bluenile.example'), ('d.b.a.', '');
        create view names as select name from venues;
        """, deadline: deadline)
  }

  private func run(_ arguments: String...) throws -> FestVibesProcess {
    try FestVibesProcess(["migrate"] + arguments, environment: ["PG_DATABASE_URL": database.url], input: "")
  }

  private func count(_ table: String) throws -> Int {
    try connection.query("select count(*) from \(table)", deadline: deadline)[0][0]
  }

  @Test("shows in a dry run what it then does, and leaves nothing")
  func dryRun() throws {
    let dry = try run("--dry-run")
    #expect(dry.status == 0, "\(dry.error)")
    #expect(dry.output.hasPrefix("would apply conform system 000\n"))
    #expect(dry.output.contains("would drop and create again: view names\n"))
    #expect(
      dry.output.contains("\nmerged: 1 row of venues\n    another row is of the same address on the site, or name\n"))
    #expect(dry.output.contains("\nset to null: 2 rows of venues.website\n    the text was empty\n"))
    #expect(try count("venues") == 3)
    #expect(try count("pg_class where relname = 'events'") == 0)
    let wet = try run()
    #expect(wet.output.hasPrefix("applied conform system 000\n"))
    #expect(
      wet.output.replacing("applied", with: "would apply").replacing(
        "dropped and created", with: "would drop and create")
        == dry.output.replacing("\nNothing was changed. The same without --dry-run applies it.\n", with: ""))
    #expect(try count("venues") == 2)
    #expect(try count("names") == 2)
    #expect(try run("--dry-run").output == "The database is up to date: nothing to do.\n")
    #expect(try run().output == "The database is up to date.\n")
  }

  @Test(
    "prepares for embeddings only if it is told to, after its report",
    .enabled(if: TestDatabase.hasVectors, "the server has no pgvector: ENRICH=1 builds it"))
  func embeddings() throws {
    try connection.execute(script: "create extension vector", deadline: deadline)
    let columns = "information_schema.columns where udt_name = 'vector'"
    #expect(try run().status == 0)
    #expect(try count(columns) == 0, "the extension alone asks for nothing")
    let reader = try database.connect()
    try reader.execute(script: "begin; lock table genres in access share mode", deadline: deadline)
    let failed = try run("--embeddings")
    #expect(failed.status == 1 && failed.output == "The database is up to date.\n", "\(failed.error)")
    try reader.execute(script: "commit", deadline: deadline)
    let prepared = try run("--embeddings")
    #expect(prepared.status == 0 && prepared.error.hasSuffix("The database is prepared for embeddings.\n"))
    #expect(try count(columns) == 5)
  }

  @Test("says that the role of the read API is ready, also while there is nothing to index")
  func api() throws {
    let ran = try run("--api")
    #expect(ran.status == 0)
    #expect(
      ran.error == """
        api: the role festvibes_reader is ready
        api: no index is needed before there is a table unified_items: after the first load of a dataset that has it, run \
        `festvibes migrate --api` again

        """)
  }

  @Test("prints one JSON object")
  func json() throws {
    let ran = try run("--json")
    let object = try #require(JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [String: Any])
    #expect(Set(object.keys) == ["dry_run", "recreated", "steps"])
    #expect(object["dry_run"] as? Bool == false)
    #expect(object["recreated"] as? [String] == ["view names"])
    let steps = try #require(object["steps"] as? [[String: Any]])
    #expect(Set(steps[0].keys) == ["changes", "indexes", "name", "version"])
    let changes = try #require(steps[0]["changes"] as? [[String: Any]])
    #expect(changes.compactMap { $0["place"] as? String } == ["venues.website", "venues"])
    #expect(changes.compactMap { $0["rows"] as? Int } == [2, 1])
    #expect(Set(changes[0].keys) == ["action", "examples", "place", "reason", "rows"])
    #expect(try run("--json").output.contains(#""steps" : ["#))
  }
}
