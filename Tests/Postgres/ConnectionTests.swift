import Foundation
import Postgres
import TestSupport
import Testing
import Time

extension OnServer {
  @Suite("A connection")
  struct ConnectionTests {
    private static let caFile = ProcessInfo.processInfo.environment["TEST_CA_FILE"] ?? ""

    @Test("A connection is opened when it is first needed, and shows whose it is")
    func openedLazily() throws {
      let connection = try make()
      #expect(connection.backendID == nil)
      let row = try connection.query("select current_setting('application_name')", until: within())[0]
      #expect(try row[0] == "postgres-tests")
      #expect(connection.roundTrips == 1)
    }

    @Test("A connection tells a wrong password, user and database apart from a server that is away")
    func openingErrors() throws {
      let cases: [(url: String, kind: PostgresError.Kind, state: String?)] = [
        (TestDatabase.url(password: "hunter2"), .refused, "28P01"),
        (TestDatabase.url(user: "nobody-hunter2"), .refused, "28P01"),
        (TestDatabase.url(database: "hunter2"), .refused, "3D000"),
        (TestDatabase.url(host: "nowhere.invalid"), .unreachable, nil),
        ("postgresql://user:hunter2@127.0.0.1:1/db", .unreachable, nil),
      ]
      for (url, kind, state) in cases {
        let connection = try make(url: url)
        let error = try #require(failure { try connection.open(until: within()) })
        #expect(error.kind == kind, "\(error)")
        #expect(error.sqlState == state)
        #expect(error.isTransient == (kind == .unreachable))
        #expect(!error.description.contains("hunter2"))
      }
    }

    @Test("A connection that cannot be opened tells the host and the port, and how it was refused")
    func openingMessages() throws {
      let cases = [
        ("postgresql://user:hunter2@127.0.0.1:1/db", "127.0.0.1:1 refuses connections: is Postgres running there?"),
        ("postgresql://hunter2@nowhere.invalid/db", "nowhere.invalid:5432: the host name is not known"),
        (
          "postgresql://user@127.0.0.1/db?target_session_attrs=hunter2",
          "target_session_attrs has a value that libpq does not take"
        ),
        ("postgresql://user@127.0.0.1/db?keepalives=hunter2", "keepalives has a value that libpq does not take"),
        // Of several hosts it tells of the last.
        ("postgresql://user@127.0.0.1:1,nowhere.invalid/db", "nowhere.invalid:5432: the host name is not known"),
      ]
      for (url, message) in cases {
        let connection = try make(url: url)
        #expect(failure { try connection.open(until: within()) }?.message == message)
      }
    }

    @Test("A connection with verify-full is encrypted, and takes the right authority and host name only")
    func verifyFull() throws {
      let query = "sslmode=verify-full&sslrootcert="
      let server = "localhost:\(URLComponents(string: TestDatabase.url())?.port ?? 5432)"
      let good = try make(url: TestDatabase.url(host: "localhost", query: query + Self.caFile))
      try good.open(until: within())
      #expect(good.usesTLS)

      let otherName = try make(url: TestDatabase.url(host: "127.0.0.1", query: query + Self.caFile))
      let nameError = try #require(failure { try otherName.open(until: within()) })
      #expect(nameError.kind == .tls)
      #expect(
        nameError.message
          == "\(server.replacing("localhost", with: "127.0.0.1")): the server's certificate is for another host name")
      #expect(!nameError.isTransient)
      let second = try make(
        url: TestDatabase.url(host: "127.0.0.1", query: query + Self.caFile)
          .replacing("@127.0.0.1", with: "@127.0.0.1:1,127.0.0.1"))
      #expect(failure { try second.open(until: within()) }?.message == nameError.message)

      let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pem").path
      try otherAuthority.write(toFile: path, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(atPath: path) }
      let other = try make(url: TestDatabase.url(host: "localhost", query: query + path))
      let authorityError = try #require(failure { try other.open(until: within()) })
      #expect(authorityError.kind == .tls)
      #expect(
        authorityError.message.hasPrefix("\(server): the server's certificate is refused: "), "\(authorityError)")

      let missing = try make(url: TestDatabase.url(host: "localhost", query: query + "/nowhere/ca.pem"))
      #expect(failure { try missing.open(until: within()) }?.kind == .tls)
    }

    @Test("A connection that nobody answers is given up by the deadline")
    func openingDeadline() throws {
      let silent = try SilentServer()
      let connection = try make(url: "postgresql://user@127.0.0.1:\(silent.port)/db")
      let start = ContinuousClock.now
      let error = try #require(failure { try connection.open(until: within(.milliseconds(200))) })
      #expect(error.kind == .timedOut)
      #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("A connection that nobody answers is given up by its own time-out, and is worth another try")
    func openingTimeout() throws {
      let silent = try SilentServer()
      let connection = try make(url: "postgresql://user@127.0.0.1:\(silent.port)/db?connect_timeout=1")
      let error = try #require(failure { try connection.open(until: within()) })
      #expect(error.kind == .unreachable)
      #expect(error.message == "127.0.0.1:\(silent.port) takes no connection within 1 s")
      #expect(error.isTransient)
    }

    @Test("A connection stops a statement that outlasts the deadline, on the server too")
    func statementDeadline() throws {
      let connection = try make()
      try connection.open(until: within())
      let backend = try #require(connection.backendID)
      let start = ContinuousClock.now
      let error = try #require(
        failure { try connection.query("select pg_sleep(30)", until: within(.milliseconds(300))) })
      #expect(error.kind == .timedOut)
      #expect(ContinuousClock.now - start < .seconds(10))

      // Nobody has to touch the connection for that; when somebody does, it goes on over a new session.
      #expect(connection.backendID == nil)
      #expect(try waitForEnd(of: backend))
      #expect(try connection.query("select 1", until: within())[0][0] == 1)
    }

    @Test("A connection to a server that hangs is given up by the deadline, and the next call finds the server again")
    func hangingServer() throws {
      let proxy = try TCPProxy(to: TestDatabase.url())
      let connection = try make(url: proxy.url)
      #expect(try connection.query("select 1", until: within())[0][0] == 1)
      proxy.hang()
      let start = ContinuousClock.now
      let error = try #require(failure { try connection.query("select 1", until: within(.milliseconds(300))) })
      #expect(error.kind == .timedOut)
      #expect(ContinuousClock.now - start < .seconds(10))
      proxy.resume()
      #expect(try connection.query("select 2", until: within())[0][0] == 2)
    }

    @Test("A connection does not begin what it has no time for")
    func noTime() throws {
      let connection = try make()
      #expect(failure { try connection.query("select 1", until: within(.zero)) }?.kind == .timedOut)
      #expect(connection.roundTrips == 0)
    }

    @Test("A connection that the server has ended in between is opened again")
    func reopened() throws {
      let connection = try make()
      try connection.open(until: within())
      let first = try #require(connection.backendID)
      try make().query("select pg_terminate_backend($1::int4)", [.int(first)], until: within())
      try waitForEnd(of: first)
      #expect(try connection.query("select 1", until: within())[0][0] == 1)
      #expect(connection.backendID != first)
    }

    @Test("A connection that is cut during a statement says so")
    func cut() throws {
      let connection = try make()
      try connection.open(until: within())
      let error = try #require(
        failure { try connection.query("select pg_terminate_backend(pg_backend_pid())", until: within()) })
      #expect(error.kind == .connectionLost)
      #expect(error.sqlState == "57P01")
      #expect(error.isTransient)
      #expect(try connection.query("select 1", until: within())[0][0] == 1)
    }

    @Test("A connection tells why a statement was refused, and no value")
    func refusedStatement() throws {
      let connection = try make()
      try connection.query("create temporary table venues (name text primary key)", until: within())
      try connection.query("insert into venues values ($1)", [.text("hunter2")], until: within())
      let cases: [(sql: String, state: String, message: String)] = [
        ("insert into venues values ($1)", "23505", "duplicate key value violates unique constraint \"venues_pkey\""),
        ("select $1::date", "22007", "invalid input syntax for type date: …"),
        ("select $1::jsonb", "22P02", "invalid input syntax for type json"),
        ("select from nowhere where '' = $1", "42P01", "relation \"nowhere\" does not exist"),
      ]
      for (sql, state, message) in cases {
        let error = try #require(failure { try connection.query(sql, [.text("hunter2")], until: within()) })
        #expect(error.kind == .statement)
        #expect(error.sqlState == state)
        #expect(error.message == message)
        #expect(!error.isTransient)
      }
      let withNUL = try #require(failure { try connection.query("select $1", [.text("a\0b")], until: within()) })
      #expect(withNUL.sqlState == "22021")
    }

    @Test("A connection refuses COPY, which would leave both sides waiting")
    func copy() throws {
      let connection = try make()
      #expect(failure { try connection.query("copy (select 1) to stdout", until: within()) }?.kind == .misuse)
      #expect(failure { try connection.execute(script: "copy (select 1) to stdout", until: within()) }?.kind == .misuse)
      #expect(try connection.query("select 1", until: within())[0][0] == 1)
    }

    /// Waits until a server process is gone.
    @discardableResult
    private func waitForEnd(of backend: Int) throws -> Bool {
      let watch = try make()
      for _ in 0..<3000 {
        let rows = try watch.query("select 1 from pg_stat_activity where pid = $1", [.int(backend)], until: within())
        if rows.isEmpty { return true }
        SystemTime().sleep(for: .milliseconds(10))
      }
      return false
    }
  }
}
