import Foundation
import Testing

extension StateMachineTests {
  /// Functions that respond, but not in the agreed shape.
  @Suite("Responses of the wrong shape") struct ResponseTests {
    private static let common = [
      #"{"statusCode":400,"body":{"error":"no such day"}}"#, #"{"statusCode":500}"#, #"{"statusCode":"200"}"#,
      #"{"statusCode":200}"#, #"{"statusCode":200,"body":{}}"#, #"{"statusCode":200,"body":null}"#,
      #"{"errorType":"NotReportedAsAnError"}"#, "{}", "[]", "null", "17", #""only text""#,
    ]

    @Test(
      "from a stage fail the item at once, with the response as the cause, and later stages are not called (F05)",
      arguments: MachineTask.stages)
    func stages(_ task: MachineTask) throws {
      let dates = FinishedRun.dates(Self.common.count)
      let byDate = Dictionary(uniqueKeysWithValues: zip(dates, Self.common))
      let run = try FinishedRun.run(dates, input: FinishedRun.replayInput) { call in
        call.task == task ? .responds(byDate[call.item] ?? "") : .succeeds
      }
      for (date, response) in byDate {
        let failure = try #require(try run.failure(date))
        #expect(failure.error == task.errorOfWrongResponse, "\(response)")
        #expect(try isSame(failure.cause, response), "\(failure.cause ?? "no cause") after \(response)")
        #expect(run.attempts(task, date) == 1)
        for later in task.laterStages { #expect(run.attempts(later, date) == 0) }
      }
    }

    @Test(
      "from the generator fail the run, with the response as the cause",
      arguments: common + [
        #"{"statusCode":200,"body":{"items":[],"dates":[]}}"#, #"{"statusCode":200,"body":{"dates":[]}}"#,
        #"{"statusCode":400,"body":{"dates":["2024-01-01"]}}"#,
        #"{"statusCode":400,"body":{"items":[{"id":"2024-01-01"}]}}"#,
      ])
    func generator(_ response: String) throws {
      let run = try FinishedRun.run { _ in .responds(response) }
      #expect(run.execution.status == .failed)
      #expect(run.execution.error == "ParamGeneratorFailed")
      #expect(try isSame(run.execution.cause, response), "\(run.execution.cause ?? "no cause")")
      #expect(run.attempts(.plan) == 1)
      #expect(run.items.isEmpty)
      let message = try run.message()
      #expect(message.status == "failed")
      #expect(try message.body()["error"] as? String == "ParamGeneratorFailed")
      #expect(try message.body()["cause"] as? String == run.execution.cause)
      #expect(run.history.contains { $0.enteredState == "RunFailed" })
    }

    /// Compares a cause with a response as JSON. A response that is only text is the cause without quotation marks.
    private func isSame(_ cause: String?, _ response: String) throws -> Bool {
      func value(_ text: String) throws -> NSObject? {
        try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) as? NSObject
      }
      let expected = try value(response)
      if let text = expected as? NSString { return cause == "\(text)" }
      return try value(cause ?? "") == expected
    }
  }
}
