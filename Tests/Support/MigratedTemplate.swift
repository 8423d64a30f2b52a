import ConcertsSink
import Cryptography
import Foundation
import Ledger
import Postgres
import Synchronization
import Time

/// The database of a test server that migrated ones are copied from: a copy takes a third of the time of the migrations.
/// Its name is made of their checksums, so that all processes of one version share it.
enum MigratedTemplate {
  private static let known = Mutex<[String: String]>([:])

  /// Returns its name on a server, on which it is made if it is missing.
  static func name(on server: String) throws -> String {
    if let name = known.withLock({ $0[server] }) { return name }
    let checksums = ConcertsSink.migrations.map(\.checksum).joined()
    let name = "migrated_\(try Digest(of: Data(checksums.utf8)).hexadecimal.prefix(16))"
    try make(name, on: server)
    known.withLock { $0[server] = name }
    return name
  }

  /// Makes it under another name first: a process that is stopped here leaves none that is half migrated.
  private static func make(_ name: String, on server: String) throws {
    let deadline = Deadline(after: .seconds(120), on: SystemTime())
    let connection = PostgresConnection(try PostgresURL(server), applicationName: "tests")
    try connection.query("select pg_advisory_lock(hashtext($1))", [.text(name)], deadline: deadline)
    let found = try connection.query("select from pg_database where datname = $1", [.text(name)], deadline: deadline)
    guard found.isEmpty else { return }
    try connection.query("drop database if exists \(name)_new", deadline: deadline)
    try connection.query("create database \(name)_new", deadline: deadline)
    try migrate(TestDatabase.url(server: server, database: "\(name)_new"), deadline: deadline)
    try connection.query("alter database \(name)_new rename to \(name)", deadline: deadline)
  }

  /// The connection ends with the call: a database that one uses cannot be copied.
  private static func migrate(_ url: String, deadline: Deadline) throws {
    _ = try Database(url: url, migrations: ConcertsSink.migrations, allowsWeakTLS: true).migrate(deadline: deadline)
  }
}
