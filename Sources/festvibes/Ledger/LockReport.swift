import Contracts
import Foundation

/// The holder of a dataset's lock, for a person and for programs.
struct LockReport {
  let dataset: Dataset
  let lock: any RunLock
  /// The holder that was found; nil if there was none.
  let holder: LockHolder?
  /// True if the lock was taken from it.
  var isReleased = false

  /// - Parameter zone: the zone of the times shown.
  func lines(in zone: TimeZone) -> [String] {
    guard let holder else { return ["No run holds the lock \(lock.description)."] }
    let run = holder.run.map { "The run \($0)" } ?? "Another program, which has written no owner,"
    let since = zonedTime(holder.acquiredAt, in: zone)
    let until = zonedTime(holder.expiresAt, in: zone)
    guard !isReleased else {
      return [
        "Released the lock \(lock.description).",
        "\(run) had it since \(since). If that run still works, its loads are refused as RunLocked from now on; what it has "
          + "loaded stays.",
      ]
    }
    let lines = ["\(run) holds the lock \(lock.description) since \(since), until \(until)."]
    guard holder.hasExpired else { return lines }
    return lines + [
      "It has expired: the run is dead, or a stage of it takes long. The next run takes the lock over "
        + "\(RunLocks.takeoverDelay) seconds after its end."
    ]
  }

  var next: NextStep {
    guard let holder, !isReleased else { return NextStep("run\(dataset.option)") }
    guard let run = holder.run else { return NextStep("status\(dataset.option)") }
    return NextStep("\(holder.hasExpired ? "status" : "watch") \(NextStep.quoted(run))\(dataset.option)")
  }

  /// The same for programs. `run`, `since`, `until` and `expired` are those of the former holder after a release.
  var fields: [String: Any] {
    [
      "dataset": dataset.id, "lock": lock.description, "held": holder != nil && !isReleased,
      "run": RunObject.nullable(holder?.run), "since": RunObject.nullable(holder?.acquiredAt.ISO8601Format()),
      "until": RunObject.nullable(holder?.expiresAt.ISO8601Format()),
      "expired": RunObject.nullable(holder?.hasExpired), "released": isReleased, "next": next.command,
    ]
  }
}
