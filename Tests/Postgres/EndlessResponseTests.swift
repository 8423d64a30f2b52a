import Foundation
import TestSupport
import Testing
import Time

@testable import Postgres

/// Servers that never stop sending. libpq would keep all of it in memory.
/// Source of the messages: https://www.postgresql.org/docs/current/protocol-message-formats.html
@Suite("Responses without end")
struct EndlessResponseTests {
  /// Four times what is accepted.
  private static let limit = 4 * ResponseMeter.maximumBytes

  /// Connects, queries, and returns the error.
  private func error(
    greeting: [UInt8] = welcome, _ beginning: [UInt8], thenRepeating part: [UInt8], pause: UInt32 = 0
  ) throws -> PostgresError {
    let server = ScriptedPostgres(
      greeting: greeting, sending: beginning, thenRepeating: part, upTo: Self.limit, pause: pause)
    let connection = PostgresConnection(
      try PostgresURL("postgresql://u@127.0.0.1:\(server.port)/d?sslmode=disable"), applicationName: "t")
    return try #require(failure { try connection.query("select", deadline: within(.seconds(60))) })
  }

  private static func message(_ letter: Character, _ body: [UInt8]) -> [UInt8] {
    [letter.asciiValue ?? 0] + bytes(Int32(body.count + 4)) + body
  }

  private static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// AuthenticationOk and ReadyForQuery.
  private static let welcome = message("R", bytes(Int32(0))) + ready
  private static let ready = message("Z", Array("I".utf8))
  /// The result of the statement that a session begins with, and the description of a result of null columns.
  private static func result(columns: Int16) -> [UInt8] {
    let column =
      Array("n\0".utf8) + bytes(Int32(0)) + bytes(Int16(0)) + bytes(Int32(25)) + bytes(Int16(-1)) + bytes(Int32(-1))
      + bytes(Int16(1))
    let first = message("1", []) + message("2", []) + message("n", []) + message("C", Array("SET\0".utf8)) + ready
    return first + message("1", []) + message("2", [])
      + message("T", bytes(columns) + Array(repeatElement(column, count: Int(columns)).joined()))
  }

  private static func nulls(_ columns: Int16) -> [UInt8] {
    message("D", bytes(columns) + Array(repeatElement(bytes(Int32(-1)), count: Int(columns)).joined()))
  }

  @Test("Rows without end are refused by name", arguments: [0, 1, 300] as [Int16])
  func rows(columns: Int16) throws {
    let error = try error(Self.result(columns: columns), thenRepeating: Self.nulls(columns))
    #expect(error == PostgresError(.tooLarge, "the server sent more than 32 MB in one response"))
    #expect(!error.isTransient)
  }

  @Test("One value of a gigabyte is refused by name")
  func value() throws {
    let header = Array("D".utf8) + Self.bytes(Int32(1 << 30)) + Self.bytes(Int16(1)) + Self.bytes(Int32((1 << 30) - 10))
    // libpq reads on within one value for as long as there is something to read.
    let error = try error(Self.result(columns: 1) + header, thenRepeating: Array("x".utf8), pause: 500)
    #expect(error.kind == .tooLarge, "\(error)")
  }

  @Test("Notices and notifications without end are refused by name")
  func notices() throws {
    let notice = Self.message("N", Array("SNOTICE\0CX0000\0Mm\0\0".utf8))
    #expect(try error(Self.result(columns: 1), thenRepeating: notice).kind == .tooLarge)
    let notification = Self.message("A", Self.bytes(Int32(1)) + Array("channel\0payload\0".utf8))
    #expect(try error(Self.result(columns: 1), thenRepeating: notification).kind == .tooLarge)
  }

  @Test("Notifications of earlier responses are not kept")
  func notifications() throws {
    let notification = Self.message("A", Self.bytes(Int32(1)) + [0, 0])
    var flood = notification
    while flood.count < 16 << 20 { flood += flood }
    let server = ScriptedPostgres(
      greeting: Self.welcome, sending: Self.message("1", []) + Self.message("2", []) + Self.done("SET"),
      then: flood + Self.message("1", []) + Self.message("2", []) + Self.done("SELECT 0"))
    let connection = PostgresConnection(
      try PostgresURL("postgresql://u@127.0.0.1:\(server.port)/d?sslmode=disable"), applicationName: "t")
    for _ in 0..<10 { _ = try connection.query("select", deadline: within(.seconds(60))) }
    // Counted, because the memory of this process is also that of the tests beside it.
    let kept = try #require(connection.session).discardNotifications()
    #expect(kept <= flood.count / notification.count, "more than one response has")
  }

  private static func done(_ tag: String) -> [UInt8] { message("n", []) + message("C", Array("\(tag)\0".utf8)) + ready }

  @Test("Parameters without end, before the connection is open, are refused by name")
  func parameters() throws {
    let parameter = Self.message("S", Array("name\0\(String(repeating: "v", count: 1000))\0".utf8))
    #expect(
      try error(greeting: [], Self.message("R", Self.bytes(Int32(0))), thenRepeating: parameter).kind == .tooLarge)
  }
}
