import Contracts
import Foundation
import Ledger

/// A run that Step Functions does not have, by the ledger.
struct ForgottenRun {
  let status: RunStatus
  let dataset: Dataset
  /// Remarks about the reading of the ledger, a line each.
  var notes: [String] = []
  /// The items that a retry would do again; nil for an open run, and for a replay.
  var retry: RetryPlan?

  /// Reads the run as `festvibes status` does, which closes it if the ledger has it as open.
  /// - Returns: nil if the ledger does not have it, or no database is set.
  static func read(_ name: String, _ settings: Settings, _ dataset: Dataset) throws -> ForgottenRun? {
    guard settings.hasDatabase else { return nil }
    do {
      guard let found = try StatusReader(settings, dataset).overview(of: name, last: 1, { [] }),
        let run = found.runs.first
      else { return nil }
      return ForgottenRun(status: run, dataset: dataset, notes: run.notes + found.notes, retry: found.retry)
    } catch let error as PipelineError {
      throw CommandError(
        "Step Functions does not have \(name), and the ledger cannot be read: \(error.message)\n"
          + NextStep("doctor\(dataset.option)").line)
    }
  }

  /// True if the run has ended, or can no longer go on.
  var isOver: Bool { status.isOver }
  /// True if every item was done, and no record is missing.
  var isSuccess: Bool { status.record.status == .success }

  /// The lines that say what became of the run and what to do next.
  func lines(call: String = NextStep.call()) -> [String] {
    let name = TextWidth.cleaned(status.record.run)
    let word = status.record.outcome(at: Date()).rawValue
    let outcome = !isOver ? "is open" : status.isLost ? "was lost" : "has ended: \(word)"
    let next = retry?.isRepaired == true ? nil : NextStep(arguments, call: call).line
    return ["Step Functions does not have \(name). By the ledger it \(outcome), \(status.counts)."] + notes
      + [retry?.repair(of: status.record.run), next].compactMap(\.self)
  }

  private var arguments: String {
    let name = NextStep.quoted(status.record.run)
    let hasItems = isOver && status.isFailure && !status.items.isEmpty
    return "\(hasItems ? "retry" : "status") \(name)\(dataset.option)"
  }
}
