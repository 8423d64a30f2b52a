import Postgres
import Testing

@Suite("The protection of a connection")
struct WeaknessTests {
  @Test(
    "A connection to another machine without a checked certificate is weak, and the reason names host and mode",
    arguments: [
      ("postgresql://u:hunter2@db.example.org/d", "db.example.org", "prefer"),
      ("postgresql://u@db.example.org/d", "db.example.org", "prefer"),
      ("postgresql://u:hunter2@db.example.org/d?sslmode=disable", "db.example.org", "disable"),
      ("postgresql://u:hunter2@db.example.org/d?sslmode=allow", "db.example.org", "allow"),
      ("postgresql://u:hunter2@10.0.0.1:6432/d?sslmode=require", "10.0.0.1", "require"),
      ("postgresql://u:hunter2@db.example.org/d?sslmode=verify-ca&sslrootcert=/x", "db.example.org", "verify-ca"),
      ("postgresql+asyncpg://u:hunter2@db.example.org/d?ssl=true", "db.example.org", "require"),
      ("postgresql://u:hunter2@[fd00::1]/d", "fd00::1", "prefer"),
      ("postgresql://u:hunter2@127.0.0.1,db.example.org/d", "db.example.org", "prefer"),
      ("postgresql://u:hunter2@/d?host=/run/postgresql,db.example.org", "db.example.org", "prefer"),
      ("postgresql://u:hunter2@localhost/d?hostaddr=10.0.0.1", "10.0.0.1", "prefer"),
      ("postgresql:///d?hostaddr=10.0.0.1", "10.0.0.1", "prefer"),
    ])
  func weak(text: String, host: String, mode: String) throws {
    let reason = try #require(try PostgresURL(text).weakness())
    #expect(reason.hasPrefix("the connection to \(host) has sslmode=\(mode),"))
    #expect(!reason.contains("hunter2"))
  }

  @Test(
    "Connections on this machine, and those that check certificate and name, are not weak",
    arguments: [
      "postgresql://u:p@localhost/d", "postgresql://u:p@127.0.0.2:5432/d?sslmode=disable", "postgresql://u:p@[::1]/d",
      "postgresql:///d", "postgresql://u@/d?host=/run/postgresql", "postgresql://u@127.0.0.1,localhost/d",
      "postgresql://u:p@db.example.org/d?hostaddr=127.0.0.1",
      "postgresql://u:p@db.example.org/d?sslmode=verify-full",
      "postgresql://u:p@one.example.org,two.example.org/d?sslmode=verify-full&sslrootcert=/x",
    ])
  func strong(text: String) throws {
    #expect(try PostgresURL(text).weakness() == nil)
  }

  @Test("A password that libpq takes for a part of the host is not shown")
  func hiddenHost() throws {
    let reason = try #require(try PostgresURL("postgresql://u:p@h%25nter2/d").weakness())
    #expect(reason.hasPrefix("the connection to the server has sslmode=prefer,"))
  }
}
