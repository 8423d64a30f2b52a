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

    /// The statements that the server keeps for a connection: in a transaction, where no further one is kept.
    private func rows(_ column: String, of other: PostgresConnection? = nil) throws -> [String] {
      let connection = other ?? connection
      return try connection.transaction(deadline: within()) { () throws in
        try connection.query("select \(column) from pg_prepared_statements order by 1", deadline: within())
          .map { try $0[0] as String }
      }
    }

    /// The texts of the statements that the server keeps.
    private func kept() throws -> [String] { try rows("statement") }

    private func number(_ sql: String) throws -> Int { try connection.query(sql, deadline: within())[0][0] }

    /// Returns the number of round trips that work takes.
    private func roundTrips(_ work: () throws -> Void) rethrows -> Int {
      let before = connection.roundTrips
      try work()
      return connection.roundTrips - before
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

    @Test("Two texts that only Unicode calls equal are two statements")
    func canonical() throws {
      for text in ["\u{E9}", "e\u{301}", "\u{E9}"] {
        let found: String = try connection.query("select '\(text)'", deadline: within())[0][0]
        #expect(Array(found.utf8) == Array(text.utf8))
      }
      #expect(try kept().count == 2)
    }

    @Test("Those that were used last are kept, and no more than was asked for")
    func most() throws {
      let trips = try roundTrips { () throws in
        for value in [0, 1, 0, 2] { #expect(try number("select \(value)") == value) }
      }
      #expect(try kept() == ["select 0", "select 2"])
      #expect(trips == 4)
      for value in 3..<9 { #expect(try number("select \(value)") == value) }
      #expect(try kept() == ["select 7", "select 8"])
    }

    @Test("A pipeline may have more than are kept; a text that it has twice is prepared once")
    func pipeline() throws {
      let texts = ["select 1", "select 1", "select 2", "select 3", "select 1"]
      let trips = try roundTrips { () throws in
        let rows = try connection.pipeline(texts.map { PostgresStatement($0) }, deadline: within())
        #expect(try rows.map { try $0[0][0] as Int } == [1, 1, 2, 3, 1])
      }
      #expect(trips == 1)
      #expect(try kept() == ["select 1", "select 3"])
    }

    @Test("What a pipeline did not do after its error is not counted as done")
    func skipped() throws {
      for value in 1...2 { #expect(try number("select \(value)") == value) }
      let error = failure {
        try connection.pipeline(
          [PostgresStatement("select 3"), PostgresStatement("select 1 / 0"), PostgresStatement("select 4")],
          deadline: within())
      }
      #expect(error?.sqlState == "22012")
      #expect(try kept().contains("select 3"))
      let trips = try roundTrips { () throws in
        for value in [3, 4, 2, 1, 4] { #expect(try number("select \(value)") == value) }
      }
      #expect(trips == 5)
      #expect(try kept() == ["select 1", "select 4"])
    }

    @Test("A name means the same on all connections: a text with the types of its values")
    func names() throws {
      let other = try another()
      let sql = "select $1::text"
      try connection.query(sql, [.text("a")], deadline: within())
      try other.query("select 1", deadline: within())
      let (name, first) = (try rows("name"), try rows("name", of: other))
      #expect(try #require(name.first).contains(/^kept_[0-9a-f]{32}$/))
      #expect(name != first)
      try other.query(sql, [.text("b")], deadline: within())
      #expect(Set(try rows("name", of: other)) == Set(name + first))
      try other.query(sql, [.int(1)], deadline: within())
      #expect(Set(try rows("name", of: other)).subtracting(name + first).count == 1)
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

    @Test("An error that says the same as that of a changed table, in a statement that is new, is the statement's")
    func notSupported() throws {
      let refused = "select distinct 1 for update"
      for sql in [refused, refused, "do $$ begin raise feature_not_supported; end $$"] {
        let error = failure { try connection.query(sql, deadline: within()) }
        #expect(error?.kind == .statement, "\(sql)")
        #expect(error?.sqlState == "0A000")
      }
    }

    /// Another client's connection that keeps statements.
    private func another() throws -> PostgresConnection {
      PostgresConnection(try PostgresURL(TestDatabase.url()), applicationName: "postgres-tests", keptStatements: 2)
    }

    @Test("A statement that another client of a pooler has prepared on this session is run all the same")
    func duplicate() throws {
      let other = try another()
      let sql = "select $1::int8 + 1"
      try other.query(sql, [.int(1)], deadline: within())
      let name = try #require(try rows("name", of: other).first)
      try connection.execute(script: "prepare \(name) (int8) as \(sql)", deadline: within())
      for (value, trips) in [(1, 2), (2, 1)] {
        let taken = try roundTrips { () throws in
          #expect(try connection.query(sql, [.int(value)], deadline: within())[0][0] == value + 1)
        }
        #expect(taken == trips)
      }
      #expect(try rows("name") == [name])
    }

    @Test("A statement that a pooler's session does not know is run all the same, with those before it once")
    func unknown() throws {
      let sql = "select $1::int8"
      #expect(try connection.query(sql, [.int(1)], deadline: within())[0][0] == 1)
      try connection.execute(script: "create temporary table t (n int8); deallocate all", deadline: within())
      let trips = try roundTrips { () throws in
        let rows = try connection.pipeline(
          [PostgresStatement("insert into t values (1)"), PostgresStatement(sql, [.int(2)])], deadline: within())
        #expect(try rows[1][0][0] == 2)
      }
      #expect(trips == 2)
      #expect(try number("select count(*) from t") == 1)
    }

    @Test("A transaction does not depend on what the session has prepared")
    func transaction() throws {
      #expect(try number("select 1") == 1)
      try connection.execute(script: "deallocate all", deadline: within())
      let trips = try roundTrips { () throws in
        try connection.transaction(deadline: within()) { () throws in
          for _ in 0..<2 { #expect(try number("select 1") == 1) }
        }
      }
      #expect(trips == 3)
    }

    @Test("Where it keeps happening, no statement is kept any more")
    func pooler() throws {
      for attempt in 1...5 {
        #expect(try number("select 1") == 1)
        #expect(try kept() == (attempt > 3 ? [] : ["select 1"]))
        try connection.execute(script: "deallocate all", deadline: within())
        let trips = try roundTrips { () throws in #expect(try number("select 1") == 1) }
        #expect(trips == (attempt > 3 ? 1 : 2))
      }
    }
  }
}
