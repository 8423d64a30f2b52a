import Contracts
import Foundation
import TestSupport
import Testing
import Versions

@testable import VersionedSink

@Suite("Two publishers at once")
struct ProjectionRaceTests {
  /// Stops one publisher before a call, then another one before a call of its own; the first one goes on to its end, then the
  /// second one.
  /// - Returns: what is wrong at the end.
  private static func race(
    _ scenario: ProjectionScenario, stoppingFirstAt first: Int, secondAt second: Int,
    _ expected: ProjectionFaultTests.Expected,
    between: @escaping (any VersionObjects) -> any VersionObjects = { $0 }
  ) throws -> [String] {
    let bench = Bench(MemoryObjects())
    try scenario.prepare(bench)
    let problems = Locked<[String]>([])
    let messages = Messages()
    let deadline = UncheckedSendable(bench.deadline)
    let (stopped, goesOn, ended) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    let watch = UncheckedSendable(PointerWatch(bench, problems))
    let item = try WorkItem(id: "all")
    func publish(_ objects: any VersionObjects) throws -> @Sendable () -> Void {
      let publisher = UncheckedSendable(try bench.publisher(between(objects), sending: messages, keys: scenario.keys))
      return {
        do { _ = try publisher.value.publish(.loaded([item]), deadline: deadline.value) } catch {
          problems.change { $0.append("\(error)") }
        }
      }
    }
    let other = try publish(
      WatchedObjects(
        bench.objects,
        before: { call in
          guard call == second else { return }
          stopped.signal()
          goesOn.wait()
        }, after: { _ in watch.value.look() }))
    var isStarted = false
    try publish(
      WatchedObjects(
        bench.objects,
        before: { call in
          guard call == first else { return }
          isStarted = true
          Thread.detachNewThread {
            other()
            stopped.signal()
            ended.signal()
          }
          stopped.wait()
        }, after: { _ in watch.value.look() }))()
    guard isStarted else { return ["the first publisher has no call \(first)"] }
    goesOn.signal()
    ended.wait()
    do {
      if try !expected.views.contains(bench.view()) { problems.change { $0.append("another view") } }
      if try bench.projectionState() != expected.state { problems.change { $0.append("another state") } }
      if try bench.copies() != bench.view() { problems.change { $0.append("copies differ") } }
    } catch { problems.change { $0.append("a reader sees \(error)") } }
    if Set(messages.versions).count != scenario.announced { problems.change { $0.append("\(messages.all)") } }
    return problems.change { $0 }.map { "first at \(first), second at \(second): \($0)" }
  }

  private static func races(
    _ scenario: ProjectionScenario, between: @escaping (any VersionObjects) -> any VersionObjects = { $0 }
  ) throws -> [String] {
    let expected = try ProjectionFaultTests.Expected(scenario)
    let calls = expected.calls - scenario.announced
    return try (1...calls).flatMap { first in
      try (1...calls + 8).flatMap { second in
        try race(scenario, stoppingFirstAt: first, secondAt: second, expected, between: between)
      }
    }
  }

  @Test(
    "Wherever they meet, both succeed, and the state is that of one",
    arguments: ProjectionScenario.small)
  func everyMeeting(scenario: ProjectionScenario) throws {
    #expect(try Self.races(scenario).prefix(10) == [])
  }

  @Test("The test finds writes without a condition")
  func plantedMistake() throws {
    #expect(try Self.races(ProjectionScenario.small[2]) { CarelessPointer($0) }.contains { $0.contains("moved back") })
  }
}

/// Looks at the pointer, which must not move back to fewer versions. Only one publisher works at a time.
private final class PointerWatch {
  private let bench: Bench
  private let problems: Locked<[String]>
  private var most = 0

  init(_ bench: Bench, _ problems: Locked<[String]>) {
    self.bench = bench
    self.problems = problems
  }

  func look() {
    guard let manifest = try? bench.store.projection(deadline: bench.deadline).manifest else { return }
    if manifest.projected.count < most { problems.change { $0.append("the pointer moved back") } }
    most = max(most, manifest.projected.count)
  }
}

/// A value that only one thread uses at a time.
private struct UncheckedSendable<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
