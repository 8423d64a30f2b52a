import Foundation
import TestSupport
import Testing
import Time

@testable import AWS

/// One execution of the definition, with stand-ins for all that it calls, at its end.
struct Night {
  let execution: Execution
  /// By date.
  let dates: [String: Execution]
  let standIns: StandIns
  let history: [HistoryEvent]
  private let waits: [Interpreter.Wait]

  /// The input of a run that tries every date, whatever becomes of the others.
  static let ofReplay = #"{"replay":{}}"#

  /// `count` dates in a row.
  static func dates(_ count: Int) -> [String] {
    (1...count).map { String(format: "2024-%02d-%02d", ($0 + 30) / 31, ($0 - 1) % 31 + 1) }
  }

  /// Runs the definition to its end.
  /// - Parameters:
  ///   - changes: what is to be another text in the definition.
  ///   - behaviour: what comes of an invocation.
  static func run(
    _ dates: [String] = dates(1), input: String = "{}", topicWorks: Bool = true,
    replacing changes: [String: String] = [:],
    _ behaviour: @escaping @Sendable (StandIns.Invocation) -> StandIns.Behaviour = { _ in .works }
  ) throws -> Night {
    let interpreter = try #require(Interpreter.running)
    let time = SystemTime()
    let deadline = Deadline(after: .seconds(120), on: time)
    let session = try AWSSession(environment: interpreter.environment)
    let steps = try StepFunctionsClient(session)
    let group = UUID().uuidString.replacingOccurrences(of: "-", with: "")
    let standIns = StandIns(dates: dates, topicWorks: topicWorks, behaviour)
    interpreter.register(group, standIns)

    let machine = try create(group, definition(replacing: changes), with: session, deadline)
    let arn = try steps.startExecution(of: machine, name: "night-\(group)", input: input, deadline: deadline)
    var execution = try steps.describeExecution(arn, deadline: deadline)
    while !execution.status.isFinal {
      try #require(!deadline.hasPassed, "the execution does not end")
      time.sleep(for: .milliseconds(50))
      execution = try steps.describeExecution(arn, deadline: deadline)
    }
    var children: [String: Execution] = [:]
    for mapRun in try steps.listMapRuns(of: arn, deadline: deadline) {
      for child in try steps.listExecutions(of: .mapRun(mapRun), limit: 1000, deadline: deadline) {
        let child = try steps.describeExecution(child.executionArn, deadline: deadline)
        children[try #require(try jsonObject(child.input ?? "")["date"] as? String)] = child
      }
    }
    return Night(
      execution: execution, dates: children, standIns: standIns,
      history: try steps.history(of: arn, limit: 1000, deadline: deadline), waits: try interpreter.waits())
  }

  private static func definition(replacing changes: [String: String]) throws -> String {
    var text = try String(contentsOf: Interpreter.root.appending(path: "statemachine/etl.asl.json"), encoding: .utf8)
    for (old, new) in changes {
      try #require(text.contains(old))
      text = text.replacingOccurrences(of: old, with: new)
    }
    return text
  }

  private static func create(
    _ group: String, _ template: String, with session: AWSSession, _ deadline: Deadline
  ) throws -> String {
    var definition = template.replacingOccurrences(of: "${NotificationTopicArn}", with: TaskCall.topicArn(of: group))
    for stage in Stage.allCases {
      definition = definition.replacingOccurrences(
        of: "${\(stage.rawValue)FunctionArn}", with: TaskCall.functionArn(stage, of: group))
    }
    struct Output: Decodable { let stateMachineArn: String }
    let output: Output = try AWSClient(.stepFunctions, session: session).call(
      "CreateStateMachine", target: "AWSStepFunctions", version: "1.0",
      ["name": group, "definition": definition, "roleArn": "arn:aws:iam::123456789012:role/tests"], of: group,
      deadline: deadline)
    return output.stateMachineArn
  }

  func output() throws -> [String: Any] { try jsonObject(execution.output ?? "") }

  /// The one message that was published.
  func message() throws -> Message {
    let messages = standIns.messages
    try #require(messages.count == 1)
    return messages[0]
  }

  func attempts(_ stage: Stage, _ date: String = "") -> Int {
    standIns.invocations(of: stage).count { $0.date == date }
  }

  /// The waits of a state, of a date's execution or of the whole's.
  func waits(_ state: String, _ date: String? = nil) -> [Interpreter.Wait] {
    let arn = date.map { dates[$0]?.executionArn } ?? execution.executionArn
    return waits.filter { $0.execution == arn && $0.state == state }
  }
}
