import Postgres
import TestSupport
import Testing
import Time

extension OnServer {
  @Suite("Kept statements")
  struct KeptStatementTests {
    let connection: PostgresConnection

    init() throws {
      connection = PostgresConnection(
        try PostgresURL(TestDatabase.url()), applicationName: "postgres-tests", keptStatements: 2)
    }

    /// The texts of the statements that the server keeps.
    private func kept() throws -> [String] {
      try connection.query("select statement from pg_prepared_statements order by name", deadline: within())
        .map { try $0[0] as String }.filter { !$0.contains("pg_prepared_statements") }
    }

    @Test("A statement is prepared once, and takes other values each time")
    func once() throws {
      for number in 0..<5 {
        let rows = try connection.query("select $1::int8 + 1", [.int(number)], deadline: within())
        #expect(try rows[0][0] == number + 1)
      }
      #expect(connection.roundTrips == 5)
      #expect(try kept() == ["select $1::int8 + 1"])
    }

    @Test("No more are kept than was asked for; the others work as ever")
    func most() throws {
      for number in 0..<5 {
        #expect(try connection.query("select \(number)", deadline: within())[0][0] == number)
      }
      #expect(try kept() == ["select 0", "select 1"])
    }

    @Test("Without the wish none is kept")
    func none() throws {
      let connection = try make()
      _ = try connection.query("select 1", deadline: within())
      let rows = try connection.query("select count(*) from pg_prepared_statements", deadline: within())
      #expect(try rows[0][0] == 0)
    }

    @Test("Values of other types are not given to a statement that was prepared without them")
    func types() throws {
      let sql = "select $1::text"
      #expect(try connection.query(sql, [.text("a")], deadline: within())[0][0] == "a")
      #expect(try connection.query(sql, [.int(1)], deadline: within())[0][0] == "1")
      #expect(try connection.query(sql, [.text("b")], deadline: within())[0][0] == "b")
    }

    @Test("A pipeline with an error keeps what came before it, and the connection works on")
    func errors() throws {
      let error = failure {
        try connection.pipeline(
          [PostgresStatement("select 1"), PostgresStatement("select 1 / $1::int8", [.int(0)])], deadline: within())
      }
      #expect(error?.sqlState == "22012")
      #expect(try connection.query("select 1 / $1::int8", [.int(1)], deadline: within())[0][0] == 1)
      #expect(try connection.query("select 1", deadline: within())[0][0] == 1)
      #expect(try kept() == ["select 1", "select 1 / $1::int8"])
    }

    @Test("A statement that the server refuses to parse is not kept")
    func refused() throws {
      for _ in 0..<3 {
        #expect(failure { try connection.query("select nothing", deadline: within()) }?.sqlState == "42703")
      }
      #expect(try kept().isEmpty)
    }

    @Test("After a table has changed, the next try has its new columns")
    func changedTable() throws {
      let name = "kept_\(UInt32.random(in: 0...UInt32.max))"
      try connection.query("create table \(name) (a int8)", deadline: within())
      let owner = try make()
      defer { _ = try? owner.query("drop table \(name)", deadline: within()) }
      let sql = "select * from \(name)"
      #expect(try connection.query(sql, deadline: within()).isEmpty)
      try owner.query("alter table \(name) add b int8", deadline: within())
      try owner.query("insert into \(name) values (1, 2)", deadline: within())
      #expect(failure { try connection.query(sql, deadline: within()) }?.kind == .connectionLost)
      #expect(try connection.query(sql, deadline: within())[0]["b"] == 2)
    }

    @Test("Behind a pooler, whose sessions do not know the statement, none is kept after the first failure")
    func pooler() throws {
      let sql = "select $1::int8"
      #expect(try connection.query(sql, [.int(1)], deadline: within())[0][0] == 1)
      try connection.query("deallocate all", deadline: within())
      #expect(failure { try connection.query(sql, [.int(2)], deadline: within()) }?.kind == .connectionLost)
      #expect(try connection.query(sql, [.int(3)], deadline: within())[0][0] == 3)
      #expect(try kept().isEmpty)
    }
  }
}
