import AWS
import Foundation

/// Looks at an execution of the state machine again and again, and asks each time only for what may have changed: a date
/// that has ended is never asked for twice.
final class ExecutionFollower {
  /// The events of a task that is tried to the last, three for each try, and the states around it.
  private static let eventsToStage = 40

  private let executions: any Executions
  private let arn: String
  private var mapRun: String?
  private var planned: [String]?
  private var children: [String: DateProgress] = [:]

  init(_ executions: any Executions, arn: String) {
    self.executions = executions
    self.arn = arn
  }

  func poll() throws -> RunProgress {
    // The run first: once it is over, what its dates say afterwards is the last word.
    let run = try executions.execution(arn)
    if mapRun == nil { mapRun = try executions.mapRun(of: arn) }
    if planned == nil, mapRun != nil || run.status.isFinal { planned = try plannedDates() }
    if let mapRun {
      for child in try executions.children(of: mapRun) { try update(child) }
    }
    var dates: [String: DateProgress] = [:]
    for date in planned ?? [] { dates[date] = DateProgress(date: date, state: .waiting) }
    for child in children.values { dates[child.date] = child }
    return RunProgress(
      name: run.name, status: run.status, startedAt: run.startDate, endedAt: run.stopDate,
      failure: run.failure,
      dates: dates.values.sorted { $0.date < $1.date })
  }

  /// What the date-range generator answered; nil while it is not told.
  private func plannedDates() throws -> [String]? {
    struct Output: Decodable {
      struct Params: Decodable {
        let Payload: Answer
      }
      struct FunctionResponse: Decodable {
        struct Body: Decodable {
          let dates: [String]
        }
        let body: Body
      }
      let params: Params
    }
    for event in try executions.history(of: arn, newestFirst: false, limit: 100)
    where event.exitedState == "GenerateParams" {
      let output = try? JSONDecoder().decode(Output.self, from: Data((event.output ?? "").utf8))
      return output?.params.Payload.body.dates
    }
    return nil
  }

  private func update(_ summary: ExecutionSummary) throws {
    let arn = summary.executionArn
    if let known = children[arn], known.state.isFinal { return }
    var child: DateProgress
    if let known = children[arn], !summary.status.isFinal {
      child = known
    } else {
      let described = try executions.execution(arn)
      guard let date = described.date else { return }
      child = DateProgress(
        date: date, state: .running(nil), startedAt: described.startDate, endedAt: described.stopDate)
      if described.status.isFinal { child.state = try Self.end(of: described) { try place(of: arn) } }
    }
    if case .running(let known) = child.state { child.state = .running(try stage(of: arn) ?? known) }
    children[arn] = child
  }

  private static func end(of execution: Execution, place: () throws -> Place?) rethrows -> DateProgress.State {
    guard execution.status == .succeeded else {
      let failure = RunFailure(error: execution.error ?? execution.status.rawValue, cause: execution.cause)
      return .failed(failure, in: try place())
    }
    let output = Data((execution.output ?? "").utf8)
    guard let outcome = try? JSONDecoder().decode(DateOutcome.self, from: output) else {
      return .failed(RunFailure(name: "unreadable", message: "the date's result cannot be read"), in: nil)
    }
    return .done(outcome)
  }

  private func stage(of child: String) throws -> Stage? {
    let events = try executions.history(of: child, newestFirst: true, limit: Self.eventsToStage)
    return events.lazy.compactMap { $0.enteredState.flatMap(Stage.init(state:)) }.first
  }

  /// Where a child that is over ended.
  private func place(of child: String) throws -> Place? {
    let events = try executions.history(of: child, newestFirst: true, limit: Self.eventsToStage)
    return events.lazy.compactMap(\.enteredState).first.map(Place.init)
  }
}
