import Foundation
import Postgres
import TestSupport
import Testing
import Time

extension OnServer {
  @Suite("A connection")
  struct ConnectionTests {
    private static let caFile = ProcessInfo.processInfo.environment["TEST_CA_FILE"] ?? ""

    @Test("A connection is opened when it is first needed, and shows its application's name")
    func openedLazily() throws {
      let name = "lazy-\(UInt32.random(in: 0 ... .max))"
      let connection = PostgresConnection(try PostgresURL(TestDatabase.url()), applicationName: name)
      let count = "select count(*) from pg_stat_activity where application_name = $1"
      #expect(try make().query(count, [.text(name)], deadline: within())[0][0] == 0)
      let row = try connection.query("select current_setting('application_name')", deadline: within())[0]
      #expect(try row[0] == name)
      #expect(connection.roundTrips == 1)
    }

    @Test("The error of opening distinguishes a wrong password, user or database from an unreachable server")
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
        let error = try #require(failure { try connection.open(deadline: within()) })
        #expect(error.kind == kind, "\(error)")
        #expect(error.sqlState == state)
        #expect(error.isTransient == (kind == .unreachable))
        #expect(!error.description.contains("hunter2"))
      }
    }

    @Test("The error of opening names the host, the port and the reason")
    func openingMessages() throws {
      let cases = [
        ("postgresql://user:hunter2@127.0.0.1:1/db", "127.0.0.1:1 refuses connections: is Postgres running there?"),
        ("postgresql://hunter2@nowhere.invalid/db", "nowhere.invalid:5432: the host name is unknown"),
        (
          "postgresql://user@127.0.0.1/db?target_session_attrs=hunter2",
          "target_session_attrs has a value that libpq does not accept"
        ),
        ("postgresql://user@127.0.0.1/db?keepalives=hunter2", "keepalives has a value that libpq does not accept"),
        // If the address has several hosts, the error is that of the last one.
        ("postgresql://user@127.0.0.1:1,nowhere.invalid/db", "nowhere.invalid:5432: the host name is unknown"),
      ]
      for (url, message) in cases {
        let connection = try make(url: url)
        #expect(failure { try connection.open(deadline: within()) }?.message == message)
      }
    }

    @Test("A connection with verify-full is encrypted and accepts only the right authority and host name")
    func verifyFull() throws {
      let query = "sslmode=verify-full&sslrootcert="
      let server = "localhost:\(URLComponents(string: TestDatabase.url())?.port ?? 5432)"
      let good = try make(url: TestDatabase.url(host: "localhost", query: query + Self.caFile))
      let isEncrypted = "select ssl from pg_stat_ssl where pid = pg_backend_pid()"
      #expect(try good.query(isEncrypted, deadline: within())[0][0] == true)

      let otherName = try make(url: TestDatabase.url(host: "127.0.0.1", query: query + Self.caFile))
      let nameError = try #require(failure { try otherName.open(deadline: within()) })
      #expect(nameError.kind == .tls)
      #expect(
        nameError.message
          == "\(server.replacing("localhost", with: "127.0.0.1")): the server's certificate is for another host name")
      #expect(!nameError.isTransient)
      let second = try make(
        url: TestDatabase.url(host: "127.0.0.1", query: query + Self.caFile)
          .replacing("@127.0.0.1", with: "@127.0.0.1:1,127.0.0.1"))
      #expect(failure { try second.open(deadline: within()) }?.message == nameError.message)

      let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pem").path
      try otherAuthority.write(toFile: path, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(atPath: path) }
      let other = try make(url: TestDatabase.url(host: "localhost", query: query + path))
      let authorityError = try #require(failure { try other.open(deadline: within()) })
      #expect(authorityError.kind == .tls)
      #expect(
        authorityError.message.hasPrefix("\(server): the server's certificate is refused: "), "\(authorityError)")

      let missing = try make(url: TestDatabase.url(host: "localhost", query: query + "/nowhere/ca.pem"))
      #expect(failure { try missing.open(deadline: within()) }?.kind == .tls)
    }

    @Test("Opening a connection to a silent server ends at the deadline")
    func openingDeadline() throws {
      let silent = try SilentServer()
      let connection = try make(url: "postgresql://user@127.0.0.1:\(silent.port)/db")
      let start = ContinuousClock.now
      let error = try #require(failure { try connection.open(deadline: within(.milliseconds(200))) })
      #expect(error.kind == .timedOut)
      #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("Opening a connection to a silent server ends at connect_timeout, and may be retried")
    func openingTimeout() throws {
      let silent = try SilentServer()
      let connection = try make(url: "postgresql://user@127.0.0.1:\(silent.port)/db?connect_timeout=1")
      let error = try #require(failure { try connection.open(deadline: within()) })
      #expect(error.kind == .unreachable)
      #expect(error.message == "127.0.0.1:\(silent.port) accepts no connection within 1 s")
      #expect(error.isTransient)
    }

    @Test("A statement that outlasts the deadline is stopped, on the server too")
    func statementDeadline() throws {
      let connection = try make()
      let process = try serverProcess(of: connection)
      let start = ContinuousClock.now
      let error = try #require(
        failure { try connection.query("select pg_sleep(30)", deadline: within(.milliseconds(300))) })
      #expect(error.kind == .timedOut)
      #expect(ContinuousClock.now - start < .seconds(10))

      // The statement would run for 30 s, so the server must have stopped it.
      #expect(try waitForEnd(of: process))
      #expect(ContinuousClock.now - start < .seconds(20))
      #expect(try connection.query("select 1", deadline: within())[0][0] == 1)
    }

    @Test("A statement that waits for a lock at the deadline is stopped, on the server too")
    func lockedStatementDeadline() throws {
      let key = PostgresValue.int(Int.random(in: 0 ... .max))
      let holder = try make()
      try holder.query("select pg_advisory_lock($1)", [key], deadline: within())
      let connection = try make()
      let process = try serverProcess(of: connection)
      let error = failure {
        try connection.query("select pg_advisory_lock($1)", [key], deadline: within(.milliseconds(300)))
      }
      #expect(error?.kind == .timedOut)
      #expect(try waitForEnd(of: process))
    }

    @Test("A script that is the first call and outlasts the deadline is stopped, on the server too")
    func scriptDeadline() throws {
      let name = "script-\(UInt32.random(in: 0 ... .max))"
      let connection = PostgresConnection(try PostgresURL(TestDatabase.url()), applicationName: name)
      let start = ContinuousClock.now
      let error = failure {
        try connection.execute(script: "select 1; select pg_sleep(30)", deadline: within(.milliseconds(500)))
      }
      #expect(error?.kind == .timedOut)
      let watch = try make()
      let running = "select 1 from pg_stat_activity where application_name = $1"
      while try !watch.query(running, [.text(name)], deadline: within()).isEmpty {
        SystemTime().sleep(for: .milliseconds(10))
      }
      #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("A statement on a server that hangs ends at the deadline, and the next call opens a new connection")
    func hangingServer() throws {
      let proxy = try TCPProxy(to: TestDatabase.url())
      let connection = try make(url: proxy.url)
      #expect(try connection.query("select 1", deadline: within())[0][0] == 1)
      proxy.hang()
      let start = ContinuousClock.now
      let error = try #require(failure { try connection.query("select 1", deadline: within(.milliseconds(300))) })
      #expect(error.kind == .timedOut)
      #expect(ContinuousClock.now - start < .seconds(10))
      proxy.resume()
      #expect(try connection.query("select 2", deadline: within())[0][0] == 2)
    }

    @Test("A call whose deadline has passed starts nothing")
    func noTime() throws {
      let connection = try make()
      #expect(failure { try connection.query("select 1", deadline: within(.zero)) }?.kind == .timedOut)
      #expect(connection.roundTrips == 0)
    }

    @Test("A connection that the server closed between two calls is replaced")
    func reopened() throws {
      let connection = try make()
      let first = try serverProcess(of: connection)
      try make().query("select pg_terminate_backend($1::int4)", [.int(first)], deadline: within())
      try waitForEnd(of: first)
      #expect(try serverProcess(of: connection) != first)
    }

    @Test("A connection that is closed during a statement is reported as lost")
    func cut() throws {
      let connection = try make()
      try connection.open(deadline: within())
      let error = try #require(
        failure { try connection.query("select pg_terminate_backend(pg_backend_pid())", deadline: within()) })
      #expect(error.kind == .connectionLost)
      #expect(error.sqlState == "57P01")
      #expect(error.isTransient)
      #expect(try connection.query("select 1", deadline: within())[0][0] == 1)
    }

    @Test("The error of a refused statement gives the reason and no value")
    func refusedStatement() throws {
      let connection = try make()
      try connection.query("create temporary table venues (name text primary key)", deadline: within())
      try connection.query("insert into venues values ($1)", [.text("hunter2")], deadline: within())
      let cases: [(sql: String, state: String, message: String)] = [
        ("insert into venues values ($1)", "23505", "duplicate key value violates unique constraint \"venues_pkey\""),
        ("select $1::date", "22007", "invalid input syntax for type date: …"),
        ("select $1::jsonb", "22P02", "invalid input syntax for type json"),
        ("select from nowhere where '' = $1", "42P01", "relation \"nowhere\" does not exist"),
      ]
      for (sql, state, message) in cases {
        let error = try #require(failure { try connection.query(sql, [.text("hunter2")], deadline: within()) })
        #expect(error.kind == .statement)
        #expect(error.sqlState == state)
        #expect(error.message == message)
        #expect(!error.isTransient)
      }
      let withNUL = try #require(failure { try connection.query("select $1", [.text("a\0b")], deadline: within()) })
      #expect(withNUL.sqlState == "22021")
    }

    @Test("COPY is refused, because it would leave both sides waiting")
    func copy() throws {
      let connection = try make()
      #expect(failure { try connection.query("copy (select 1) to stdout", deadline: within()) }?.kind == .misuse)
      #expect(
        failure { try connection.execute(script: "copy (select 1) to stdout", deadline: within()) }?.kind == .misuse)
      #expect(try connection.query("select 1", deadline: within())[0][0] == 1)
    }

    /// Waits until a server process has ended.
    /// - Returns: false when it has not ended within 30 s.
    @discardableResult
    private func waitForEnd(of process: Int) throws -> Bool {
      let watch = try make()
      for _ in 0..<3000 {
        let rows = try watch.query("select 1 from pg_stat_activity where pid = $1", [.int(process)], deadline: within())
        if rows.isEmpty { return true }
        SystemTime().sleep(for: .milliseconds(10))
      }
      return false
    }
  }
}
