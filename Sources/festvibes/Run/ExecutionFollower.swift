import AWS
import Contracts
import Foundation

/// Polls an execution of the state machine. Each poll asks only for what may have changed: an item that has ended is not
/// asked for again.
final class ExecutionFollower {
  /// The events of a task with all its retries, three for each attempt, and of the states around it.
  private static let eventsToStage = 60
  /// The states that report a failure. They say nothing about where it happened.
  private static let failureStates: Set = ["RecordFailure", "ItemFailed"]

  private let executions: any Executions
  private let arn: String
  private var mapRun: String?
  private var planned: [String]?
  private var children: [String: ItemProgress] = [:]

  init(_ executions: any Executions, arn: String) {
    self.executions = executions
    self.arn = arn
  }

  func poll() throws -> RunProgress {
    // The run first: once it has ended, what its items report afterwards is final.
    let run = try executions.execution(arn)
    if mapRun == nil { mapRun = try executions.mapRun(of: arn) }
    if planned == nil, mapRun != nil || run.status.isFinal { planned = try plannedItems() }
    if let mapRun {
      for child in try executions.children(of: mapRun) { try update(child) }
    }
    var items: [String: ItemProgress] = [:]
    for item in planned ?? [] { items[item] = ItemProgress(item: item, state: .waiting) }
    for child in children.values { items[child.item] = child }
    return RunProgress(
      name: TextWidth.cleaned(run.name), status: run.status, startedAt: run.startDate, endedAt: run.stopDate,
      failure: run.failure,
      items: items.values.sorted { $0.item < $1.item })
  }

  /// The ids of the items in the generator's response; nil until it has responded.
  private func plannedItems() throws -> [String]? {
    struct Output: Decodable {
      let plan: FunctionResponse<PlanResponse>
    }
    for event in try executions.history(of: arn, newestFirst: false, limit: 100)
    where event.exitedState == "PlanItems" {
      let output = try? JSONDecoder().decode(Output.self, from: Data((event.output ?? "").utf8))
      return output?.plan.body.items.map(\.id)
    }
    return nil
  }

  private func update(_ summary: ExecutionSummary) throws {
    let arn = summary.executionArn
    if let known = children[arn], known.state.isFinal { return }
    var child: ItemProgress
    if let known = children[arn], !summary.status.isFinal {
      child = known
    } else {
      let described = try executions.execution(arn)
      guard let item = described.item else { return }
      child = ItemProgress(
        item: item, state: .running(nil), startedAt: described.startDate, endedAt: described.stopDate)
      if described.status.isFinal { child.state = try Self.end(of: described) { try location(of: arn) } }
    }
    if case .running(let known) = child.state { child.state = .running(try stage(of: arn) ?? known) }
    children[arn] = child
  }

  private static func end(of execution: Execution, location: () throws -> FailureLocation?) rethrows
    -> ItemProgress.State
  {
    guard execution.status == .succeeded else {
      let failure = RunFailure(error: execution.error ?? execution.status.rawValue, cause: execution.cause)
      return .failed(failure, in: try location())
    }
    let output = Data((execution.output ?? "").utf8)
    guard let outcome = try? JSONDecoder().decode(ItemOutcome.self, from: output) else {
      return .failed(RunFailure(name: "unreadable", message: "the item's result cannot be read"), in: nil)
    }
    return .done(outcome)
  }

  private func stage(of child: String) throws -> Stage? {
    try enteredStates(of: child).lazy.compactMap(Stage.init(state:)).first
  }

  /// The place where an ended child failed.
  private func location(of child: String) throws -> FailureLocation? {
    try enteredStates(of: child).first { !Self.failureStates.contains($0) }.map(FailureLocation.init)
  }

  /// The last states that the child has entered, newest first.
  private func enteredStates(of child: String) throws -> [String] {
    try executions.history(of: child, newestFirst: true, limit: Self.eventsToStage).compactMap(\.enteredState)
  }
}

extension Execution {
  /// The id of the item that a child execution was started for, cleaned for a terminal.
  var item: String? {
    struct Input: Decodable {
      struct Item: Decodable { let id: String }
      let item: Item?
      /// The former shape.
      let date: String?
    }
    let input = try? JSONDecoder().decode(Input.self, from: Data((self.input ?? "").utf8))
    return (input?.item?.id ?? input?.date).map(TextWidth.cleaned)
  }
}
