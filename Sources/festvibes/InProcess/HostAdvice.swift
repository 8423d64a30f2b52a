import AWS
import Advice
import Contracts

/// The command that goes on after a run in this process.
struct HostAdvice {
  let progress: RunProgress
  let dataset: Dataset
  /// The request of the run: the next one is of the same job, and about the same object.
  var request = PlanRequest()

  /// The step; nil if nothing is left to do.
  var step: NextStep? {
    if progress.isLocked { return NextStep("lock \(dataset.id)") }
    let status = NextStep("status \(NextStep.quoted(progress.name))\(dataset.option)")
    let doctor = NextStep("doctor\(dataset.option)")
    if let failure = progress.failed.map(\.failure).mostCommon {
      return switch RunRemedy(failure) {
      case .retry: again()
      case .checkAndRetry: doctor.then(again())
      case .migrateAndRetry: NextStep("migrate").then(again())
      case .readLogs: status
      case .allowShrinkage: again(" --allow-shrink")
      case .awaitOther: NextStep("lock \(dataset.id)")
      }
    }
    if !undone.isEmpty { return again() }
    if let failure = progress.failure {
      let isSetting = PipelineError.Name(rawValue: failure.name)?.isOfSettings ?? false
      return isSetting || progress.status == .succeeded ? doctor : status
    }
    if progress.total.rejected > 0 {
      return NextStep("rejected --run \(NextStep.quoted(progress.name))\(dataset.option)")
    }
    return progress.isSuccess ? nil : status
  }

  private var undone: [String] {
    (progress.failed.map(\.item) + progress.aborted + progress.notTried).sorted()
  }

  /// Runs the items again that are not done; all, if most are not.
  private func again(_ option: String = "") -> NextStep {
    let isWhole = undone.count == progress.items.count && !dataset.hasDates
    let items = isWhole ? "" : undone.map { " --item \(NextStep.quoted($0))" }.joined()
    return NextStep("run --in-process --dataset \(dataset.id)\(JobOptions.words(request))\(items)\(option)")
  }
}
