import Foundation
import TestSupport
import Testing
import Time

@testable import Postgres

/// Connections to scripted servers, several hosts and several addresses.
@Suite("Opening a connection")
struct OpeningTests {
  /// The refusal by which a test knows that this server was reached.
  private static let reached: [(Character, String)] = [("S", "FATAL"), ("V", "FATAL"), ("C", "3D000"), ("M", "none")]

  private func error(
    _ url: String, deadline: Duration = .seconds(20), addresses: [String: [String]] = [:]
  ) throws -> PostgresError {
    let url = try PostgresURL(url)
    func find(_ server: PostgresServer) throws(PostgresError) -> [String?] {
      if let given = addresses[server.host ?? ""] { return given }
      return try PostgresServer.addresses(of: server)
    }
    let error = failure {
      _ = try Session.open(
        url, applicationName: "t", time: SystemTime(), deadline: within(deadline), addresses: find)
    }
    return try #require(error)
  }

  @Test("A first host that swallows packets uses up connect_timeout, and the second is reached")
  func swallowingHost() throws {
    let (hole, server) = (ScriptedPostgres(swallowingAt: "127.0.0.2"), ScriptedPostgres(refusing: Self.reached))
    let start = ContinuousClock.now
    let error = try error(
      "postgresql://u@127.0.0.2:\(hole.port),127.0.0.1:\(server.port)/d?connect_timeout=1&sslmode=disable")
    #expect(error.sqlState == "3D000", "\(error)")
    #expect((.milliseconds(900) ... .seconds(8)).contains(ContinuousClock.now - start))
  }

  @Test("A first address of a host that swallows packets uses up connect_timeout, and the second is reached")
  func swallowingAddress() throws {
    let server = ScriptedPostgres(refusing: Self.reached)
    _ = ScriptedPostgres(swallowingAt: "127.0.0.2", port: server.port)
    let error = try error(
      "postgresql://u@db.example:\(server.port)/d?connect_timeout=1&sslmode=disable",
      addresses: ["db.example": ["127.0.0.2", "127.0.0.1"]])
    #expect(error.sqlState == "3D000", "\(error)")
    #expect(error.message == "db.example:\(server.port): the database does not exist")
  }

  @Test("A first host that accepts and stays silent, refuses, is unknown or is starting makes way for the second")
  func otherHosts() throws {
    let server = ScriptedPostgres(refusing: Self.reached)
    let silent = try SilentServer()
    let starting = ScriptedPostgres(
      refusing: [("S", "FATAL"), ("V", "FATAL"), ("C", "57P03"), ("M", "the database system is starting up")])
    for first in ["127.0.0.1:\(silent.port)", "127.0.0.1:1", "nowhere.invalid:1", "127.0.0.1:\(starting.port)"] {
      let error = try error(
        "postgresql://u@\(first),127.0.0.1:\(server.port)/d?connect_timeout=1&sslmode=disable")
      #expect(error.sqlState == "3D000", "\(first): \(error)")
    }
  }

  @Test("A deadline that is shorter than the timeouts is shared by hosts and addresses")
  func shortDeadline() throws {
    let server = ScriptedPostgres(refusing: Self.reached)
    _ = ScriptedPostgres(swallowingAt: "127.0.0.2", port: server.port)
    let start = ContinuousClock.now
    let error = try error(
      "postgresql://u@one.example:\(server.port),two.example:\(server.port)/d?connect_timeout=60&sslmode=disable",
      deadline: .seconds(6),
      addresses: ["one.example": ["127.0.0.2", "127.0.0.2"], "two.example": ["127.0.0.1"]])
    #expect(error.sqlState == "3D000", "\(error)")
    #expect(ContinuousClock.now - start < .seconds(6))
  }

  @Test(
    "If all hosts swallow packets, the whole ends at the deadline, or after their timeouts with the last one's error")
  func allSwallow() throws {
    let hole = ScriptedPostgres(swallowingAt: "127.0.0.2")
    let hosts = "127.0.0.2:\(hole.port),127.0.0.2:\(hole.port)"
    let error = try error("postgresql://u@\(hosts)/d?connect_timeout=1&sslmode=disable")
    #expect(error == PostgresError(.unreachable, "127.0.0.2:\(hole.port) accepts no connection within 1 s"))
    let start = ContinuousClock.now
    let late = try self.error(
      "postgresql://u@\(hosts)/d?connect_timeout=60&sslmode=disable", deadline: .milliseconds(400))
    #expect(late.kind == .timedOut)
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test("A host that refuses user or database ends the search, as in libpq")
  func refusingHost() throws {
    let server = ScriptedPostgres(
      refusing: [
        ("S", "FATAL"), ("V", "FATAL"), ("C", "28P01"), ("M", "password authentication failed for user \"u\""),
      ])
    let other = ScriptedPostgres(refusing: Self.reached)
    let error = try error(
      "postgresql://u:p@127.0.0.1:\(server.port),127.0.0.1:\(other.port)/d?sslmode=disable")
    #expect(error.sqlState == "28P01")
  }

  @Test("The servers of an address are its lists, entry by entry")
  func servers() throws {
    func servers(_ text: String) throws -> [PostgresServer] { try PostgresURL(text).servers }
    #expect(
      try servers("postgresql://a:1,b,[::1]:3/d")
        == [.init(host: "a", port: "1"), .init(host: "b", port: ""), .init(host: "::1", port: "3")])
    #expect(try servers("postgresql://a,b/d") == [.init(host: "a", port: ""), .init(host: "b", port: "")])
    #expect(
      try servers("postgresql:///d?host=a,b&port=7&hostaddr=127.0.0.1,127.0.0.2") == [
        .init(host: "a", address: "127.0.0.1", port: "7"), .init(host: "b", address: "127.0.0.2", port: "7"),
      ])
    #expect(try servers("postgresql://%2Ftmp/d") == [.init(host: "/tmp")])
    #expect(try PostgresServer.addresses(of: .init(host: "/tmp")) == [nil])
    for text in ["postgresql:///d", "postgresql://a,b/d?port=1,2,3", "postgresql://a,b/d?hostaddr=127.0.0.1"] {
      #expect(try servers(text) == [.init()], "\(text)")
    }
    #expect(try PostgresServer.addresses(of: .init(host: "127.0.0.1")) == ["127.0.0.1"])
    #expect(
      try PostgresURL("postgresql://a/d?target_session_attrs=prefer-standby").sessionAttributes == ["standby", "any"])
  }
}
