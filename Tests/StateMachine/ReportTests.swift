import Foundation
import Testing

extension StateMachineTests {
  /// The optional step between the end of a run and its message.
  @Suite("The report of a run") struct ReportTests {
    private func lines(_ run: FinishedRun) throws -> [String] {
      try (run.message().text("email") ?? "").split(separator: "\n").map(String.init)
    }

    @Test("is not made where the function is not deployed: message and output are without it")
    func notDeployed() throws {
      let run = try FinishedRun.run()
      #expect(run.functions.invocations(of: .report).isEmpty)
      #expect(try run.output().keys.contains("report") == false)
      #expect(!(try lines(run)).contains { $0.hasPrefix("Report:") })
    }

    @Test("is stored after the run is closed; the message names its place, to people and to programs")
    func stored() throws {
      let run = try FinishedRun.run(optional: [.report])
      let call = try #require(run.functions.invocations(of: .report).first)
      let report = try #require(call.object()["report"] as? [String: String])
      #expect(report["dataset"] == "wwoz" && report["run"] == run.execution.name)
      #expect(report["started_at"]?.wholeMatch(of: /\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)/) != nil, "\(report)")
      #expect(
        run.history.compactMap(\.enteredState).drop { $0 != "CloseRun" }.prefix(4)
          == ["CloseRun", "CheckReporter", "StoreReport", "DescribeMessage"])
      #expect(try lines(run).contains("Report: s3://bucket/reports/r.html"))
      #expect(try run.message().body()["report"] as? String == "s3://bucket/reports/r.html")
      #expect(try run.output()["status"] as? String == "success")
    }

    @Test("is stored of a run that failed, too")
    func failedRun() throws {
      let run = try FinishedRun.run(FinishedRun.dates(10), input: FinishedRun.scheduledInput, optional: [.report]) {
        $0.task == .scrape ? .fails("SourceChanged", "no frame") : .succeeds
      }
      #expect(run.execution.error == "States.ExceedToleratedFailureThreshold")
      #expect(try lines(run).contains("Report: s3://bucket/reports/r.html"))
    }

    @Test(
      "that cannot be stored changes nothing else, and the message says why",
      arguments: [
        (#"{"fails":"StorageUnavailable"}"#, 3, "StorageUnavailable: "),
        (#"{"fails":"InvalidInput"}"#, 1, "InvalidInput: "),
        ("{}", 1, "{}"), ("null", 1, ""),
      ])
    func failure(_ response: String, attempts: Int, reason: String) throws {
      let name = try jsonObject(response == "null" ? "{}" : response)["fails"] as? String
      let run = try FinishedRun.run(optional: [.report]) { call in
        guard call.task == .report else { return .succeeds }
        return name.map { .fails($0, "it is down") } ?? .responds(response)
      }
      #expect(run.attempts(.report) == attempts)
      #expect(run.execution.status == .succeeded)
      #expect(try run.output()["status"] as? String == "success")
      #expect(try lines(run).first == "wwoz success")
      let lines = try lines(run)
      #expect(lines.contains { $0.hasPrefix("Report: not stored: \(reason)") }, "\(lines)")
    }

    @Test("is not made of a request that named no dataset")
    func job() throws {
      let run = try FinishedRun.run(input: #"{"detail":{"key":"orders/1.csv"}}"#, optional: [.report]) { call in
        call.task == .plan ? .fails("InvalidInput", "no dataset") : .succeeds
      }
      #expect(run.execution.status == .failed)
      #expect(run.functions.invocations(of: .ledger).isEmpty && run.attempts(.report) == 0)
    }
  }
}
