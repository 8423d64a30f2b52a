import Postgres
import TestSupport
import Testing
import Time

extension OnServer {
  @Suite("A pipeline")
  struct PipelineTests {
    let connection: PostgresConnection

    init() throws { connection = try make() }

    @Test("A pipeline of 5000 statements is one round trip, with results in order")
    func manyStatements() throws {
      let rows = try connection.pipeline(
        (0..<5000).map { PostgresStatement("select $1::int8", [.int($0)]) }, deadline: within())
      #expect(connection.roundTrips == 1)
      #expect(try rows.map { try $0[0][0] as Int } == Array(0..<5000))
    }

    @Test("A pipeline does not block when both sides send more than the buffers hold")
    func fullBuffers() throws {
      let text = String(repeating: "x", count: 20_000)
      let rows = try connection.pipeline(
        (0..<1500).map { _ in PostgresStatement("select $1::text", [.text(text)]) }, deadline: within(.seconds(60)))
      #expect(rows.count == 1500)
      #expect(try rows[1499][0][0] == text)
    }

    @Test("A response of more than 32 MB is refused, and the next call opens a new connection")
    func tooLarge() throws {
      let rows = "select repeat('x', 1000000) from generate_series(1, $1)"
      #expect(try connection.query(rows, [.int(30)], deadline: within()).count == 30)
      let error = failure { try connection.query(rows, [.int(200)], deadline: within()) }
      #expect(error?.kind == .tooLarge)
      #expect(try connection.query("select 1", deadline: within())[0][0] == 1)
      #expect(try connection.query(rows, [.int(30)], deadline: within()).count == 30, "each response counts anew")
    }

    @Test("A pipeline stops at the first error and changes nothing")
    func firstError() throws {
      try connection.query("create temporary table t (n int8 primary key)", deadline: within())
      let insert = { PostgresStatement("insert into t values ($1)", [.int($0)]) }
      let error = try #require(
        failure { try connection.pipeline([insert(1), insert(2), insert(1), insert(3)], deadline: within()) })
      #expect(error.sqlState == "23505")
      #expect(try connection.query("select count(*) from t", deadline: within())[0][0] == 0)
    }

    @Test("A pipeline without statements has no results")
    func noStatements() throws {
      #expect(try connection.pipeline([], deadline: within()).isEmpty)
    }

    @Test("A pipeline returns the number of rows that each statement wrote")
    func affectedRows() throws {
      try connection.query("create temporary table t (n int8)", deadline: within())
      let rows = try connection.pipeline(
        [
          PostgresStatement("insert into t select generate_series(1, 7)"),
          PostgresStatement("update t set n = n + 1 where n > 5"),
          PostgresStatement("delete from t"),
        ], deadline: within())
      #expect(rows.map(\.affectedRows) == [7, 2, 7])
    }

    @Test("Pipelines and scripts may follow one another on a connection")
    func scripts() throws {
      try connection.execute(script: "create temporary table t (n int8); insert into t values (1)", deadline: within())
      try connection.pipeline([PostgresStatement("insert into t values (2)")], deadline: within())
      #expect(throws: PostgresError.self) {
        try connection.execute(script: "insert into t values (3); insert into nowhere values (4)", deadline: within())
      }
      #expect(try connection.query("select array_agg(n order by n) from t", deadline: within())[0][0] == [1, 2])
    }
  }
}
