import Contracts
import Foundation

/// The output of a process that runs a dataset itself: lines for people, or objects in lines.
struct HostOutput {
  let dataset: Dataset
  let options: RunOutputOptions
  /// True for a service, whose log has the lines of many runs: each begins with its run, and there is no table.
  var isService = false

  /// - Parameter former: the run whose items are tried again.
  func begin(_ run: String, _ description: String, retryOf former: String? = nil) throws {
    if options.follow {
      try Output.lines([
        JSONText.line([
          "event": "run_started", "run": run, "dataset": dataset.id, "description": description,
          "retry_of": RunObject.nullable(former),
        ])
      ])
    } else if !options.json {
      try Output.lines(["Run \(run): \(description)"])
    }
  }

  /// The display of a run. Lines also on a terminal: the functions' warnings are between them.
  func display(of run: String) -> any RunDisplay {
    if options.json { return JSONDisplay(dataset: dataset, follows: options.follow, write: Output.write) }
    let start = isService ? "\(run): " : ""
    return PlainDisplay(words: dataset.words) { try Output.write(start + $0) }
  }

  /// - Parameters:
  ///   - request: the request of the run.
  ///   - former: the run whose items are tried again.
  func end(_ progress: RunProgress, of request: RunRequest, retryOf former: String? = nil) throws {
    let next = HostAdvice(progress: progress, dataset: dataset, request: request.plan).step
    let now = progress.endedAt ?? Date()
    if options.json {
      var fields = RunObject(progress: progress, dataset: dataset, now: now, retryOf: former).fields
      fields["next"] = RunObject.nullable(next?.command)
      if options.follow { fields["event"] = "run_ended" }
      return try Output.lines([JSONText.line(fields)])
    }
    let report = RunReport(progress: progress, dataset: dataset, now: now)
    let lines = isService ? [report.verdictText] : report.lines(for: .standardOutput())
    let start = isService ? "\(progress.name): " : ""
    try Output.lines((lines + [next?.line].compactMap(\.self)).map { start + $0 }, styled: true)
  }

  /// Says that the ledger has a run of an interval that has not begun.
  func ahead(_ later: Date) throws {
    let begin = later.ISO8601Format()
    guard !options.json else {
      return try Output.lines([
        JSONText.line(["event": "clock_was_ahead", "dataset": dataset.id, "interval": begin])
      ])
    }
    try Output.lines([
      "The ledger has a run of the interval \(begin), which has not begun by this clock: the clock was ahead, or is "
        + "behind now. The present interval counts; none that the ledger has is run again."
    ])
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

  /// Says that a run is in the ledger, and not done again.
  func known(_ run: String) throws {
    guard !options.json else {
      return try Output.lines([JSONText.line(["event": "run_known", "run": run, "dataset": dataset.id])])
    }
    try Output.lines(["\(run): the ledger has this run, so it is not done again."])
  }

  /// Says that a run whose process was killed is closed in the ledger.
  func closing(_ run: String, _ end: RunSettlement) throws {
    let undone = end.aborted + end.notTried
    let isWhole = undone.isEmpty && !end.opening.items.isEmpty
    guard !options.json else {
      return try Output.lines([
        JSONText.line([
          "event": "run_closing", "run": run, "dataset": dataset.id, "error": isWhole ? NSNull() : "Aborted",
          "message": HostLedger.killed, "not_done": undone,
        ])
      ])
    }
    let what =
      isWhole
      ? "with the status that its items imply, which were all over"
      : "as failed (Aborted)\(undone.isEmpty ? "" : ", not done: \(RunStatus.firstFew(undone))")"
    try Output.lines(["\(run): \(HostLedger.killed). It is closed in the ledger: \(what)."])
  }
}
