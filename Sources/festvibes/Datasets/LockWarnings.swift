import Contracts
import Definitions
import Locking

/// A lock that ends while its run is at work: another run takes it over then, and the loads of the first are refused.
struct LockWarnings {
  /// Warnings as `datasets/x/dataset.yaml:43: lock: timeout_seconds: warning: …`.
  let warnings: [String]

  init(_ definition: Definition) {
    guard let plan = LockPlan(definition), let lock = definition.lock, plan.timeout < Limits.scraperTimeout else {
      warnings = []
      return
    }
    let longest = Limits.scraperTimeout.components.seconds
    let renewal =
      plan.place == .postgres
      ? "and, having no database, cannot renew this lock" : "and renews the lock only when it begins"
    warnings = [
      "\(lock.place): timeout_seconds: warning: it is \(plan.timeout.components.seconds), and a scraper may take "
        + "\(longest) seconds, \(renewal): another run may take the lock over meanwhile, and what was read is then not "
        + "loaded (RunLocked). Give at least \(longest)"
    ]
  }
}
