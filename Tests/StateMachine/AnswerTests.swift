import Foundation
import Testing

extension StateMachineTests {
  /// Functions that answer, but not what they should.
  @Suite("Answers that are none") struct AnswerTests {
    private static let common = [
      #"{"statusCode":400,"body":{"error":"no such day"}}"#, #"{"statusCode":500}"#, #"{"statusCode":"200"}"#,
      #"{"statusCode":200}"#, #"{"statusCode":200,"body":{}}"#, #"{"statusCode":200,"body":null}"#,
      #"{"errorType":"NotReportedAsOne"}"#, "{}", "[]", "null", "17", #""no object""#,
    ]

    @Test(
      "of a date's stage fail the date at once and say what came; later stages are not begun", arguments: Stage.ofADate)
    func stages(_ stage: Stage) throws {
      let dates = Night.dates(Self.common.count)
      let byDate = Dictionary(uniqueKeysWithValues: zip(dates, Self.common))
      let night = try Night.run(dates, input: Night.ofReplay) { call in
        call.stage == stage ? .answers(byDate[call.date] ?? "") : .works
      }
      for (date, answer) in byDate {
        let child = try #require(night.dates[date])
        #expect(child.error == stage.refusal, "\(answer)")
        #expect(try same(child.cause, answer), "\(child.cause ?? "no cause") after \(answer)")
        #expect(night.attempts(stage, date) == 1)
        for later in Stage.ofADate.drop(while: { $0 != stage }).dropFirst() {
          #expect(night.attempts(later, date) == 0)
        }
      }
    }

    @Test(
      "of the generator fail the run and say what came",
      arguments: common + [
        #"{"statusCode":200,"body":{"dates":[]}}"#, #"{"statusCode":400,"body":{"dates":["2024-01-01"]}}"#,
      ])
    func generator(_ answer: String) throws {
      let night = try Night.run { _ in .answers(answer) }
      #expect(night.execution.status == .failed)
      #expect(night.execution.error == "ParamGeneratorFailed")
      #expect(try same(night.execution.cause, answer), "\(night.execution.cause ?? "no cause")")
      #expect(night.attempts(.generator) == 1)
      #expect(night.dates.isEmpty)
      let message = try night.message()
      #expect(message.status == "failed")
      #expect(try message.body()["error"] as? String == "ParamGeneratorFailed")
      #expect(try message.body()["cause"] as? String == night.execution.cause)
      #expect(night.history.contains { $0.enteredState == "ParamGeneratorFailed" })
    }

    /// Whether two texts are the same JSON.
    private func same(_ left: String?, _ right: String) throws -> Bool {
      func value(_ text: String) throws -> NSObject? {
        try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) as? NSObject
      }
      return try value(left ?? "") == value(right)
    }
  }
}
