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
        deadline: within())
    }

    private func stored(_ name: String) throws -> Int {
      try database.connect().query("select n from t where name = $1", [.text(name)], deadline: within())[0][0]
    }

    private func set(_ name: String, to number: Int, on connection: PostgresConnection) throws {
      try connection.query("update t set n = $2 where name = $1", [.text(name), .int(number)], deadline: within())
    }

    @Test("A transaction is committed when its work returns, in one additional round trip")
    func commit() throws {
      let before = connection.roundTrips
      let value = try connection.transaction(deadline: within()) {
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
        try connection.transaction(deadline: within()) {
          try set("a", to: 1, on: connection)
          throw Interruption()
        }
      }
      #expect(try stored("a") == 0)
      try connection.transaction(deadline: within()) { try set("b", to: 2, on: connection) }
      #expect(try stored("b") == 2)
    }

    @Test("A transaction without statements makes no round trip")
    func empty() throws {
      let before = connection.roundTrips
      try connection.transaction(deadline: within()) {}
      #expect(connection.roundTrips == before)
    }

    @Test("A transaction that ignored a failed statement reports that nothing was committed")
    func ignoredFailure() throws {
      let error = failure {
        try connection.transaction(deadline: within()) {
          try set("a", to: 1, on: connection)
          _ = try? connection.query("select 1 / 0", deadline: within())
        }
      }
      #expect(error?.kind == .misuse)
      #expect(try stored("a") == 0)
    }

    @Test("Transactions cannot be nested")
    func nested() {
      let error = failure {
        try connection.transaction(deadline: within()) { try connection.transaction(deadline: within()) {} }
      }
      #expect(error?.kind == .misuse)
    }

    @Test("A transaction whose server process is killed changes nothing and does not continue on another connection")
    func killed() throws {
      let error = failure {
        try connection.transaction(deadline: within()) {
          try set("a", to: 1, on: connection)
          let process = try serverProcess(of: connection)
          try database.connect().query("select pg_terminate_backend($1::int4)", [.int(process)], deadline: within())
          _ = try? set("b", to: 1, on: connection)
          try set("b", to: 1, on: connection)
        }
      }
      #expect(error?.kind == .connectionLost)
      #expect(try stored("a") == 0)
      #expect(try stored("b") == 0)
      try connection.transaction(deadline: within()) { try set("b", to: 3, on: connection) }
      #expect(try stored("b") == 3)
    }

    @Test("A transaction that outlasts the deadline changes nothing and holds no lock")
    func deadline() throws {
      let process = try serverProcess(of: connection)
      let error = failure {
        try connection.transaction(deadline: within(.milliseconds(300))) {
          try set("a", to: 1, on: connection)
          try connection.query("select pg_sleep(20)", deadline: within(.milliseconds(300)))
        }
      }
      #expect(error?.kind == .timedOut)
      let other = try database.connect()
      var isRunning = true
      for _ in 0..<1500 where isRunning {
        isRunning = try !other.query("select from pg_stat_activity where pid = $1", [.int(process)], deadline: within())
          .isEmpty
        if isRunning { SystemTime().sleep(for: .milliseconds(10)) }
      }
      #expect(!isRunning, "the server's process still runs the statement or waits for the connection")
      try set("a", to: 5, on: connection)
      #expect(try stored("a") == 5)
    }

    @Test("The loser of a deadlock gets a transient error, and succeeds when the whole transaction is run again")
    func deadlock() throws {
      let losses = Locked([String?]())
      let url = database.url
      // Each takes the rows in the other's order, and both hold their first row before either requests its second.
      let bothHoldOne = Barrier(2)
      let run: @Sendable (String, String) -> Void = { first, second in
        do {
          let own = PostgresConnection(try PostgresURL(url), applicationName: "tests")
          for attempt in 1...5 {
            do {
              try own.transaction(deadline: within()) {
                try own.query("update t set n = n + 1 where name = $1", [.text(first)], deadline: within())
                if attempt == 1 { bothHoldOne.wait() }
                try own.query("update t set n = n + 1 where name = $1", [.text(second)], deadline: within())
              }
              return
            } catch let error as PostgresError where error.isTransient {
              losses.change { $0.append(error.sqlState) }
            }
          }
          Issue.record("the transaction lost five times")
        } catch {
          Issue.record("\(error)")
        }
      }
      concurrently([{ run("a", "b") }, { run("b", "a") }])
      let states = losses.change { $0 }
      #expect(states.first == "40P01", "there was no deadlock")
      #expect(try stored("a") == 2)
      #expect(try stored("b") == 2)
    }

    @Test("A serialization failure is transient, and a fault of the statement is not")
    func transientErrors() throws {
      for (sql, isTransient) in [("do $$ begin raise sqlstate '40001'; end $$", true), ("select 1 / 0", false)] {
        let error = failure {
          try connection.transaction(deadline: within()) { _ = try connection.query(sql, deadline: within()) }
        }
        #expect(error?.kind == .statement)
        #expect(error?.isTransient == isTransient)
      }
    }
  }
}
