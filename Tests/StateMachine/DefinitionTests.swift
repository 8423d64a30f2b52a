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
        == "{% $run.trigger = 'replay' ? \(Limits.toleratedFailurePercentOfReplay) : \(Limits.toleratedFailurePercent) %}"
    )
    let sharing = (map["ItemSelector"] as? [String: Any])?["sharing"] as? String
    #expect(sharing == "{% $min([\(Limits.concurrentItems), $count($items)]) %}")
  }

  @Test("has at most 700 lines, and no JSONPath")
  func size() throws {
    let text = try FinishedRun.definition()
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 701)
    #expect(try machine()["QueryLanguage"] as? String == "JSONata")
    #expect(!text.contains(".$\""))
  }
}
