import APISupport
import ConcertsSink
import Contracts
import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import festvibes

/// `festvibes serve` until it listens, and its settings in `festvibes doctor`. Tests/API has the server and its routes.
@Suite("festvibes serve")
struct ServeCommandTests {
  private static let program = FestVibesProcess.binary.path
  private static let key = "0123456789abcdef"
  /// Nothing responds there.
  private static let away = "postgresql://u:hidden-word@127.0.0.1:1/d"
  private static let valid = ["API_KEY": key, "PG_DATABASE_URL": away]

  // MARK: - Settings

  @Test(
    "A wrong setting ends it with the check of all settings",
    arguments: [
      ("API_PORT", "abc", "API_PORT must be a whole number from 0 to 65535"),
      ("API_PORT", "65536", "API_PORT must be a whole number from 0 to 65535"),
      ("API_PORT", "80.5", "API_PORT must be a whole number from 0 to 65535"),
      ("API_KEY", "short", "API_KEY must be a key of 16 characters or more"),
      ("API_PUBLIC", "yes", "API_PUBLIC must be true or false"),
      ("API_CORS_ORIGINS", "example.org", "API_CORS_ORIGINS has example.org"),
      ("API_DATABASE_URL", "mysql://h/d", "API_DATABASE_URL: the address must begin with postgresql://"),
    ])
  func wrong(name: String, value: String, problem: String) throws {
    let ran = try FestVibesProcess("serve", environment: Self.valid.merging([name: value]) { $1 })
    #expect(ran.status == 1)
    #expect(ran.error.hasPrefix("Error: \(problem)"), "\(ran.error)")
    #expect(ran.error.hasSuffix("\nnext: \(Self.program) doctor\n"), "\(ran.error)")
  }

  @Test("Without a key the command that goes on makes one, and serves in the same way")
  func noKey() throws {
    let environment = ["PG_DATABASE_URL": Self.away]
    let ran = try FestVibesProcess("serve", "--port", "8077", environment: environment)
    #expect(ran.status == 1)
    #expect(ran.error.hasPrefix("Error: API_KEY is not set, so nobody could read the API"), "\(ran.error)")
    let next = try #require(ran.error.split(separator: "\n").last)
    #expect(
      next == "next: export API_KEY=$(openssl rand -hex 16) && echo \"$API_KEY\" && \(Self.program) serve --port 8077")
    // Another wrong setting would fail again.
    let wrong = try FestVibesProcess("serve", environment: environment.merging(["API_PORT": "abc"]) { $1 })
    #expect(wrong.error.hasSuffix("\nnext: \(Self.program) doctor\n"), "\(wrong.error)")
    // Without a database that comes first: the local stack sets one.
    let empty = try FestVibesProcess("serve")
    #expect(empty.error.contains("PG_DATABASE_URL is not set"))
    #expect(empty.error.hasSuffix("\nnext: make up && . .local/env\n"), "\(empty.error)")
  }

  @Test("A port in use, and an address of another machine, lead to a command that serves elsewhere")
  func address() throws {
    let server = try ScriptedServer { _ in .http(200, [], "") }
    let port = try #require(URL(string: server.url)?.port)
    let used = try FestVibesProcess("serve", "--port", "\(port)", environment: Self.valid)
    #expect(used.status == 1)
    #expect(
      used.error.contains("127.0.0.1:\(port): Address already in use. Choose another port with --port or API_PORT\n"),
      "\(used.error)")
    #expect(used.error.hasSuffix("\nnext: \(Self.program) serve --port 0\n"), "\(used.error)")
    // RFC 5737: no machine has it.
    let foreign = try FestVibesProcess("serve", environment: Self.valid.merging(["API_HOST": "192.0.2.1"]) { $1 })
    #expect(foreign.error.contains("192.0.2.1 is no address of this machine"), "\(foreign.error)")
    #expect(foreign.error.hasSuffix("\nnext: \(Self.program) serve --host 127.0.0.1\n"), "\(foreign.error)")
  }

  // MARK: - Warnings at the start

  /// Serves until the standard error has a text, and interrupts it.
  /// - Returns: the lines of the standard error.
  private func serve(_ environment: [String: String], until text: String) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appending(path: "serve-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let written = { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
    let ran = try FestVibesProcess(
      "serve", "--port", "0", environment: Self.valid.merging(environment) { $1 },
      shell: "exec \"$0\" \"$@\" 2>'\(file.path)'", interruptedWhen: { written().contains(text) })
    #expect(ran.status == 0, "\(written())")
    #expect(ran.output.contains("/ serves the read API, until Ctrl-C"))
    return written().split(separator: "\n").map(String.init)
  }

  private func warnings(_ lines: [String]) -> [String] {
    lines.indices.filter { lines[$0].hasPrefix("Warning: ") }.map { place in
      let next = lines[place...].dropFirst().first.flatMap { $0.hasPrefix("next: ") ? $0 : nil }
      return lines[place].dropFirst("Warning: ".count) + (next.map { " | \($0.dropFirst("next: ".count))" } ?? "")
    }
  }

  @Test("What a route lacks is a warning with the next command, names the setting, and the server starts")
  func warnings() throws {
    let environment = [
      "API_DATABASE_URL": Self.away, "API_SCHEDULES": "wwoz,nonsense", "EMBEDDING_WEIGHTS": "/nonexistent/weights",
    ]
    let found = warnings(try serve(environment, until: "\(Self.program) doctor\n"))
    #expect(found.count == 3, "\(found)")
    #expect(
      found.contains {
        $0.hasPrefix("API_SCHEDULES has nonsense, and") && $0.hasSuffix(" | \(Self.program) datasets")
      })
    #expect(
      found.contains {
        $0.hasPrefix("no /search: EMBEDDING_WEIGHTS: /nonexistent/weights")
          && $0.hasSuffix(" | unset EMBEDDING_WEIGHTS && make weights")
      })
    #expect(
      found.contains {
        $0.hasPrefix("API_DATABASE_URL: 127.0.0.1:1 refuses connections") && $0.hasSuffix(" | \(Self.program) doctor")
      })
    #expect(!found.joined().contains("hidden-word"))
  }

  @Test("Definitions that cannot be read, and a machine without weights, are said")
  func folders() throws {
    let found = warnings(try serve(["DATASETS_DIR": "/nonexistent"], until: "\(Self.program) doctor\n"))
    #expect(found.count == 3, "\(found)")
    #expect(
      found.contains {
        $0.hasPrefix("no /series and no /ops: the folder of datasets /nonexistent cannot be read")
          && $0.hasSuffix(" | unset DATASETS_DIR")
      })
    #expect(found.contains { $0.hasPrefix("no /search: there are no weights at .local/weights/") })
    #expect(found.contains { $0.hasPrefix("PG_DATABASE_URL: 127.0.0.1:1 refuses connections") })
  }

  @Test("The definitions of the series are found from another folder, as those of other commands")
  func elsewhere() throws {
    let port = try FreePort.find()
    let request = HTTPRequest(
      "GET", "http://127.0.0.1:\(port)/series/none", headers: ["X-API-Key": Self.key], timeout: .seconds(5),
      maximumBodyBytes: 1 << 16)
    var status: Int?
    _ = try FestVibesProcess("serve", "--port", "\(port)", environment: Self.valid) {
      status = try? HTTPClient().send(request, deadline: Deadline(after: .seconds(5), on: SystemTime())).status
      return status != nil
    }
    #expect(status == 404)
  }

  // MARK: - doctor

  private func doctor(_ environment: [String: String]) throws -> [String: [String: String]] {
    let output = try FestVibesProcess("doctor", "--json", environment: environment).output
    let object = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    let checks = try #require(object["checks"] as? [[String: String]])
    return Dictionary(uniqueKeysWithValues: checks.compactMap { check in check["name"].map { ($0, check) } })
  }

  @Test("doctor checks the settings of serve, if there are any")
  func doctorSettings() throws {
    #expect(try doctor([:])["read API"]?["outcome"] == "skipped")
    let wrong = try doctor(["API_KEY": "abc", "API_PORT": "abc", "PG_DATABASE_URL": Self.away])
    let detail = try #require(wrong["settings of the read API"]?["detail"])
    #expect(detail.contains("API_PORT must be a whole number") && detail.contains("API_KEY must be a key"))
    #expect(wrong["settings of the read API"]?["next"]?.hasSuffix(" env-example") == true)
    #expect(wrong["database of the read API"]?["outcome"] == "skipped")
    let noKey = try doctor(["API_PORT": "80", "PG_DATABASE_URL": Self.away])
    #expect(noKey["settings of the read API"]?["next"]?.hasPrefix("export API_KEY=$(") == true)
    let schedules = try doctor(["API_SCHEDULES": "nonsense"])
    #expect(schedules["schedules of the read API"]?["detail"]?.hasPrefix("API_SCHEDULES has nonsense") == true)
    #expect(schedules["settings of the read API"] == nil)
  }

  @Test("doctor reads the database and the model of serve")
  func doctorStores() throws {
    let checks = try doctor(
      Self.valid.merging(["API_DATABASE_URL": Self.away, "EMBEDDING_WEIGHTS": "/nonexistent"]) { $1 })
    #expect(checks["settings of the read API"]?["outcome"] == "ok")
    let database = checks["database of the read API"]
    #expect(database?["outcome"] == "wrong")
    #expect(database?["detail"]?.contains("API_DATABASE_URL: 127.0.0.1:1 refuses connections") == true)
    #expect(database?["next"] == "psql \"$API_DATABASE_URL\" -c 'select 1'")
    #expect(checks["search of the read API"]?["outcome"] == "wrong")
    #expect(try doctor(Self.valid)["search of the read API"]?["outcome"] == "skipped")
  }
}

/// The database of the read API, as `serve` and `doctor` look at it.
@Suite("The database of festvibes serve", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
struct ServeDatabaseTests {
  private func check(_ url: String) throws -> String {
    let database = try APIDatabase(url: url, connections: 1, migrations: ConcertsSink.migrations)
    return try ServeChecks.database(database, of: "API_DATABASE_URL", within: .seconds(10))
  }

  private func fault(_ url: String) throws -> Fault {
    try #require(#expect(throws: Fault.self) { try check(url) })
  }

  @Test("A database without tables leads to migrate, a user who may not read them to migrate --api")
  func states() throws {
    let empty = try TestDatabase()
    let new = try fault(empty.url)
    #expect(new.message == "the database of API_DATABASE_URL has no tables of this program yet")
    #expect(new.next == NextStep("migrate"))
    withExtendedLifetime(empty) {}

    let database = try TestDatabase(migrated: true)
    defer { withExtendedLifetime(database) {} }
    let connection = try database.connect()
    #expect(try check(database.url).contains("tables can be read"))
    let user = "serve_\(UInt32.random(in: 0 ... .max))"
    try connection.execute(
      script: "create role \(user) login password 'secret'; create table of_an_app (n integer)",
      deadline: Self.deadline)
    defer { try? connection.execute(script: "drop owned by \(user); drop role \(user)", deadline: Self.deadline) }
    let url = TestDatabase.url(server: database.url, user: user, password: "secret")
    let closed = try fault(url)
    #expect(closed.message.hasPrefix("the user of API_DATABASE_URL may not read all_concerts, artist_genres, "))
    #expect(closed.next == NextStep("migrate --api"))
    // A table of an app may stay closed.
    try connection.execute(
      script: "grant select on all tables in schema public to \(user); revoke all on of_an_app from \(user)",
      deadline: Self.deadline)
    #expect(try check(url).hasPrefix("API_DATABASE_URL: version "))
    let wrong = TestDatabase.url(server: database.url, user: user, password: "wrong")
    let error = #expect(throws: PipelineError.self) { try check(wrong) }
    #expect(error?.message.hasPrefix("API_DATABASE_URL: ") == true)
    #expect(error?.message.contains("password authentication failed") == true)
  }

  @Test("A database of an older version leads to migrate")
  func old() throws {
    let database = try TestDatabase(migrated: true)
    defer { withExtendedLifetime(database) {} }
    try database.connect().execute(
      script: "delete from schema_migrations where version = (select max(version) from schema_migrations)",
      deadline: Self.deadline)
    let old = try fault(database.url)
    #expect(old.message.contains("this program needs"))
    #expect(old.next == NextStep("migrate"))
  }

  private static var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }
}
