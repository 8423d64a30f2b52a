import Contracts
import Definitions

/// Expectations that are right by themselves, and together take much of the loader's memory.
struct ExpectationWarnings {
  /// The memory of one rule `unique` for the largest item, in MB.
  static let perRule = 32

  /// Warnings as `datasets/x/dataset.yaml:43: expect: warning: …`.
  let warnings: [String]

  init(_ definition: Definition) {
    let rules = definition.expectations.filter { $0.plugin == "unique" }
    guard rules.count > 1, let place = rules.last?.place else {
      warnings = []
      return
    }
    warnings = [
      "\(place): warning: it has \(rules.count) rules `unique`, and each takes up to \(Self.perRule) MB of the loader's "
        + "memory, together \(rules.count * Self.perRule) MB for an item of \(Limits.maximumItemRecords) records"
    ]
  }
}
