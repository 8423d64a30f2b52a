import Foundation
import TestSupport
import Testing
import Time

@testable import AWS

/// A finished execution of the definition, in which fake functions responded.
struct FinishedRun {
  let execution: Execution
  /// The executions that it started, newest first.
  let started: [Execution]
  /// The items' executions, by the item's id.
  let items: [String: Execution]
  let functions: FakeFunctions
  let history: [HistoryEvent]
  private let waits: [Interpreter.Wait]

  /// The input of a run that tolerates any number of failures.
  static let replayInput = #"{"replay":{}}"#
  /// The input of a scheduled run, of which a tenth of the items may fail, if there are ten or more.
  static let scheduledInput = #"{"trigger":"schedule"}"#

  /// Returns `count` different dates in order.
  static func dates(_ count: Int) -> [String] {
    (1...count).map { String(format: "2024-%02d-%02d", ($0 + 30) / 31, ($0 - 1) % 31 + 1) }
  }

  /// Runs the definition to its end.
  /// - Parameters:
  ///   - dates: the dates that the generator plans.
  ///   - texts: texts of the definition and their replacements.
  ///   - states: states that replace those of the same name, as JSON.
  ///   - optional: the optional functions that are deployed.
  ///   - starting: returns the reply to a call that starts an execution; by default it is started.
  ///   - behaviour: returns the outcome of an invocation.
  static func run(
    _ dates: [String] = dates(1), input: String = "{}", topicWorks: Bool = true,
    replacing texts: [String: String] = [:], states: [String: String] = [:], optional: Set<MachineTask> = [],
    starting: StartedRun.Replies? = nil,
    _ behaviour: @escaping @Sendable (FakeFunctions.Invocation) -> FakeFunctions.Behaviour = { _ in .succeeds }
  ) throws -> FinishedRun {
    let interpreter = try #require(Interpreter.running)
    let deadline = Deadline(after: .seconds(400), on: SystemTime())
    let session = try AWSSession(environment: interpreter.environment)
    let steps = try StepFunctionsClient(session)
    let group = UUID().uuidString.replacingOccurrences(of: "-", with: "")
    let environment = interpreter.environment
    let functions = FakeFunctions(
      dates: dates, topicWorks: topicWorks, starting: starting ?? .init { $0.forward(to: environment) }, behaviour)
    interpreter.register(group, functions)

    let machine = try create(group, definition(replacing: texts, states: states, optional), with: session, deadline)
    let arn = try steps.startExecution(of: machine, name: "run-\(group)", input: input, deadline: deadline)
    let execution = try ended(arn, steps, deadline)
    struct Input: Decodable {
      struct Item: Decodable { let id: String }
      let item: Item
    }
    var items: [String: Execution] = [:]
    for mapRun in try steps.listMapRuns(of: arn, deadline: deadline) {
      for child in try steps.listExecutions(of: .mapRun(mapRun), limit: 1000, deadline: deadline) {
        let child = try steps.describeExecution(child.executionArn, deadline: deadline)
        items[try JSONDecoder().decode(Input.self, from: Data((child.input ?? "").utf8)).item.id] = child
      }
    }
    let all = try steps.listExecutions(of: .stateMachine(machine), limit: 100, deadline: deadline)
    let started = try all.filter { $0.executionArn != arn }.map { try ended($0.executionArn, steps, deadline) }
    return FinishedRun(
      execution: execution, started: started, items: items, functions: functions,
      history: try steps.history(of: arn, limit: 1000, deadline: deadline), waits: try interpreter.waits())
  }

  /// Waits for the end of an execution.
  private static func ended(_ arn: String, _ steps: StepFunctionsClient, _ deadline: Deadline) throws -> Execution {
    var execution = try steps.describeExecution(arn, deadline: deadline)
    while !execution.status.isFinal {
      try #require(!deadline.hasPassed, "the execution does not end")
      SystemTime().sleep(for: .milliseconds(50))
      execution = try steps.describeExecution(arn, deadline: deadline)
    }
    return execution
  }

  /// Reads the repository's definition.
  static func definition() throws -> String {
    try String(contentsOf: Interpreter.root.appending(path: "statemachine/etl.asl.json"), encoding: .utf8)
  }

  /// An optional function that is not deployed has an empty name.
  private static func definition(
    replacing texts: [String: String], states: [String: String], _ optional: Set<MachineTask>
  ) throws -> String {
    var text = try definition()
    for task in Set<MachineTask>([.enrich, .report]).subtracting(optional) {
      text = text.replacingOccurrences(of: "${\(task.rawValue)FunctionArn}", with: "")
    }
    for (old, new) in texts {
      try #require(text.contains(old))
      text = text.replacingOccurrences(of: old, with: new)
    }
    guard !states.isEmpty else { return text }
    var machine = try jsonObject(text)
    var all = try #require(machine["States"] as? [String: Any])
    for (name, state) in states {
      try #require(all[name] != nil)
      all[name] = try jsonObject(state)
    }
    machine["States"] = all
    // moto does not know that \/ is a slash.
    let data = try JSONSerialization.data(withJSONObject: machine, options: .withoutEscapingSlashes)
    return String(decoding: data, as: UTF8.self)
  }

  private static func create(
    _ group: String, _ template: String, with session: AWSSession, _ deadline: Deadline
  ) throws -> String {
    var definition = template.replacingOccurrences(of: "${NotificationTopicArn}", with: TaskCall.topicArn)
    for task in MachineTask.allCases {
      definition = definition.replacingOccurrences(
        of: "${\(task.rawValue)FunctionArn}", with: TaskCall.functionArn(task))
    }
    struct Output: Decodable { let stateMachineArn: String }
    let output: Output = try AWSClient(.stepFunctions, session: session).call(
      "CreateStateMachine", target: "AWSStepFunctions", version: "1.0",
      ["name": group, "definition": definition, "roleArn": "arn:aws:iam::123456789012:role/tests"], of: group,
      deadline: deadline)
    return output.stateMachineArn
  }

  func output() throws -> [String: Any] { try jsonObject(execution.output ?? "") }

  /// The reason why an item failed.
  struct Failure: Equatable {
    var error: String
    var cause: String?
  }

  /// Returns an item's failure; nil if it was done. Where every failure is tolerated, the item's execution succeeds with
  /// the error as its result, and the cause is what the ledger was given.
  func failure(_ item: String) throws -> Failure? {
    let execution = try #require(items[item])
    guard execution.status == .succeeded else {
      return Failure(error: execution.error ?? "", cause: execution.cause)
    }
    let output = try jsonObject(execution.output ?? "")
    guard let error = output["failed"] as? String else { return nil }
    #expect(output as NSDictionary == ["id": item, "failed": error])
    let event = try functions.invocations(of: .ledger).last { $0.item == item }?.object()["ledger"] as? [String: Any]
    let recorded = event?["failed"] as? [String: Any]
    #expect(recorded?["error"] as? String == error)
    return Failure(error: error, cause: recorded?["cause"] as? String)
  }

  /// Returns the only published message.
  func message() throws -> Message {
    let messages = functions.messages
    try #require(messages.count == 1)
    return messages[0]
  }

  /// Counts the invocations of a task, for an item or for none.
  func attempts(_ task: MachineTask, _ item: String = "") -> Int {
    functions.invocations(of: task).count { $0.item == item }
  }

  /// Returns the waits of a state in an item's execution or, without an item, in the run's.
  func waits(_ state: String, _ item: String? = nil) -> [Interpreter.Wait] {
    let arn = item.map { items[$0]?.executionArn } ?? execution.executionArn
    return waits.filter { $0.execution == arn && $0.state == state }
  }
}
