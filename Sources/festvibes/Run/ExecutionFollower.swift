import AWS
import Contracts
import Foundation

/// Polls an execution of the state machine. Each poll asks only for what may have changed: an item that has ended is not
/// asked for again.
final class ExecutionFollower {
  /// The events of a task with all its retries, three for each attempt, and of the states around it.
  private static let eventsToStage = 60
  /// The states that report a failure. They say nothing about where it happened.
  private static let failureStates: Set = ["RecordFailure", "CheckTolerance", "FailureTolerated", "ItemFailed"]

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
      failure: run.failure, summaryStatus: run.summaryStatus, remarks: run.remarks,
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
      if described.status.isFinal { child.state = try end(of: described) }
    }
    if case .running(let known) = child.state { child.state = .running(try stage(of: arn) ?? known) }
    children[arn] = child
  }

  /// Reads the end of a child. Where the run tolerates every failure, a failed item's execution succeeds, with the error
  /// name as its result. Its history has the whole cause, which the error of an execution has only the beginning of.
  private func end(of execution: Execution) throws -> ItemProgress.State {
    struct Failure: Decodable { let failed: String }
    let error: String
    if execution.status == .succeeded {
      let output = Data((execution.output ?? "").utf8)
      if let outcome = try? JSONDecoder().decode(ItemOutcome.self, from: output) { return .done(outcome) }
      guard let failure = try? JSONDecoder().decode(Failure.self, from: output) else {
        return .failed(RunFailure(name: "unreadable", message: "the item's result cannot be read"), in: nil)
      }
      error = failure.failed
    } else {
      error = execution.error ?? execution.status.rawValue
    }
    let events = try lastEvents(of: execution.executionArn)
    let location = events.compactMap(\.enteredState).first { !Self.failureStates.contains($0) }
      .map(FailureLocation.init(state:))
    if execution.status == .aborted { return .aborted(in: location) }
    let recorded = events.first { $0.enteredState == "RecordFailure" }?.recordedCause
    return .failed(RunFailure(error: error, cause: recorded ?? execution.cause), in: location)
  }

  private func stage(of child: String) throws -> Stage? {
    try lastEvents(of: child).lazy.compactMap(\.enteredState).compactMap(Stage.init(state:)).first
  }

  /// The last events of the child, newest first.
  private func lastEvents(of child: String) throws -> [HistoryEvent] {
    try executions.history(of: child, newestFirst: true, limit: Self.eventsToStage)
  }
}

extension HistoryEvent {
  /// The whole cause of an item's failure, from the input of the state that records it.
  fileprivate var recordedCause: String? {
    struct Input: Decodable {
      struct Failure: Decodable {
        let cause: String?
        enum CodingKeys: String, CodingKey { case cause = "Cause" }
      }
      let error: Failure
    }
    return (try? JSONDecoder().decode(Input.self, from: Data((input ?? "").utf8)))?.error.cause
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
