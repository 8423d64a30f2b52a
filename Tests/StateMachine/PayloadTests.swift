import Contracts
import Foundation
import Testing

extension StateMachineTests {
  /// The quota of 262,144 bytes for the input and output of every state, in the largest run of each kind, when as many
  /// items fail as the run tolerates.
  @Suite("The payloads of the largest run") struct PayloadTests {
    private static let quota = 262_144
    private static let cause = String(repeating: "x", count: 2000)
    /// Gives each item a checkpoint of 200 bytes, the most that the ledger's opening is to return for an item.
    private static let checkpoints = [
      #""item": "{% $states.context.Map.Item.Value %}""#:
        #""item": "{% $merge([$states.context.Map.Item.Value, {'checkpoint': $pad('', 200, 'c')}]) %}""#
    ]

    /// The longest document of an item that was done but incomplete.
    private static let scraped =
      #"{"statusCode":200,"headers":{},"body":{"s3_key":"raw/wwoz/events/year=2024/month=12/day=31/"#
      + #"events_2024-12-31_\#(String(repeating: "r", count: 80)).json","pages":{"read":999,"failed":999},"notice":"#

    private func run(
      _ input: String, failing: Int, because cause: String = cause, notices: Bool = false
    ) throws -> FinishedRun {
      let dates = FinishedRun.dates(366)
      return try FinishedRun.run(dates, input: input, replacing: Self.checkpoints) { call in
        guard call.task == .scrape else { return .succeeds }
        if dates.prefix(failing).contains(call.item) { return .fails("SourceChanged", "\(call.item) \(cause)") }
        return notices ? .responds(Self.scraped + "\"\(call.item) \(Self.cause)\"}}") : .succeeds
      }
    }

    private func checkMap(of run: FinishedRun) throws {
      let result = try #require(run.history.first { $0.exitedState == "ProcessItems" }?.output)
      #expect(result.utf8.count <= Self.quota, "\(result.utf8.count) bytes")
    }

    @Test(
      "stay within the quota when every item of a person's run or of a replay fails with a long cause",
      arguments: ["{}", FinishedRun.replayInput])
    func allFail(_ input: String) throws {
      let run = try run(input, failing: 366)
      #expect(run.execution.status == .succeeded, "\(run.execution.error ?? ""): \(run.execution.cause ?? "")")
      #expect((try run.output()["failed_items"] as? [String])?.count == 366)
      #expect(try run.output()["status"] as? String == "partial")
      try checkMap(of: run)
      #expect(run.items.values.allSatisfy { ($0.output ?? "").utf8.count < 100 })
      let errors = try #require(try run.output()["errors"] as? [[String: Any]])
      #expect(errors.map { $0["error"] as? String } == ["SourceChanged"])
      #expect(errors.first?["count"] as? Int == 366)
      #expect(try run.message().size <= Self.quota)
      #expect(try run.failure("2024-12-25")?.cause?.contains(Self.cause) == true)
    }

    @Test("stay within it in a scheduled run: a tenth fails with long causes, and all others are incomplete")
    func scheduled() throws {
      // Characters of two bytes, since nothing limits a cause to ASCII.
      let cause = String(repeating: "é", count: 1000)
      let run = try run(FinishedRun.scheduledInput, failing: 36, because: cause, notices: true)
      #expect(run.execution.status == .succeeded, "\(run.execution.error ?? ""): \(run.execution.cause ?? "")")
      #expect((try run.output()["failed_items"] as? [String])?.count == 36)
      #expect((try run.output()["notices"] as? [Any])?.count == 50)
      #expect((run.execution.output ?? "").utf8.count <= Self.quota)
      #expect(try run.message().size <= Self.quota)
      let closing = try #require(run.functions.invocations(of: .ledger).last)
      #expect(String(decoding: closing.payload, as: UTF8.self).contains("IncompleteItems: "))
      #expect(closing.payload.count <= Self.quota)
      try checkMap(of: run)
      #expect(run.items["2024-01-01"]?.status == .failed)
    }

    @Test("stay within it in a person's run of which as many items fail as max_failures may say")
    func counted() throws {
      let most = Limits.maximumToleratedFailures
      let run = try run(#"{"max_failures":\#(most)}"#, failing: most, notices: true)
      #expect(run.execution.status == .succeeded, "\(run.execution.error ?? ""): \(run.execution.cause ?? "")")
      #expect((try run.output()["failed_items"] as? [String])?.count == most)
      try checkMap(of: run)
    }

    @Test("stay within it in the largest run of months that an event started: a tenth fails, the others are incomplete")
    func months() throws {
      let first = try #require(CalendarMonth("1990-01"))
      let months = first.through(first.adding(Limits.maximumItems - 1)).map(WorkItem.init(month:))
      let body = FunctionResponse(GeneratorResponse.plan(PlanResponse(dataset: "d", items: months)))
      let plan = String(decoding: try JSONEncoder().encode(body), as: UTF8.self)
      let failing = Set(months.prefix(36).map(\.id))
      let run = try FinishedRun.run(
        input: #"{"dataset":"d","detail":{"months":true}}"#, replacing: Self.checkpoints
      ) { call in
        switch call.task {
        case .plan: .responds(plan)
        case .scrape:
          failing.contains(call.item)
            ? .fails("SourceChanged", Self.cause) : .responds(Self.scraped + "\"\(call.item) \(Self.cause)\"}}")
        default: .succeeds
        }
      }
      #expect(run.execution.status == .succeeded, "\(run.execution.error ?? ""): \(run.execution.cause ?? "")")
      #expect((try run.output()["failed_items"] as? [String])?.count == 36)
      try checkMap(of: run)
      #expect(plan.utf8.count <= 65_536)
    }

    @Test("stay within it in a scheduled run that is given up because every item fails")
    func givenUp() throws {
      let run = try run(FinishedRun.scheduledInput, failing: 366)
      #expect(run.execution.error == "States.ExceedToleratedFailureThreshold")
      #expect(try run.message().status == "failed")
    }

    @Test(
      "of a state's output may have exactly that many bytes of UTF-8, and one more ends the execution",
      arguments: [(0, true), (1, false)])
    func output(_ more: Int, isAccepted: Bool) throws {
      // Characters of two bytes, and two quotation marks.
      let text = "$pad('', \(Self.quota / 2 - 1), 'é') & '\(String(repeating: "x", count: more))'"
      let pass = #"{"Type":"Pass","Output":"{% \#(text) %}","Next":"CheckOutcome"}"#
      let run = try FinishedRun.run(states: ["PublishSummary": pass])
      #expect(run.execution.status == (isAccepted ? .succeeded : .failed), "\(run.execution.cause ?? "")")
      #expect(run.execution.error == (isAccepted ? nil : "States.DataLimitExceeded"))
    }

    @Test("of a task's arguments count too, and no catcher of States.ALL takes the error")
    func arguments() throws {
      let run = try FinishedRun.run(replacing: [
        #""dataset": "{% $run.dataset %}","#: #""dataset": "{% $pad('', 262145, 'x') %}","#
      ])
      #expect(run.execution.error == "States.DataLimitExceeded")
      #expect(run.functions.invocations(of: .ledger).isEmpty)
    }

    @Test("count the whole record of a failed execution, as AWS returns it: 366 of them are too many")
    func records() throws {
      let run = try FinishedRun.run(
        FinishedRun.dates(366), input: FinishedRun.replayInput,
        replacing: [#""Condition": "{% $states.input.tolerated %}""#: #""Condition": "{% false %}""#]
      ) { call in call.task == .scrape ? .fails("InvalidInput", "no archive") : .succeeds }
      #expect(run.execution.error == "States.DataLimitExceeded")
      #expect(run.functions.messages.isEmpty)
    }
  }
}
