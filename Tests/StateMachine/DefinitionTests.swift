import Contracts
import Foundation
import Testing
import Time

/// The definition as a text: the limits that other code repeats.
@Suite("The definition") struct DefinitionTests {
  private func machine() throws -> [String: Any] { try jsonObject(FinishedRun.definition()) }

  @Test("has the limits that the functions and the command line have")
  func limits() throws {
    let machine = try machine()
    #expect(machine["TimeoutSeconds"] as? Int64 == Limits.runTimeout.components.seconds)
    let states = try #require(machine["States"] as? [String: [String: Any]])
    let map = try #require(states["ProcessItems"])
    #expect(map["MaxConcurrency"] as? Int == Limits.concurrentItems)
    #expect(
      map["ToleratedFailurePercentage"] as? String
        == "{% $run.max_failures = 0 ? 0 : $run.max_failures != null or $run.trigger in ['manual', 'replay'] or $count($items) < \(Limits.smallestRunGivenUp) ? 100 : "
        + "\(Limits.toleratedFailurePercent) %}")
    let sharing = (map["ItemSelector"] as? [String: Any])?["sharing"] as? String
    #expect(sharing == "{% $min([\(Limits.concurrentItems), $count($items)]) %}")
  }

  /// In a Map's child, `$states.context.Execution` is the child's: the run's name is passed on by value. A redrive keeps it.
  @Test("passes the run's name to the items by value")
  func runName() throws {
    let states = try #require(try machine()["States"] as? [String: [String: Any]])
    for map in states.values where map["Type"] as? String == "Map" {
      let processor = try JSONSerialization.data(withJSONObject: try #require(map["ItemProcessor"]))
      #expect(!String(decoding: processor, as: UTF8.self).contains("context.Execution"))
    }
    #expect((states["ProcessItems"]?["ItemSelector"] as? [String: Any])?["run"] as? String == "{% $run.name %}")
  }

  /// A function that was not invoked for weeks is inactive, and its next invocation only wakes it. One in a VPC waits for
  /// its network interfaces.
  @Test("waits for functions that are not ready, first of all, in every task that invokes one")
  func sleepingFunctions() throws {
    var tasks: [[String: Any]] = []
    func collect(_ states: Any?) {
      for state in (states as? [String: [String: Any]] ?? [:]).values {
        if (state["Resource"] as? String)?.hasSuffix("lambda:invoke") == true { tasks.append(state) }
        collect((state["ItemProcessor"] as? [String: Any])?["States"])
      }
    }
    collect(try machine()["States"])
    #expect(tasks.count == 11)
    for task in tasks {
      let retrier = try #require((task["Retry"] as? [[String: Any]])?.first)
      #expect(
        (retrier["ErrorEquals"] as? [String] ?? []).sorted() == [
          "Lambda.CodeArtifactUserPendingException", "Lambda.EC2ThrottledException", "Lambda.EC2UnexpectedException",
          "Lambda.ENILimitReachedException", "Lambda.ResourceNotReadyException",
          "Lambda.SubnetIPAddressLimitReachedException",
        ])
      #expect(retrier["IntervalSeconds"] as? Int == 10)
      #expect(retrier["MaxAttempts"] as? Int == 6)
      #expect(retrier["BackoffRate"] as? Double == 1.5)
    }
  }

  /// 850 lines are a run; 70 are the start of a job, 70 the optional enrichment and 50 the report, half of them retries.
  @Test("has at most 1040 lines, and no JSONPath")
  func size() throws {
    let text = try FinishedRun.definition()
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 1041)
    #expect(try machine()["QueryLanguage"] as? String == "JSONata")
    #expect(!text.contains(".$\""))
  }
}
