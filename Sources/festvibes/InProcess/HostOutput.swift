import Contracts
import Foundation

/// The output of a process that runs a dataset itself: lines for people, or objects in lines.
struct HostOutput {
  let dataset: Dataset
  let options: RunOutputOptions
  /// True for a process that goes on: its log has a line for each run, and no table.
  var isService = false

  func begin(_ run: String, _ description: String) throws {
    if options.follow {
      try Output.lines([
        JSONText.line([
          "event": "run_started", "run": run, "dataset": dataset.id, "description": description, "retry_of": NSNull(),
        ])
      ])
    } else if !options.json {
      try Output.lines(["Run \(run): \(description)"])
    }
  }

  /// The display of a run. Lines also on a terminal: the functions' warnings are between them.
  func display() -> any RunDisplay {
    options.json
      ? JSONDisplay(dataset: dataset, follows: options.follow, write: Output.write)
      : PlainDisplay(words: dataset.words, write: Output.write)
  }

  func end(_ progress: RunProgress) throws {
    let next = HostAdvice(progress: progress, dataset: dataset).step
    let now = progress.endedAt ?? Date()
    if options.json {
      var fields = RunObject(progress: progress, dataset: dataset, now: now).fields
      fields["next"] = RunObject.nullable(next?.command)
      if options.follow { fields["event"] = "run_ended" }
      return try Output.lines([JSONText.line(fields)])
    }
    let report = RunReport(progress: progress, dataset: dataset, now: now)
    let lines = isService ? [report.verdictText] : report.lines(for: .standardOutput())
    try Output.lines(lines + [next?.line].compactMap(\.self), styled: true)
  }

  func skipped(_ skipped: IntervalRaster.Skipped, _ reason: String) throws {
    let (first, last) = (skipped.first.ISO8601Format(), skipped.last.ISO8601Format())
    guard !options.json else {
      return try Output.lines([
        JSONText.line([
          "event": "intervals_skipped", "dataset": dataset.id, "first": first, "last": last, "count": skipped.count,
          "reason": reason,
        ])
      ])
    }
    let which = skipped.count == 1 ? "the interval \(first)" : "\(skipped.count) intervals, \(first) to \(last)"
    try Output.lines(["Skipped \(which): \(reason)."])
  }

  func closed(_ run: String, _ end: RunSettlement) throws {
    let undone = end.aborted + end.notTried
    let isWhole = undone.isEmpty && !end.opening.items.isEmpty
    guard !options.json else {
      return try Output.lines([
        JSONText.line([
          "event": "run_closed", "run": run, "dataset": dataset.id, "error": isWhole ? NSNull() : "Aborted",
          "message": HostLedger.killed, "not_done": undone,
        ])
      ])
    }
    let what =
      isWhole
      ? "all its items were over, and its status is what they imply"
      : "failed (Aborted)\(undone.isEmpty ? "" : ", not done: \(RunStatus.firstFew(undone))")"
    try Output.lines(["Closed the run \(run), because \(HostLedger.killed): \(what)."])
  }
}
