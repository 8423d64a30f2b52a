import Foundation
import Postgres
import Time

/// A new database on the test server, empty or migrated. It is dropped with the object.
public final class TestDatabase {
  /// The server's address with a superuser: `TEST_PG_DATABASE_URL`.
  public static let serverURL = ProcessInfo.processInfo.environment["TEST_PG_DATABASE_URL"]

  public let url: String
  private let name: String
  private let server: PostgresConnection
  private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  /// - Parameters:
  ///   - server: the server's address; nil for `serverURL`.
  ///   - migrated: true for a database that has all migrations.
  public init(on server: String? = nil, migrated: Bool = false) throws {
    let address = server ?? Self.serverURL ?? ""
    self.server = PostgresConnection(try PostgresURL(address), applicationName: "tests")
    name = "test_\(getpid())_\(UInt32.random(in: 0 ... .max))"
    url = Self.url(server: address, database: name)
    let server = self.server
    let template = migrated ? "template \(try MigratedTemplate.name(on: address))" : ""
    try server.query("create database \(name) \(template)", deadline: deadline)
  }

  deinit { _ = try? server.query("drop database if exists \(name) with (force)", deadline: deadline) }

  /// Returns a new connection to the database.
  public func connect(parameters: String = "") throws -> PostgresConnection {
    PostgresConnection(try PostgresURL(url + parameters), applicationName: "tests")
  }

  /// Returns the server's address with the given parts replaced.
  public static func url(
    server: String? = nil, database: String? = nil, user: String? = nil, password: String? = nil, host: String? = nil,
    query: String? = nil
  ) -> String {
    guard var parts = URLComponents(string: server ?? serverURL ?? "") else { return "" }
    if let database { parts.path = "/" + database }
    if let user { parts.user = user }
    if let password { parts.password = password }
    if let host { parts.host = host }
    if let query { parts.query = query }
    return parts.string ?? ""
  }
}
