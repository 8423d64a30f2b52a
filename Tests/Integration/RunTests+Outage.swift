import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import AWS

extension RunTests {
  /// Closes or opens the functions' database, as an outage of the server would, without one for the other tests.
  private func allowConnections(_ allow: Bool) throws {
    let url = try #require(URLComponents(string: LocalStack.environment["PG_DATABASE_URL"] ?? ""))
    let name = url.path.dropFirst()
    let server = PostgresConnection(
      try PostgresURL(try #require(TestDatabase.serverURL)), applicationName: "tests-outage")
    try server.query("alter database \(name) with allow_connections \(allow)", deadline: stack.deadline)
    try server.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [.text(String(name))],
      deadline: stack.deadline)
    // The connection of the tests was cut, too.
    if allow { _ = try? stack.database.query("select 1", deadline: stack.deadline) }
  }

  private func status(_ arguments: String...) throws -> (status: Int32, output: String, error: String) {
    let ran = try FestVibesProcess(["status"] + arguments, environment: LocalStack.environment)
    return (ran.status, ran.output, ran.error)
  }

  @Test(
    "whose failures Postgres could not take is settled by `status`: one cause, one count, a closed row, a next command")
  func outage() throws {
    #expect(try FestVibesProcess(["migrate"], environment: LocalStack.environment).status == 0)
    try stack.empty()
    // Before the run begins, so that it does not depend on the machine's speed what the ledger knows of it: nothing.
    try allowConnections(false)
    defer { try? allowConnections(true) }
    // There are no archives of these dates, so that each fails in its first stage.
    let arn = try stack.start(#"{"start_date": "2031-01-01", "end_date": "2031-01-03", "replay": {}}"#)
    let run = String(arn.split(separator: ":").last ?? "")
    // Every item ends, although its failure cannot be recorded; the end of the run cannot be either.
    let time = SystemTime()
    var children: [ExecutionSummary] = []
    while children.count < 3 || !children.allSatisfy(\.status.isFinal) {
      time.sleep(for: .milliseconds(200))
      children = try stack.steps.listMapRuns(of: arn, deadline: stack.deadline).flatMap {
        try stack.steps.listExecutions(of: .mapRun($0), limit: 10, deadline: stack.deadline)
      }
    }
    try stop(arn, because: "the database is away")
    let away = try status(run)
    #expect(away.status == 1)
    #expect(away.output.contains("This is from Step Functions, not from the ledger: "))
    try allowConnections(true)
    #expect(try stack.database.query("select 1 from etl_failures", deadline: stack.deadline).isEmpty)

    let shown = try status(run)
    #expect(shown.status == 1, "\(shown.error)")
    #expect(shown.output.contains("\n2031-01-01, 2031-01-02, 2031-01-03: InvalidInput: "), "\(shown.output)")
    #expect(shown.output.contains("\nstopped: 3 dates in "))
    #expect(shown.output.contains(", 0 done, 3 failed, started "))
    #expect(shown.output.contains("the database is away"))
    #expect(shown.output.split(separator: "\n").last?.hasSuffix("festvibes logs --run \(run) --errors") == true)
    let rows = try stack.database.query(
      """
      select concat_ws('|', r.status, r.error, cardinality(r.items_aborted), cardinality(r.items_not_tried),
        (select count(*) from etl_failures f where f.run = r.run and f.stage = 'scrape')) as row
      from etl_runs r where run = $1
      """, [.text(run)], deadline: stack.deadline
    ).map { try $0["row"] as String }
    #expect(rows == ["failed|Aborted|0|0|3"])
    let list = try status("--json", "--days", "0")
    let object = try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any]
    let listed = (object?["runs"] as? [[String: Any]])?.first
    #expect(listed?["run"] as? String == run)
    #expect(listed?["item_states"] as? [String: Int] == ["failed": 3])
  }
}
