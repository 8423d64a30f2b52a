import Foundation
import TestSupport
import Testing

/// A process for each case, because libpq reads the process's environment.
@Suite("Connections to other machines")
struct ProtectionTests {
  private static let weak = "postgresql://u:hunter2@nowhere.invalid/d"

  private func migrate(_ environment: [String: String]) throws -> String {
    let ran = try FestVibesProcess("migrate", environment: environment)
    #expect(ran.status == 1)
    #expect(!ran.error.contains("hunter2"))
    return ran.error
  }

  @Test("A database whose certificate would not be checked is refused before anything is sent")
  func refused() throws {
    let error = try migrate(["PG_DATABASE_URL": Self.weak])
    for part in [
      "PG_DATABASE_URL: the connection to nowhere.invalid has sslmode=prefer", "sslmode=verify-full&sslrootcert=",
      "PG_ALLOW_WEAK_TLS=true",
    ] { #expect(error.contains(part), "\(error)") }
    #expect(!error.contains("make up"), "the local stack does not mend an address of another machine: \(error)")
  }

  @Test("PG_ALLOW_WEAK_TLS=true accepts the risk, and no other value does")
  func accepted() throws {
    #expect(try migrate(["PG_DATABASE_URL": Self.weak, "PG_ALLOW_WEAK_TLS": "true"]).contains("host name is unknown"))
    #expect(try migrate(["PG_DATABASE_URL": Self.weak, "PG_ALLOW_WEAK_TLS": "false"]).contains("verify-full"))
    #expect(
      try migrate(["PG_DATABASE_URL": Self.weak, "PG_ALLOW_WEAK_TLS": "yes"])
        .contains("PG_ALLOW_WEAK_TLS must be true or false"))
  }

  @Test("libpq's own variables count")
  func environment() throws {
    let mode = try migrate(["PG_DATABASE_URL": Self.weak, "PGSSLMODE": "verify-full"])
    #expect(mode.contains("nowhere.invalid:5432: the host name is unknown"), "\(mode)")
    let weaker = try migrate(["PG_DATABASE_URL": "\(Self.weak)?sslmode=require", "PGSSLMODE": "verify-full"])
    #expect(weaker.contains("sslmode=require"), "\(weaker)")
    let address = try migrate(["PG_DATABASE_URL": "postgresql:///d", "PGHOSTADDR": "192.0.2.1"])
    #expect(address.contains("the connection to 192.0.2.1 has sslmode=prefer"), "\(address)")
    // A host's name is looked up whatever PGHOSTADDR is.
    let other = try migrate(["PG_DATABASE_URL": Self.weak, "PGHOSTADDR": "127.0.0.1"])
    #expect(other.contains("the connection to nowhere.invalid has"), "\(other)")
  }

  @Test("A service file counts, named by the URL or by PGSERVICE")
  func service() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "services-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("[weak]\nhost=db.example.org\n[strong]\nhost=nowhere.invalid\nsslmode=verify-full\n".utf8).write(to: file)
    let url = "postgresql://u:hunter2@/d"
    for (variables, part) in [
      (["PG_DATABASE_URL": "\(url)?service=weak"], "the connection to db.example.org has sslmode=prefer"),
      (["PG_DATABASE_URL": url, "PGSERVICE": "weak"], "the connection to db.example.org has sslmode=prefer"),
      (["PG_DATABASE_URL": url, "PGSERVICE": "missing"], "are PGSERVICE and its service file right?"),
    ] {
      let error = try migrate(variables.merging(["PGSERVICEFILE": file.path]) { $1 })
      #expect(error.contains(part), "\(error)")
    }
    let strong = try migrate(["PG_DATABASE_URL": "\(url)?service=strong", "PGSERVICEFILE": file.path])
    #expect(!strong.contains("verify-full"), "\(strong)")
  }

  @Test(
    "A password is not sent to a Redis server on another machine in clear, unless REDIS_ALLOW_PLAIN accepts the risk")
  func redis() throws {
    func show(_ environment: [String: String]) throws -> String {
      try FestVibesProcess("show", "2024-05-31", environment: environment).error
    }
    let url = "redis://:hunter2@nowhere.invalid/0"
    let refused = try show(["REDIS_URL": url])
    #expect(
      refused.contains("REDIS_URL: redis:// would send the password to nowhere.invalid:6379 in clear"), "\(refused)")
    #expect(refused.contains("rediss://") && refused.contains("REDIS_ALLOW_PLAIN=true") && !refused.contains("hunter2"))
    for accepted in [
      ["REDIS_URL": url, "REDIS_ALLOW_PLAIN": "true"], ["REDIS_URL": "redis://nowhere.invalid/0"],
      ["REDIS_URL": "rediss://:hunter2@nowhere.invalid/0"],
    ] {
      let error = try show(accepted)
      #expect(error.contains("the host is not found"), "\(error)")
    }
    #expect(try show(["REDIS_URL": "redis://:hunter2@127.0.0.1:1/0"]).contains("127.0.0.1:1: no connection"))
  }
}
