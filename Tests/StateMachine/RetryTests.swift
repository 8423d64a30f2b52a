import Contracts
import Foundation
import Testing

extension StateMachineTests {
  /// Which errors are retried, how often, and after which waits.
  @Suite("Retries") struct RetryTests {
    /// An error of a task, and the limits of the waits before its retries, in seconds.
    struct Case: Sendable, CustomTestStringConvertible {
      let error: String
      let behaviour: FakeFunctions.Behaviour
      let waits: [Double]
      /// True if the waits are not spread by jitter.
      var isFixed = false
      var testDescription: String { error }
    }

    /// Returns every error that a task can report: the pipeline's, Lambda's, and an unknown one.
    static func cases(of task: MachineTask) -> [Case] {
      let retriesLonger = task == .load || task == .cache
      let pipeline = PipelineError.Name.allCases.map { name in
        Case(
          error: name.rawValue, behaviour: .fails(name.rawValue, "the cause of \(name.rawValue)"),
          waits: !name.isRetryable ? [] : retriesLonger ? [2, 4, 8, 16, 30, 30] : [2, 4, 8])
      }
      let crashes = ["Runtime.ExitError", "Sandbox.Timedout", "Lambda.Unknown"].map {
        Case(error: $0, behaviour: .fails($0, "the cause of \($0)"), waits: [2, 4, 8])
      }
      let refusals = [
        (429, "TooManyRequestsException", true), (500, "ServiceException", true), (500, "AWSLambdaException", true),
        (500, "SdkClientException", true), (500, "ClientExecutionTimeoutException", true),
        (404, "ResourceNotFoundException", false), (403, "AccessDeniedException", false),
      ].map { status, code, isRetried in
        Case(error: "Lambda.\(code)", behaviour: .refuses(status, code), waits: isRetried ? [2, 4, 8] : [])
      }
      // A function that is not ready: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
      let sleeping = [
        (409, "CodeArtifactUserPendingException"), (502, "ResourceNotReadyException"), (502, "EC2ThrottledException"),
        (502, "EC2UnexpectedException"), (502, "ENILimitReachedException"),
        (502, "SubnetIPAddressLimitReachedException"),
      ].map { status, code in
        Case(
          error: "Lambda.\(code)", behaviour: .refuses(status, code), waits: [10, 15, 22.5, 33.75, 50.625, 75.9375],
          isFixed: true)
      }
      let unknown = Case(error: "Unknown", behaviour: .fails("Unknown", "the cause of Unknown"), waits: [])
      return pipeline + crashes + refusals + sleeping + [unknown]
    }

    private func check(_ waits: [Interpreter.Wait], _ expected: Case) {
      if expected.isFixed { #expect(waits.allSatisfy { $0.seconds == $0.limit }, "\(expected.error)") }
      #expect(waits.map(\.limit) == expected.waits, "\(expected.error)")
      #expect(waits.allSatisfy { (0...$0.limit).contains($0.seconds) }, "\(expected.error)")
    }

    private func checkCause(_ cause: String?, of expected: Case) {
      if case .fails(_, let message) = expected.behaviour {
        #expect(cause?.contains(#""errorMessage":"\#(message)""#) == true, "\(expected.error): \(cause ?? "none")")
      } else {
        #expect(cause?.contains("Lambda refuses") == true, "\(expected.error): \(cause ?? "none")")
      }
    }

    @Test(
      "of a stage follow its error, which ends the item under its own name (F04)", arguments: MachineTask.stages)
    func stages(_ task: MachineTask) throws {
      let cases = Self.cases(of: task)
      let dates = FinishedRun.dates(cases.count)
      let byDate = Dictionary(uniqueKeysWithValues: zip(dates, cases))
      let run = try FinishedRun.run(dates, input: FinishedRun.replayInput) { call in
        call.task == task ? byDate[call.item]?.behaviour ?? .succeeds : .succeeds
      }
      for (date, expected) in byDate {
        #expect(run.attempts(task, date) == expected.waits.count + 1, "\(expected.error)")
        let failure = try #require(try run.failure(date))
        #expect(failure.error == expected.error)
        checkCause(failure.cause, of: expected)
        check(run.waits(task.state, date), expected)
        for later in task.laterStages { #expect(run.attempts(later, date) == 0, "\(later) after \(expected.error)") }
      }
      let jittered = byDate.filter { !$0.value.isFixed }.keys.flatMap { run.waits(task.state, $0) }
      #expect(Set(jittered.map(\.seconds)).count == jittered.count, "jitter spreads the waits")
    }

    @Test(
      "of the generator follow its error, which ends the run under its own name", arguments: cases(of: .plan))
    func generator(_ expected: Case) throws {
      let run = try FinishedRun.run { _ in expected.behaviour }
      #expect(run.attempts(.plan) == expected.waits.count + 1)
      check(run.waits(MachineTask.plan.state), expected)
      #expect(run.execution.status == .failed)
      #expect(run.execution.error == expected.error)
      checkCause(run.execution.cause, of: expected)
      #expect(run.items.isEmpty)
      let message = try run.message().body()
      #expect(message["error"] as? String == expected.error)
      #expect(message["cause"] as? String == run.execution.cause)
    }

    @Test("that succeed at the last attempt make the stage succeed", arguments: MachineTask.stages)
    func lastAttempt(_ task: MachineTask) throws {
      let error = "DeadlineExceeded"
      let last = (Self.cases(of: task).first { $0.error == error }?.waits.count ?? 0) + 1
      let run = try FinishedRun.run { call in
        call.task == task && call.attempt < last ? .fails(error, "") : .succeeds
      }
      #expect(run.execution.status == .succeeded)
      #expect(run.attempts(task, "2024-01-01") == last)
      #expect(try run.output()["status"] as? String == "success")
    }

    @Test("count errors of Lambda and of the pipeline separately", arguments: MachineTask.stages)
    func bothKinds(_ task: MachineTask) throws {
      let run = try FinishedRun.run(input: FinishedRun.replayInput) { call in
        guard call.task == task else { return .succeeds }
        return call.attempt <= 3 ? .fails("Runtime.ExitError", "crash") : .fails("DeadlineExceeded", "slow")
      }
      let ours = Self.cases(of: task).first { $0.error == "DeadlineExceeded" }?.waits ?? []
      #expect(run.waits(task.state, "2024-01-01").map(\.limit) == [2, 4, 8] + ours)
      #expect(try run.failure("2024-01-01")?.error == "DeadlineExceeded")
    }

    @Test("follow a call that Lambda does not answer in time")
    func timeout() throws {
      let run = try FinishedRun.run(
        replacing: [#""TimeoutSeconds": 130"#: #""TimeoutSeconds": 8"#]
      ) { call in
        if call.task == .load, call.attempt == 1 { Thread.sleep(forTimeInterval: 12) }
        return .succeeds
      }
      #expect(run.execution.status == .succeeded)
      #expect(run.attempts(.load, "2024-01-01") == 2)
      #expect(run.waits("Load", "2024-01-01").map(\.limit) == [2])
    }
  }
}
