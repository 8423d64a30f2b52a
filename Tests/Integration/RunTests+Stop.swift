import Contracts
import Foundation
import Testing
import Time

@testable import AWS

extension RunTests {
  /// Stops an execution, as a person does.
  func stop(_ execution: String, because cause: String) throws {
    struct Output: Decodable { let stopDate: Date }
    let client = try AWSClient(.stepFunctions, session: AWSSession(environment: LocalStack.environment))
    let _: Output = try client.call(
      "StopExecution", target: "AWSStepFunctions", version: "1.0",
      ["executionArn": execution, "error": "Wrong", "cause": cause], of: execution, deadline: stack.deadline)
  }

  private func ledgerRow(_ run: String) throws -> String? {
    try stack.database.query(
      """
      select concat_ws('|', trigger, status, error, cardinality(items), records_found = records_new, ended_at > started_at)
        as row from etl_runs where run = $1
      """, [.text(run)], deadline: stack.deadline
    ).first.map { try $0["row"] as String }
  }

  /// Returns the run's row once it satisfies the condition. The run that is first on a new stack makes the table.
  private func ledgerRow(_ run: String, where isWanted: (String) -> Bool) throws -> String? {
    let time = SystemTime()
    let deadline = Deadline(after: .seconds(120), on: time)
    while !deadline.hasPassed {
      if let row = try? ledgerRow(run), isWanted(row) { return row }
      time.sleep(for: .milliseconds(50))
    }
    return try ledgerRow(run)
  }

  @Test("that is stopped is closed in the ledger by its event, with the items of its opening and what they have loaded")
  func stoppedRun() throws {
    try stack.empty()
    let site = try SourceSite.sample()
    defer { site.stop() }
    // A whole year, so that it cannot end before it is stopped.
    let arn = try stack.start(#"{"start_date": "2026-01-01", "end_date": "2026-12-31", "trigger": "schedule"}"#)
    let run = String(arn.split(separator: ":").last ?? "")
    #expect(try ledgerRow(run) { $0.hasPrefix("schedule|running|365") } != nil)
    try stop(arn, because: "the year is too long")
    #expect(try stack.steps.describeExecution(arn, deadline: stack.deadline).status == .aborted)
    #expect(try ledgerRow(run) { !$0.contains("running") } == "schedule|failed|Aborted|365|t|t")
    let cause = try stack.database.query(
      "select cause from etl_runs where run = $1", [.text(run)], deadline: stack.deadline
    ).first.map { try $0["cause"] as String }
    #expect(cause?.hasPrefix("Wrong: the year is too long: the run was stopped by a person or a program.") == true)
    // The items that were running finish their tasks before the next test.
    while try stack.steps.listMapRuns(of: arn, deadline: stack.deadline).contains(where: {
      try stack.steps.describeMapRun($0, deadline: stack.deadline).status == .running
    }) {
      SystemTime().sleep(for: .milliseconds(100))
    }
  }
}
