import ArgumentParser
import Contracts
import Datasets
import Foundation
import Time

struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock", abstract: "Show which run holds a dataset's lock, or release it.",
    discussion: """
      Shows the holder of the lock that the dataset's definition has under `lock`, since when and until when it has it. A \
      run renews its lock while it works, and releases it at its end; the next run takes over the lock of a run that is \
      dead, a minute after its end.

      --release takes the lock from its holder, for a run that is known to be dead. If it is not, its loads are refused \
      as RunLocked from then on, and another run may begin.

      Exit status: 0, also if no run holds the lock; 1 if the dataset has no lock, or it cannot be read or released.
      """)

  @Argument(help: ArgumentHelp("The dataset's id.", valueName: "dataset"))
  var id: String

  @Flag(help: "Release the lock, whoever holds it.")
  var release = false

  @Flag(help: "Print one JSON object (Sources/festvibes/README.md has its keys).")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try DatasetOption.named(id).resolve() }

  func run() throws {
    let settings = common.settings()
    let definition = try settings.datasetsByLock.definition(id)
    let deadline = Deadline(after: .seconds(30), on: SystemTime())
    guard let lock = try Stores(settings).lock(of: definition) else {
      throw CommandError(
        "the definition of \(id) has no lock: its runs may overlap\n\(NextStep("check \(id)").line)")
    }
    let report = try Stores(settings).withHint {
      var report = LockReport(dataset: definition.dataset, lock: lock, holder: try lock.holder(deadline: deadline))
      if release, let holder = report.holder { report.isReleased = try release(lock, of: holder, deadline) }
      return report
    }
    if json { return try Output.lines([JSONText.line(report.fields)]) }
    try Output.lines(report.lines(in: .current) + [report.next.line])
  }

  private func release(_ lock: any RunLock, of holder: LockHolder, _ deadline: Deadline) throws -> Bool {
    guard let run = holder.run else {
      throw CommandError(
        "the lock \(lock.description) is another program's, which has written no owner: release it there, or wait until "
          + "it expires, at \(zonedTime(holder.expiresAt, in: .current))")
    }
    // A release whose response was lost is tried again, and then there is nothing left to release.
    guard try lock.release(for: run, deadline: deadline) || lock.holder(deadline: deadline) == nil else {
      throw CommandError(
        "the lock changed hands meanwhile: another run has taken it. Nothing was done\n"
          + NextStep("lock \(id)").line)
    }
    return true
  }
}
