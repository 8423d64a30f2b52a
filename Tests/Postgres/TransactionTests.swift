import Foundation
import Postgres
import TestSupport
import Testing
import Time

extension OnServer {
  @Suite("A transaction")
  final class TransactionTests {
    private struct Interruption: Error {}
    let database: TestDatabase
    let connection: PostgresConnection

    init() throws {
      database = try TestDatabase()
      connection = try database.connect()
      try connection.execute(
        script: "create table t (name text primary key, n int8); insert into t values ('a', 0), ('b', 0)",
        until: within())
    }

    private func stored(_ name: String) throws -> Int {
      try database.connect().query("select n from t where name = $1", [.text(name)], until: within())[0][0]
    }

    private func set(_ name: String, to number: Int, on connection: PostgresConnection) throws {
      try connection.query("update t set n = $2 where name = $1", [.text(name), .int(number)], until: within())
    }

    @Test("A transaction is committed when its work returns, at the cost of one round trip")
    func commit() throws {
      let before = connection.roundTrips
      let value = try connection.transaction(until: within()) {
        try set("a", to: 1, on: connection)
        return "done"
      }
      #expect(value == "done")
      #expect(connection.roundTrips - before == 2)
      #expect(try stored("a") == 1)
    }

    @Test("A transaction is rolled back when its work throws")
    func rollback() throws {
      #expect(throws: Interruption.self) {
        try connection.transaction(until: within()) {
          try set("a", to: 1, on: connection)
          throw Interruption()
        }
      }
      #expect(try stored("a") == 0)
      try connection.transaction(until: within()) { try set("b", to: 2, on: connection) }
      #expect(try stored("b") == 2)
    }

    @Test("A transaction without a statement asks the server nothing")
    func empty() throws {
      let before = connection.roundTrips
      try connection.transaction(until: within()) {}
      #expect(connection.roundTrips == before)
    }

    @Test("A transaction in which a failed statement was passed over is not taken for committed")
    func passedOverFailure() throws {
      let error = failure {
        try connection.transaction(until: within()) {
          try set("a", to: 1, on: connection)
          _ = try? connection.query("select 1 / 0", until: within())
        }
      }
      #expect(error?.kind == .misuse)
      #expect(try stored("a") == 0)
    }

    @Test("A transaction does not hold another")
    func nested() {
      let error = failure {
        try connection.transaction(until: within()) { try connection.transaction(until: within()) {} }
      }
      #expect(error?.kind == .misuse)
    }

    @Test("A transaction whose server process is killed leaves nothing behind, nor goes on over another connection")
    func killed() throws {
      let error = failure {
        try connection.transaction(until: within()) {
          try set("a", to: 1, on: connection)
          let backend = try #require(connection.backendID)
          try database.connect().query("select pg_terminate_backend($1::int4)", [.int(backend)], until: within())
          _ = try? set("b", to: 1, on: connection)
          try set("b", to: 1, on: connection)
        }
      }
      #expect(error?.kind == .connectionLost)
      #expect(try stored("a") == 0)
      #expect(try stored("b") == 0)
      try connection.transaction(until: within()) { try set("b", to: 3, on: connection) }
      #expect(try stored("b") == 3)
    }

    @Test("A transaction that the deadline overtakes leaves nothing behind, and no lock")
    func deadline() throws {
      try connection.open(until: within())
      let backend = try #require(connection.backendID)
      let error = failure {
        try connection.transaction(until: within(.milliseconds(300))) {
          try set("a", to: 1, on: connection)
          try connection.query("select pg_sleep(20)", until: within(.milliseconds(300)))
        }
      }
      #expect(error?.kind == .timedOut)
      #expect(connection.backendID == nil)
      let other = try database.connect()
      var isThere = true
      for _ in 0..<3000 where isThere {
        isThere = try !other.query("select from pg_stat_activity where pid = $1", [.int(backend)], until: within())
          .isEmpty
        if isThere { SystemTime().sleep(for: .milliseconds(10)) }
      }
      #expect(!isThere, "the server's process waits for a connection that nobody looks at")
      try set("a", to: 5, on: connection)
      #expect(try stored("a") == 5)
    }

    @Test("A transaction that loses a deadlock is run again as a whole")
    func deadlock() throws {
      let attempts = Guarded([String: Int]())
      let url = database.url
      // Each takes the rows in the other's order, and both hold their first before either asks for its second.
      let bothHoldOne = Barrier(2)
      let run: @Sendable (String, String) -> Void = { first, second in
        do {
          let own = PostgresConnection(try PostgresURL(url), applicationName: "tests")
          let retrier = Retrier(Backoff(base: .milliseconds(20), maximumAttempts: 5))
          try own.transaction(until: within(), retrying: retrier) {
            let attempt = attempts.change { counts in
              counts[first, default: 0] += 1
              return counts[first, default: 0]
            }
            try own.query("update t set n = n + 1 where name = $1", [.text(first)], until: within())
            if attempt == 1 { bothHoldOne.wait() }
            try own.query("update t set n = n + 1 where name = $1", [.text(second)], until: within())
          }
        } catch {
          Issue.record("\(error)")
        }
      }
      concurrently([{ run("a", "b") }, { run("b", "a") }])
      #expect(attempts.change { $0.values.reduce(0, +) } > 2, "there was no deadlock")
      #expect(try stored("a") == 2)
      #expect(try stored("b") == 2)
    }

    @Test("A transaction that keeps losing fails with the server's reason")
    func exhausted() throws {
      let clock = ManualTime()
      let retrier = Retrier(Backoff(maximumAttempts: 3), time: clock, random: FixedRandom())
      var runs = 0
      let error = failure {
        try connection.transaction(until: within(), retrying: retrier) {
          runs += 1
          try connection.query("do $$ begin raise sqlstate '40001'; end $$", until: within())
        }
      }
      #expect(error?.isConflict == true)
      #expect(runs == 3)
      #expect(clock.sleeps.count == 2)
    }

    @Test("A transaction that fails for good is not run again")
    func permanentFailure() throws {
      var runs = 0
      #expect(throws: PostgresError.self) {
        try connection.transaction(until: within(), retrying: Retrier()) {
          runs += 1
          try connection.query("select 1 / 0", until: within())
        }
      }
      #expect(runs == 1)
    }
  }
}
