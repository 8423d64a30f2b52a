import Advice
import Contracts

/// The command that goes on after a run, by how the run ended.
struct RunAdvice {
  let progress: RunProgress
  /// The run's dataset.
  let dataset: Dataset

  /// The step; nil if nothing is left to do.
  var step: NextStep? {
    let run = NextStep.quoted(progress.name)
    let option = dataset.option
    guard progress.status.isFinal else { return NextStep("watch \(run)\(option)") }
    // The holder of the lock, and the command that follows it.
    if progress.isLocked { return NextStep("lock \(dataset.id)") }
    // Of several errors the one of most items is seen to first; retry takes the others too.
    if let failure = progress.failed.map(\.failure).mostCommon {
      return RunRemedy(failure).step(for: progress.name, option)
    }
    if !progress.aborted.isEmpty || !progress.notTried.isEmpty { return NextStep("retry \(run)\(option)") }
    if let failure = progress.failure {
      guard progress.status == .succeeded else {
        let isSetting = PipelineError.Name(rawValue: failure.name)?.isOfSettings ?? false
        return isSetting ? NextStep("doctor\(option)") : NextStep("logs --run \(run) --errors\(option)")
      }
      return refresh(option)
    }
    if progress.total.rejected > 0 { return NextStep("rejected --run \(run)\(option)") }
    return progress.isSuccess ? nil : NextStep("status \(run)\(option)")
  }

  /// Caches the run's items again.
  private func refresh(_ option: String) -> NextStep {
    let items = progress.items.map(\.item)
    guard let first = items.first, let last = items.last else { return NextStep("doctor\(option)") }
    guard dataset.hasDates else {
      return NextStep("doctor\(option)").then(
        NextStep("cache \(items.map { "--item \($0)" }.joined(separator: " "))\(option)"))
    }
    let range = first == last ? first : "\(first) \(last)"
    return NextStep("doctor\(option)").then(NextStep("cache \(range)\(option)"))
  }
}
