import Contracts
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import VersionedSink

@Suite("Other processes that load and publish between two calls of a load, or of a publisher")
struct MeetingTests {
  /// Makes two versions of a series of its own, and projects them.
  private static func load(_ bench: Bench, keys: [String: String]) throws {
    let other = Bench(bench.objects, time: ManualTime(bench.time.now + 1))
    try other.load(Point.months(2, of: "ANOTHER"))
    try other.next(Point.months(2, of: "ANOTHER", first: 3), after: .seconds(1))
    try other.publish(keys: keys)
  }

  /// Puts the pointer back to the first version, and projects that.
  private static func putBack(_ bench: Bench, keys: [String: String]) throws {
    let first = try #require(try bench.store.folders(deadline: bench.deadline).first)
    let objects = try #require(bench.objects as? MemoryObjects)
    objects.objects.change { $0[bench.store.keys.pointer] = Data("\(first)".utf8) }
    try Bench(bench.objects, time: ManualTime(bench.time.now + 1)).publish(keys: keys)
  }

  /// Does the work once for each of its calls, which others precede.
  /// - Parameters:
  ///   - others: what they do.
  ///   - keys: keys of the section `projection`.
  ///   - state: returns what is compared with the state after the work and then the others, whom nothing disturbs.
  /// - Returns: the number of calls, and what is wrong.
  private static func meet<State: Equatable>(
    _ others: @escaping (Bench, [String: String]) throws -> Void = load, at prepare: (Bench) throws -> Void,
    keys: [String: String] = [:], _ work: (Bench, any VersionObjects) throws -> Void,
    _ state: (Bench) throws -> State
  ) throws -> (calls: Int, problems: [String]) {
    func bench() throws -> Bench {
      let bench = Bench(MemoryObjects())
      try prepare(bench)
      bench.time.advance(by: .seconds(3600))
      return bench
    }
    let alone = try bench()
    let counter = WatchedObjects(alone.objects)
    try work(alone, counter)
    try others(alone, keys)
    let expected = try state(alone)
    var problems: [String] = []
    for place in 1...counter.calls {
      let bench = try bench()
      let watched = WatchedObjects(
        bench.objects,
        before: { call in
          guard call == place else { return }
          do { try others(bench, keys) } catch { problems.append("call \(place), the others: \(error)") }
        })
      do {
        try work(bench, watched)
        if try state(bench) != expected { problems.append("call \(place): the state differs") }
      } catch { problems.append("call \(place): \(error)") }
    }
    return (counter.calls, problems)
  }

  @Test("A load that others precede at any call succeeds, and nobody's points are lost", arguments: Scenario.all)
  func loads(scenario: Scenario) throws {
    let (calls, problems) = try Self.meet(
      at: scenario.prepare, { bench, objects in try bench.load(scenario.points, through: objects) },
      { try $0.snapshot().mapValues { $0.map { "\($0.time) \($0.value)" } } })
    #expect(problems.prefix(10) == [])
    #expect(calls >= 3)
  }

  @Test("A publisher that others precede at any call succeeds", arguments: ProjectionScenario.all)
  func publishers(scenario: ProjectionScenario) throws {
    let (calls, problems) = try Self.meet(
      at: scenario.prepare, keys: scenario.keys,
      { bench, objects in
        try bench.publish(through: objects, keys: scenario.keys)
        #expect(try bench.copies() == bench.view())
      },
      { bench in
        try bench.publish(keys: scenario.keys)
        return try bench.view()
      })
    #expect(problems.prefix(10) == [])
    #expect(calls >= 2)
  }

  @Test("A publisher that deletes old objects deletes none of a pointer that is put back meanwhile")
  func putBack() throws {
    let scenario = try #require(ProjectionScenario.all.first { $0.name == "old objects are collected" })
    let (calls, problems) = try Self.meet(
      Self.putBack, at: scenario.prepare, { bench, objects in try bench.publish(through: objects) },
      { bench in
        try bench.publish()
        #expect(try bench.copies() == bench.view())
        return try bench.view()
      })
    #expect(problems.prefix(10) == [])
    #expect(calls >= 10)
  }

  @Test("The test finds a pointer that is moved without a condition")
  func plantedMistake() throws {
    let (_, problems) = try Self.meet(
      at: Scenario.all[1].prepare,
      { bench, objects in try bench.load(Scenario.all[1].points, through: CarelessPointer(objects)) },
      { try $0.snapshot().keys })
    #expect(problems.contains { $0.contains("the state differs") })
  }
}
