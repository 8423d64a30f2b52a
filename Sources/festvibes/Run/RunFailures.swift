import AWS
import Foundation

/// The tolerated failures of a run's items with one error, from the run's summary.
struct RunFailures: Decodable {
  let error: String
  let count: Int
  let items: [String]

  /// The failures without their causes, which the histories of the items' executions have.
  var failures: [(item: String, failure: RunFailure)] {
    items.map { ($0, RunFailure(error: error, cause: nil)) }
  }
}

extension Execution {
  /// The failures that a run which reached its end tolerated.
  var toleratedFailures: [RunFailures] {
    struct Summary: Decodable { let errors: [RunFailures]? }
    guard status == .succeeded else { return [] }
    return (try? JSONDecoder().decode(Summary.self, from: Data((output ?? "").utf8)))?.errors ?? []
  }
}
