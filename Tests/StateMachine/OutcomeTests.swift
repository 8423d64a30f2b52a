import Foundation
import Testing

extension StateMachineTests {
  /// The outcome of a run: its status, its summary and its message.
  @Suite("A run's outcome") struct OutcomeTests {
    private static let threshold = "States.ExceedToleratedFailureThreshold"

    private func run(_ count: Int, failing: Int, input: String) throws -> FinishedRun {
      let dates = FinishedRun.dates(count)
      return try FinishedRun.run(dates, input: input) { call in
        call.task == .scrape && dates.suffix(failing).contains(call.item)
          ? .fails("SourceChanged", "no frame on \(call.item)") : .succeeds
      }
    }

    /// Returns the address of the page that shows a person which items failed.
    private func console(_ run: FinishedRun) -> String {
      "https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/"
        + run.execution.executionArn
    }

    @Test(
      "is a success, and the summary lists the failed items, if at most a tenth of a scheduled run's items fail (F03)",
      arguments: [(1, 0), (2, 0), (10, 1), (20, 2), (31, 0), (31, 1), (31, 2), (31, 3)])
    func withinTolerance(_ count: Int, failing: Int) throws {
      try check(try run(count, failing: failing, input: FinishedRun.scheduledInput), count, failing: failing)
    }

    @Test(
      "is a success, however many items fail, of a small scheduled run, a person's run and a replay",
      arguments: [
        (FinishedRun.scheduledInput, 1, 1), (FinishedRun.scheduledInput, 2, 1), (FinishedRun.scheduledInput, 9, 9),
        ("{}", 1, 1), ("{}", 8, 1), ("{}", 10, 5), ("{}", 31, 31), (FinishedRun.replayInput, 2, 2),
        (FinishedRun.replayInput, 12, 6), (#"{"trigger":"schedule","replay":{}}"#, 12, 6),
      ])
    func allTolerated(_ input: String, _ count: Int, failing: Int) throws {
      let run = try run(count, failing: failing, input: input)
      try check(run, count, failing: failing)
      #expect(run.items.values.allSatisfy { $0.status == .succeeded })
    }

    private func check(_ run: FinishedRun, _ count: Int, failing: Int) throws {
      let failed = Array(FinishedRun.dates(count).suffix(failing))
      let status = failing == 0 ? "success" : "partial"
      #expect(run.execution.status == .succeeded)
      let output = try run.output()
      #expect(output["status"] as? String == status)
      #expect(output["run"] as? String == run.execution.name)
      #expect(output["dataset"] as? String == "wwoz")
      #expect(output["items"] as? Int == count)
      #expect(output["failed_items"] as? [String] == failed)
      #expect(output["dates"] as? Int == count)
      #expect(output["failed_dates"] as? [String] == failed)
      let expected = [
        "found": 10, "new": 4, "changed": 3, "unchanged": 3, "rejected": 0, "cancelled": 5, "cached": 9,
        "pages_failed": 1,
      ]
      for (name, perItem) in expected { #expect(output[name] as? Int == perItem * (count - failing), "\(name)") }
      for date in failed {
        let failure = try #require(try run.failure(date))
        #expect(failure.error == "SourceChanged")
        #expect(failure.cause?.contains("no frame on \(date)") == true)
      }
      #expect(run.items.count == count)

      let message = try run.message()
      #expect(message.status == status)
      #expect(message.subject.hasPrefix("FestVibes ETL: wwoz \(status)"))
      #expect(try message.body() as NSDictionary == output as NSDictionary)
      #expect(output["console"] as? String == console(run))
    }

    @Test(
      "is a failure if more than a tenth of a scheduled run's items fail, and each item keeps its error",
      arguments: [(10, 2), (31, 4), (31, 31)])
    func tooManyFailures(_ count: Int, failing: Int) throws {
      let run = try run(count, failing: failing, input: FinishedRun.scheduledInput)
      #expect(run.execution.status == .failed)
      #expect(run.execution.error == Self.threshold)
      #expect(run.execution.cause?.isEmpty == false)
      // Items that were running when there were too many failures are aborted, and the rest never starts.
      let failed = run.items.filter { $0.value.status == .failed }
      #expect((count / 10 + 1...count / 10 + 5).contains(failed.count))
      for (date, execution) in failed {
        #expect(execution.error == "SourceChanged")
        #expect(execution.cause?.contains("no frame on \(date)") == true)
      }
      #expect(run.items.values.allSatisfy { [.succeeded, .failed, .aborted].contains($0.status) })
      let message = try run.message()
      #expect(message.status == "failed")
      #expect(message.subject.hasPrefix("FestVibes ETL: wwoz failed: "))
      let body = try message.body()
      #expect(body["run"] as? String == run.execution.name)
      #expect(body["dataset"] as? String == "wwoz")
      #expect(body["status"] as? String == "failed")
      #expect(body["error"] as? String == Self.threshold)
      #expect(body["cause"] as? String == run.execution.cause)
      #expect(body["console"] as? String == console(run))
    }

    @Test(
      "is a failure if more items fail than max_failures says, whoever starts the run, and names the number",
      arguments: [
        (#"{"max_failures":0}"#, 1), (#"{"max_failures":2}"#, 3), (#"{"trigger":"schedule","max_failures":2}"#, 3),
      ])
    func maximum(_ input: String, _ atLeast: Int) throws {
      let run = try run(12, failing: 6, input: input)
      #expect(run.execution.error == Self.threshold)
      #expect(run.execution.cause == "too many items failed: at most \(atLeast - 1) may")
      #expect(run.items.values.count { $0.status == .failed } >= atLeast)
      let within = try self.run(12, failing: atLeast - 1, input: input)
      #expect(within.execution.status == .succeeded)
      #expect((try within.output()["failed_items"] as? [String])?.count == atLeast - 1)
      #expect(try within.output()["not_done"] as? Int == 0)
    }

    @Test("of a run that was given up has the ledger's counts, and how many items were not done")
    func counts() throws {
      let ledger = #"{"status":"failed","dates":31,"dates_loaded":20,"dates_failed":4}"#
      let dates = FinishedRun.dates(31)
      let run = try FinishedRun.run(dates, input: FinishedRun.scheduledInput) { call in
        switch call.task {
        case .scrape where dates.suffix(11).contains(call.item): .fails("SourceChanged", "no frame")
        case .ledger: .responds(#"{"statusCode":200,"body":{"status":"success","ledger":\#(ledger)}}"#)
        default: .succeeds
        }
      }
      #expect(run.execution.status == .failed)
      #expect(run.execution.cause == "too many items failed: at most 10 % may")
      let body = try run.message().body()
      #expect(body["items"] as? Int == 31)
      #expect(body["done"] as? Int == 20)
      #expect(body["failed"] as? Int == 4)
      #expect(body["not_done"] as? Int == 7)
    }

    @Test("has a long cause cut, while the ledger gets it whole")
    func longCause() throws {
      let dates = FinishedRun.dates(10)
      let run = try FinishedRun.run(dates, input: FinishedRun.scheduledInput) { call in
        call.task == .scrape && call.item == dates[0]
          ? .fails("SourceChanged", String(repeating: "x", count: 9000)) : .succeeds
      }
      #expect(run.items[dates[0]]?.cause?.count == 200)
      let event = try #require(run.functions.invocations(of: .ledger).first { $0.item == dates[0] })
      #expect(event.payload.count > 9000)
    }

    @Test("is partial if a record was rejected (F44)")
    func rejected() throws {
      let counts = #"{"found":10,"new":4,"changed":3,"unchanged":2,"rejected":1,"cancelled":5}"#
      let run = try FinishedRun.run(FinishedRun.dates(2)) { call in
        call.task == .load && call.item == "2024-01-02"
          ? .responds(#"{"statusCode":200,"body":{"status":"partial","counts":{"events":\#(counts)}}}"#) : .succeeds
      }
      #expect(run.execution.status == .succeeded)
      #expect(try run.output()["status"] as? String == "partial")
      #expect(try run.output()["rejected"] as? Int == 1)
      #expect(try run.output()["failed_items"] as? [String] == [])
    }

    @Test("stays a success if the topic cannot be reached")
    func silentSuccess() throws {
      let run = try FinishedRun.run(topicWorks: false)
      #expect(run.execution.status == .succeeded)
      #expect(try run.output()["status"] as? String == "success")
      #expect((try run.output()["publish_error"] as? [String: Any])?["Error"] != nil)
      #expect(run.functions.messages.count == 4)
      #expect(run.waits("PublishSummary").map(\.limit) == [2, 4, 8])
    }

    @Test("keeps its error if the topic cannot be reached")
    func silentFailure() throws {
      let run = try FinishedRun.run(topicWorks: false) { call in
        call.task == .plan ? .fails("InvalidInput", "end is before start") : .succeeds
      }
      #expect(run.execution.status == .failed)
      #expect(run.execution.error == "InvalidInput")
      #expect(run.execution.cause?.contains("end is before start") == true)
      #expect(run.functions.messages.count == 4)
      #expect(run.waits("PublishSummary").map(\.limit) == [2, 4, 8])
    }
  }
}
