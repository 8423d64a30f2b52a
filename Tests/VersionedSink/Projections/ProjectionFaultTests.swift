import Contracts
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import AWS
@testable import VersionedSink

/// Messages that are lost as the calls of objects are.
struct LosableMessages {
  private let messages: Messages
  private let faulty: FaultyObjects

  init(_ messages: Messages, among faulty: FaultyObjects) {
    self.messages = messages
    self.faulty = faulty
  }

  func send(_ subject: String, _ text: String, _ deadline: Deadline) throws(AWSError) {
    let outcome: Result<Void, AWSError> = faulty.call("SNS") {
      messages.add(subject, text)
      return .success(())
    }
    try outcome.get()
  }
}

@Suite("Faults at every call of a projection")
struct ProjectionFaultTests {
  /// The problem after a fault.
  struct Findings {
    var problems: [String] = []
    var faults = 0
  }

  /// A publication that was not disturbed.
  struct Expected {
    var views: Set<[String: [String]]> = []
    var state: [String: String] = [:]
    var calls = 0

    init(_ scenario: ProjectionScenario) throws {
      let bench = Bench(MemoryObjects())
      try scenario.prepare(bench)
      views = [try bench.view()]
      var seen: Set<[String: [String]]> = []
      let watched = WatchedObjects(bench.objects, after: { _ in if let view = try? bench.view() { seen.insert(view) } })
      let messages = Messages()
      try bench.publish(through: watched, sending: messages, keys: scenario.keys)
      #expect(messages.versions.count == scenario.announced)
      views.formUnion(seen)
      calls = watched.calls + messages.all.count
      state = try bench.projectionState()
      #expect(try bench.copies() == bench.view())
    }
  }

  /// Loses every call of a publication in every way. At each moment a reader of the pointer must see one of the views that an
  /// undisturbed publication shows, and the next one must lead to the same state.
  /// - Parameter between: stands between the publisher and the bucket: a planted mistake.
  static func disturb(
    _ scenario: ProjectionScenario, isReversed: Bool = false,
    between: @escaping (any VersionObjects) -> any VersionObjects = { $0 }
  ) throws -> Findings {
    let expected = try Expected(scenario)
    var findings = Findings()
    for call in 1...expected.calls {
      for kind in Fault.allCases {
        findings.faults += 1
        let bench = Bench(MemoryObjects())
        try scenario.prepare(bench)
        let place = "\(scenario.name), call \(call) of \(expected.calls) \(kind.rawValue)"
        var torn: Set<String> = []
        let watched = WatchedObjects(
          bench.objects,
          after: { number in
            do {
              if try !expected.views.contains(bench.view()) { torn.insert("another view") }
            } catch { torn.insert("\(error)") }
          })
        let faulty = FaultyObjects(watched, losing: (call, kind), isReversed: isReversed)
        let messages = Messages()
        let disturbed = try bench.publisher(
          between(faulty), keys: scenario.keys,
          send: LosableMessages(messages, among: faulty).send)
        do {
          _ = try disturbed.publish(.loaded([WorkItem(id: "all")]), deadline: bench.deadline)
        } catch {
          if !error.name.isRetryable { findings.problems.append("\(place): \(error)") }
        }
        findings.problems += torn.map { "\(place): a reader sees \($0)" }
        bench.time.advance(by: .seconds(60))
        do {
          try bench.publish(through: between(bench.objects), sending: messages, keys: scenario.keys)
          if try bench.projectionState() != expected.state {
            findings.problems.append("\(place): the next one differs")
          }
          if try bench.copies() != bench.view() { findings.problems.append("\(place): copies differ") }
        } catch { findings.problems.append("\(place): the next one: \(error)") }
        if Set(messages.versions).count != scenario.announced { findings.problems.append("\(place): \(messages.all)") }
      }
    }
    return findings
  }

  @Test(
    "A reader sees a whole view at any moment, and the next publication makes good what was lost (F52)",
    arguments: ProjectionScenario.all)
  func everyCall(scenario: ProjectionScenario) throws {
    let findings = try Self.disturb(scenario)
    #expect(findings.problems.prefix(10) == [])
    #expect(findings.faults >= 2 * Fault.allCases.count)
  }

  @Test("The calls of a batch may come in any order")
  func reversed() throws {
    #expect(try Self.disturb(ProjectionScenario.all[1], isReversed: true).problems.prefix(10) == [])
  }

  /// A planted mistake: objects are written when the pointer has moved.
  private final class LateObjects: WrappedObjects {
    private var late: [VersionWrite] = []

    override func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
      guard writes.contains(where: { $0.key.hasSuffix("/projections/manifest.json") }) else {
        guard writes.allSatisfy({ $0.key.contains("/v2") }) else { return base.putAll(writes, deadline: deadline) }
        late += writes
        return writes.map { _ in .success(S3WriteResult(etag: "", versionID: nil)) }
      }
      let outcomes = base.putAll(writes, deadline: deadline)
      _ = base.putAll(late, deadline: deadline)
      late = []
      return outcomes
    }
  }

  /// A planted mistake: the pointer forgets what comes after the swap.
  private final class ForgetfulPointer: WrappedObjects {
    override func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
      base.putAll(
        writes.map { write in
          guard write.key.hasSuffix("/projections/manifest.json"),
            var manifest = try? ProjectionManifest(write.body, at: "")
          else { return write }
          (manifest.announced, manifest.copied) = (manifest.last, manifest.last)
          return VersionWrite(manifest.data, to: write.key, condition: write.condition)
        }, deadline: deadline)
    }
  }

  @Test("The test finds a projection that moves the pointer before it writes the objects")
  func lateObjects() throws {
    let findings = try Self.disturb(ProjectionScenario.all[1]) { LateObjects($0) }
    #expect(findings.problems.contains { $0.contains("a reader sees") })
  }

  @Test("The test finds a pointer that does not remember that copies and messages are missing")
  func forgetfulPointer() throws {
    let findings = try Self.disturb(ProjectionScenario.all[1]) { ForgetfulPointer($0) }
    #expect(findings.problems.contains { $0.contains("copies differ") })
    #expect(findings.problems.contains { $0.contains("[]") })
  }
}
