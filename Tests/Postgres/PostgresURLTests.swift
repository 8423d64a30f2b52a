import Postgres
import Testing

@Suite("The address of a database")
struct PostgresURLTests {
  @Test(
    "libpq's addresses and SQLAlchemy's schemes are accepted",
    arguments: [
      "postgresql://user:pass@localhost:5432/db",
      "postgres://localhost/db?sslmode=verify-full&sslrootcert=/some/ca.pem",
      "postgresql+asyncpg://user:pass@localhost/db",
      "postgresql+psycopg2://user:p%40ss@localhost/db?connect_timeout=3",
      "postgresql://one:5432,two:5433/db?target_session_attrs=read-write",
      "postgresql://user:p?ss@localhost/db?options=-cx%3Da@b", "postgresql:///db", "postgresql://",
    ])
  func accepted(text: String) {
    #expect(throws: Never.self) { try PostgresURL(text) }
  }

  @Test(
    "Other addresses are refused, and the error quotes nothing of them",
    arguments: [
      "", "hunter2", "mysql://user:hunter2@host/db", "host=localhost password=hunter2",
      "postgresql://user:hunter2@host:5432/db?no_such_parameter=1", "postgresql://user:hunter2@[::1/db",
      "postgresql://user:hunter2%zz@host/db", "postgresql://user:hunter2@host/db?connect_timeout=soon",
      "postgresql://user:hunter2%00@host/db", "postgresql://user:hunter2@host/db\0",
      "postgresql://user:p@hunter2@host/db", "postgresql://user:p@hunter2/x@host/db",
      "postgresql://user:1/hunter2@host/db", "postgresql://user:p@hunter2/x?y@host/db",
    ])
  func refused(text: String) throws {
    let error = try #require(failure { _ = try PostgresURL(text) })
    #expect(error.kind == .invalidURL)
    #expect(!error.description.contains("hunter2"))
    #expect(!error.isTransient)
  }

  @Test("The description does not show the address")
  func notShown() throws {
    #expect("\(try PostgresURL("postgresql://user:hunter2@localhost/db"))" == "postgresql://…")
  }

  @Test(
    "The error names the part of the address that is wrong",
    arguments: [
      ("postgresql://user:hunter2@host:99999/db", "the port must be a number from 1 to 65535"),
      ("postgresql://user:hunter2@one:1,two:x/db", "the port must be a number from 1 to 65535"),
      (
        "postgresql://host/db?sslmode=hunter2",
        "sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full"
      ),
      ("postgresql://host/db?no_such_parameter=hunter2", "the address has the unknown parameter no_such_parameter"),
      (
        "postgresql://user:hun/ter2@host/db",
        "the address has a misplaced @; in a user or password, write @ as %40 and / as %2F"
      ),
      (
        "postgresql://user:pass/x?hunter=2@host/db",
        "the address is not a URL like postgresql://user:password@host:5432/database"
      ),
    ])
  func named(text: String, message: String) throws {
    #expect(try #require(failure { _ = try PostgresURL(text) }).message == message)
  }
}
