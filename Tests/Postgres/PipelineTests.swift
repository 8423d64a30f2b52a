import Postgres
import TestSupport
import Testing
import Time

extension OnServer {
  @Suite("A pipeline")
  struct PipelineTests {
    let connection: PostgresConnection

    init() throws { connection = try make() }

    @Test("A pipeline of 5000 statements is one round trip, its answers in order")
    func manyStatements() throws {
      let rows = try connection.pipeline(
        (0..<5000).map { PostgresStatement("select $1::int8", [.int($0)]) }, until: within())
      #expect(connection.roundTrips == 1)
      #expect(try rows.map { try $0[0][0] as Int } == Array(0..<5000))
    }

    @Test("A pipeline does not lock up when both sides have more to say than the buffers hold")
    func fullBuffers() throws {
      let text = String(repeating: "x", count: 20_000)
      let rows = try connection.pipeline(
        (0..<2000).map { _ in PostgresStatement("select $1::text", [.text(text)]) }, until: within(.seconds(60)))
      #expect(rows.count == 2000)
      #expect(try rows[1999][0][0] == text)
    }

    @Test("A pipeline stops at the first error, and then nothing of it holds")
    func firstError() throws {
      try connection.query("create temporary table t (n int8 primary key)", until: within())
      let insert = { PostgresStatement("insert into t values ($1)", [.int($0)]) }
      let error = try #require(
        failure { try connection.pipeline([insert(1), insert(2), insert(1), insert(3)], until: within()) })
      #expect(error.sqlState == "23505")
      #expect(try connection.query("select count(*) from t", until: within())[0][0] == 0)
    }

    @Test("A pipeline of none is nothing")
    func noStatements() throws {
      #expect(try connection.pipeline([], until: within()).isEmpty)
    }

    @Test("A pipeline tells how many rows each statement wrote")
    func affectedRows() throws {
      try connection.query("create temporary table t (n int8)", until: within())
      let rows = try connection.pipeline(
        [
          PostgresStatement("insert into t select generate_series(1, 7)"),
          PostgresStatement("update t set n = n + 1 where n > 5"),
          PostgresStatement("delete from t"),
        ], until: within())
      #expect(rows.map(\.affectedRows) == [7, 2, 7])
    }

    @Test("A pipeline may follow a script, and a script a pipeline")
    func scripts() throws {
      try connection.execute(script: "create temporary table t (n int8); insert into t values (1)", until: within())
      try connection.pipeline([PostgresStatement("insert into t values (2)")], until: within())
      #expect(throws: PostgresError.self) {
        try connection.execute(script: "insert into t values (3); insert into nowhere values (4)", until: within())
      }
      #expect(try connection.query("select array_agg(n order by n) from t", until: within())[0][0] == [1, 2])
    }
  }
}
