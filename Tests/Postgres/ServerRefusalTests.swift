import Foundation
import TestSupport
import Testing
import Time

@testable import Postgres

/// Refusals of poolers and servers, sent over a socket and read through libpq.
@Suite("Refused connections")
struct ServerRefusalTests {
  private func refusal(_ state: String, _ text: String, severity: String = "FATAL") throws -> PostgresError {
    let server = ScriptedPostgres(refusing: [("S", severity), ("V", "FATAL"), ("C", state), ("M", text)])
    let connection = PostgresConnection(
      try PostgresURL("postgresql://zoe:hunter2@127.0.0.1:\(server.port)/events-db?sslmode=disable"),
      applicationName: "t")
    var error = try #require(failure { try connection.open(deadline: within()) })
    let prefix = "127.0.0.1:\(server.port): "
    #expect(error.message.hasPrefix(prefix), "\(error)")
    for secret in ["zoe", "hunter2", "events-db"] { #expect(!error.description.contains(secret), "\(error)") }
    error = PostgresError(error.kind, sqlState: error.sqlState, String(error.message.dropFirst(prefix.count)))
    return error
  }

  @Test(
    "PgBouncer's texts survive, without names",
    arguments: [
      ("08P01", "no such database: events-db", PostgresError.Kind.refused, "no such database"),
      ("3D000", "no such database: events-db", .refused, "no such database"),
      ("08P01", "no such user: zoe", .refused, "no such user"),
      ("08P01", "query_wait_timeout", .unreachable, "query_wait_timeout"),
      ("08P01", "client_login_timeout (server down)", .unreachable, "client_login_timeout"),
      (
        "08P01", "server login has been failing, try again later (server_login_retry)", .unreachable,
        "server_login_retry"
      ),
      (
        "08P01", "server login failed: FATAL password authentication failed for user \"zoe\"", .unreachable,
        "server login failed"
      ),
      ("08P01", "pgbouncer cannot connect to server", .unreachable, "cannot connect to server"),
      ("08P01", "no more connections allowed (max_client_conn)", .unreachable, "no more connections allowed"),
      (
        "08P01", "unsupported startup parameter: extra_float_digits", .refused,
        "unsupported startup parameter extra_float_digits"
      ),
      (
        "08P01", "unsupported startup parameter in options: search_path", .refused,
        "unsupported startup parameter search_path"
      ),
      ("08P01", "bouncer config error", .refused, "bouncer config error"),
      ("08P01", "database \"events-db\" is disabled", .unreachable, "is disabled"),
      ("08P01", "SASL authentication failed", .refused, "sasl authentication failed"),
      ("08P01", "password authentication failed for user \"zoe\"", .refused, "password authentication failed"),
    ] as [(String, String, PostgresError.Kind, String)])
  func pooler(state: String, text: String, kind: PostgresError.Kind, shown: String) throws {
    let error = try refusal(state, text)
    #expect(error.kind == kind)
    #expect(error.sqlState == state)
    #expect(error.message.hasPrefix(shown), "\(error)")
  }

  @Test(
    "Other texts are shown up to the first quotation, colon or name; Postgres's own have a fixed meaning",
    arguments: [
      (
        "08P01", "the pooler is taking a nap", PostgresError.Kind.unreachable,
        "the server refused: the pooler is taking a nap"
      ),
      ("XX000", "Tenant or user not found", .unreachable, "the server refused: Tenant or user not found"),
      (
        "28000", "This RDS proxy has no credentials for the role zoe. Check them.", .refused,
        "the server does not accept this user, database and host"
      ),
      ("42000", "There is no role zoe here", .refused, "the server refused: There is no role …"),
      ("42000", "quota of: events-db", .refused, "the server refused: quota of …"),
      ("42000", "zoe is unknown", .refused, "the server refused"), ("42000", "", .refused, "the server refused"),
      (
        "28P01", "Passwort-Authentifizierung für Benutzer »zoe« fehlgeschlagen", .refused,
        "password authentication failed"
      ),
      ("53300", "sorry, too many clients already", .unreachable, "the server has too many connections"),
      ("57P03", "the database system is starting up", .unreachable, "the server is starting up or shutting down"),
    ] as [(String, String, PostgresError.Kind, String)])
  func other(state: String, text: String, kind: PostgresError.Kind, shown: String) throws {
    let error = try refusal(state, text)
    #expect(error.kind == kind)
    #expect(error.message == shown)
  }

  @Test("The severity may be in another language")
  func severity() throws {
    #expect(try refusal("3D000", "Datenbank »events-db« existiert nicht", severity: "FATAL").sqlState == "3D000")
    #expect(try refusal("3D000", "x", severity: "致命错误").sqlState == "3D000")
  }
}
