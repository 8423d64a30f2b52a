import Contracts
import DateRangeGeneratorFunction
import Definitions
import Foundation
import LambdaRuntime
import Time

extension EventTarget {
  /// Reads the input as the body of a queue's message. Each run that it starts has a name that runs may have, and an input
  /// that names its trigger.
  static func readMessage(_ body: Data, _ context: LambdaContext) throws {
    var runs: [(name: String, input: String)] = []
    let handler = QueueHandler(
      triggered: { (occurrence) throws(PipelineError) in
        TriggeredDatasets(startedBy: occurrence, among: ["news", "prices"]) { (_) throws(PipelineError) in [occurrence]
        }
      }, check: { _, _ in },
      start: { (name, input, _) throws(PipelineError) in
        runs.append((name, input))
        return true
      })
    let message = QueueMessage(id: "2e1424d4-f796-459a-8184-9c92662be6da", body: String(decoding: body, as: UTF8.self))
    let failed = handler.handle([message], context).batchItemFailures.map(\.itemIdentifier)
    try require(failed.isEmpty || failed == [message.id], "\(failed)")
    try require(Set(runs.map(\.name)).count == runs.count, "two runs have one name")
    for run in runs {
      try RunName.check(run.name)
      let input = try JSONSerialization.jsonObject(with: Data(run.input.utf8)) as? [String: Any]
      try require(input?["trigger"] as? String == "event", "\(run.input)")
    }
  }
}
