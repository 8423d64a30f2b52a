import Foundation
import Pipeline
import Testing

extension StateMachineTests {
  /// What is tried again, how often, and after how long.
  @Suite("Retries") struct RetryTests {
    /// An error of a stage, and the limits in seconds of the waits before it is tried again.
    struct Case: Sendable, CustomTestStringConvertible {
      let error: String
      let behaviour: StandIns.Behaviour
      let waits: [Double]
      var testDescription: String { error }
    }

    /// Every error that a stage can come to: those of the pipeline, Lambda's, and one that nobody has heard of.
    static func cases(of stage: Stage) -> [Case] {
      let patient = stage == .loader || stage == .cache
      let pipeline = PipelineError.Name.allCases.map { name in
        Case(
          error: name.rawValue, behaviour: .fails(name.rawValue, "the cause of \(name.rawValue)"),
          waits: !name.isRetryable ? [] : patient ? [2, 4, 8, 16, 30, 30] : [2, 4, 8])
      }
      let crashes = ["Runtime.ExitError", "Sandbox.Timedout", "Lambda.Unknown"].map {
        Case(error: $0, behaviour: .fails($0, "the cause of \($0)"), waits: [2, 4, 8])
      }
      let refusals = [
        (429, "TooManyRequestsException", true), (500, "ServiceException", true), (500, "AWSLambdaException", true),
        (500, "SdkClientException", true), (500, "ClientExecutionTimeoutException", true),
        (404, "ResourceNotFoundException", false), (403, "AccessDeniedException", false),
      ].map { status, code, passes in
        Case(error: "Lambda.\(code)", behaviour: .refused(status, code), waits: passes ? [2, 4, 8] : [])
      }
      let unheardOf = Case(error: "Unheard", behaviour: .fails("Unheard", "the cause of Unheard"), waits: [])
      return pipeline + crashes + refusals + [unheardOf]
    }

    private func check(_ waits: [Interpreter.Wait], _ expected: Case) {
      #expect(waits.map(\.limit) == expected.waits, "\(expected.error)")
      #expect(waits.allSatisfy { (0...$0.limit).contains($0.seconds) }, "\(expected.error)")
    }

    private func expectCause(_ cause: String?, of expected: Case) {
      if case .fails(_, let message) = expected.behaviour {
        #expect(cause?.contains(#""errorMessage":"\#(message)""#) == true, "\(expected.error): \(cause ?? "none")")
      } else {
        #expect(cause?.contains("Lambda refuses") == true, "\(expected.error): \(cause ?? "none")")
      }
    }

    @Test(
      "every error of a date's stage is retried as it should, and ends the date under its name",
      arguments: Stage.ofADate)
    func stages(_ stage: Stage) throws {
      let cases = Self.cases(of: stage)
      let dates = Night.dates(cases.count)
      let byDate = Dictionary(uniqueKeysWithValues: zip(dates, cases))
      let night = try Night.run(dates, input: Night.ofReplay) { call in
        call.stage == stage ? byDate[call.date]?.behaviour ?? .works : .works
      }
      for (date, expected) in byDate {
        #expect(night.attempts(stage, date) == expected.waits.count + 1, "\(expected.error)")
        let child = try #require(night.dates[date])
        #expect(child.status == .failed)
        #expect(child.error == expected.error)
        expectCause(child.cause, of: expected)
        check(night.waits(stage.state, date), expected)
        for later in Stage.ofADate.drop(while: { $0 != stage }).dropFirst() {
          #expect(night.attempts(later, date) == 0, "\(later) after \(expected.error)")
        }
      }
      let waits = dates.flatMap { night.waits(stage.state, $0) }
      #expect(Set(waits.map(\.seconds)).count == waits.count, "jitter spreads them")
    }

    @Test(
      "every error of the generator is retried as it should, and ends the run under its name",
      arguments: cases(of: .generator))
    func generator(_ expected: Case) throws {
      let night = try Night.run { _ in expected.behaviour }
      #expect(night.attempts(.generator) == expected.waits.count + 1)
      check(night.waits(Stage.generator.state), expected)
      #expect(night.execution.status == .failed)
      #expect(night.execution.error == expected.error)
      expectCause(night.execution.cause, of: expected)
      #expect(night.dates.isEmpty)
      let message = try night.message().body()
      #expect(message["error"] as? String == expected.error)
      #expect(message["cause"] as? String == night.execution.cause)
    }

    @Test("a stage that works at its last attempt has worked", arguments: Stage.ofADate)
    func passingFailure(_ stage: Stage) throws {
      let error = "DeadlineExceeded"
      let last = (Self.cases(of: stage).first { $0.error == error }?.waits.count ?? 0) + 1
      let night = try Night.run { call in
        call.stage == stage && call.attempt < last ? .fails(error, "") : .works
      }
      #expect(night.execution.status == .succeeded)
      #expect(night.attempts(stage, "2024-01-01") == last)
      #expect(try night.output()["status"] as? String == "success")
    }

    @Test("a call that Lambda never answers is given up and made again")
    func timeout() throws {
      let night = try Night.run(
        replacing: [#""TimeoutSeconds": 130"#: #""TimeoutSeconds": 8"#]
      ) { call in
        if call.stage == .loader, call.attempt == 1 { Thread.sleep(forTimeInterval: 12) }
        return .works
      }
      #expect(night.execution.status == .succeeded)
      #expect(night.attempts(.loader, "2024-01-01") == 2)
      #expect(night.waits("LoaderTask", "2024-01-01").map(\.limit) == [2])
    }
  }
}
