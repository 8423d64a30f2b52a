import ArgumentParser
import Contracts
import Foundation
import Time

/// Runs more items than one run takes, or only those that were never loaded: a part after the other.
struct HistoryRun {
  /// Past days live for a week in the cache: older ones would be dropped before anybody reads them.
  static let cachedDays = 7

  private let session: RunSession
  private let dataset: Dataset
  private let request: RunRequest
  private let onlyMissing: Bool

  /// - Parameter request: the options of each part; its range is not used.
  init(_ session: RunSession, _ dataset: Dataset, _ request: RunRequest, onlyMissing: Bool) {
    self.session = session
    self.dataset = dataset
    self.request = request
    self.onlyMissing = onlyMissing
  }

  /// - Throws: `ExitCode.failure` if a part is partial or failed.
  func run(_ all: [WorkItem]) throws {
    let items = onlyMissing ? try missing(all) : all
    let parts = HistoryPlan(items).parts
    guard let first = items.first, let last = items.last else { return try reportNothing(all) }
    if !session.output.json {
      let left = onlyMissing ? " of \(all.count) that were never loaded" : ""
      let runs = parts.count == 1 ? "" : ", in \(parts.count) runs"
      try Output.lines(["\(first) to \(last): \(dataset.words.items(items.count))\(left)\(runs)"])
    }
    var report = HistoryReport()
    var runs: [RunProgress] = []
    for (index, part) in parts.enumerated() {
      let progress = try start(part, index, of: parts)
      runs.append(progress)
      report.add(progress)
      if !session.output.json {
        var part = HistoryReport()
        part.add(progress)
        try Output.lines(part.lines(for: .standardOutput()) + [""], styled: true)
      }
      // A run that was given up, stopped or locked says that the next one would be, too.
      if progress.status != .succeeded || progress.isLocked { break }
    }
    try end(report, runs, next: next(after: runs, parts))
  }

  private func start(_ part: [WorkItem], _ index: Int, of parts: [[WorkItem]]) throws -> RunProgress {
    var plan = HistoryPlan.request(part)
    plan.maxFailures = request.maxFailures
    (plan.jobType, plan.bucket, plan.key) = (request.jobType, request.bucket, request.key)
    if parts.count > 1 {
      let today = try dataset.timeZoneRules().localDate(at: Date())
      plan.cachedFrom = "\(today.adding(days: -Self.cachedDays))"
    }
    var introduction = RunSession.Introduction(
      description: "\(part[0]) to \(part[part.count - 1]), \(dataset.words.items(part.count))")
    if parts.count > 1 {
      introduction.suffix = "-\(index + 1)of\(parts.count)"
      introduction.description += " (\(index + 1) of \(parts.count))"
    }
    introduction.afterwards = rest(from: index + 1, parts)
    return try session.start(
      RunRequest(dataset: dataset.id, plan: plan, allowShrink: request.allowShrink), introduction)
  }

  /// The command that runs the parts from an index on; nil if there are none.
  private func rest(from index: Int, _ parts: [[WorkItem]]) -> NextStep? {
    guard index < parts.count, let first = parts[index].first, let last = parts.last?.last else { return nil }
    var arguments =
      dataset.hasDates
      ? "run --start \(first) --end \(last)"
      : "run " + parts[index...].joined().map { "--item \($0)" }.joined(separator: " ")
    if onlyMissing { arguments += " --only-missing" }
    if request.allowShrink == true { arguments += " --allow-shrink" }
    if let count = request.maxFailures { arguments += " --max-failures \(count)" }
    return NextStep(arguments + JobOptions.words(request.plan) + dataset.option)
  }

  /// The command that goes on: what each run left, and then the parts that were not run.
  private func next(after runs: [RunProgress], _ parts: [[WorkItem]]) -> NextStep? {
    var steps = runs.compactMap { RunAdvice(progress: $0, dataset: dataset).step }
    // The part of a run that was locked is still to be run.
    let count = runs.last?.isLocked == true ? runs.count - 1 : runs.count
    if let rest = rest(from: count, parts) { steps.append(rest) }
    return steps.dropFirst().reduce(steps.first) { $0?.before($1) }
  }

  private func missing(_ items: [WorkItem]) throws -> [WorkItem] {
    try Stores(session.settings).loading("festvibes-run", within: .seconds(60)) { loading, deadline in
      var missing: [WorkItem] = []
      for start in stride(from: 0, to: items.count, by: Limits.maximumItems) {
        let part = Array(items[start..<min(start + Limits.maximumItems, items.count)])
        missing += try loading.ledger.freshness(of: part, in: dataset, deadline: deadline)
          .filter { $0.loadedAt == nil }.map(\.item)
      }
      return missing
    }
  }

  private func end(_ report: HistoryReport, _ runs: [RunProgress], next: NextStep?) throws {
    let isSuccess = next == nil && runs.allSatisfy(\.isSuccess)
    // The runs before it may have succeeded, and it is the only one that did nothing.
    let isLocked = runs.last?.isLocked == true && runs.dropLast().allSatisfy(\.isSuccess)
    if session.output.json {
      let now = Date()
      var fields: [String: Any] = [
        "status": isSuccess
          ? "success" : isLocked ? "locked" : runs.contains { $0.status != .succeeded } ? "failed" : "partial",
        "dataset": dataset.id, "months": report.fields,
        "runs": runs.map { RunObject(progress: $0, dataset: dataset, now: now).fields },
        "next": RunObject.nullable(next?.command),
      ]
      if session.output.follow { fields["event"] = "run_ended" }
      try Output.lines([JSONText.line(fields)])
    } else {
      var lines: [String] = []
      for run in runs where !run.isSuccess {
        lines.append("\(run.name): \(RunReport(progress: run, dataset: dataset, now: Date()).verdictText)")
        lines += RunReport.grouped(run.failed.map { ($0.item, $0.failure) }).map { "  \($0)" }
      }
      if runs.count > 1 { lines = report.lines(for: .standardOutput()) + lines }
      if isSuccess { lines.append("All done.") }
      if let next { lines.append(next.line) }
      try Output.lines(lines, styled: true)
    }
    if isLocked { throw RunProgress.lockedStatus }
    if !isSuccess { throw ExitCode.failure }
  }

  private func reportNothing(_ all: [WorkItem]) throws {
    guard session.output.json else {
      let loaded = all.count == 1 ? "\(all[0])" : "each of the \(dataset.words.items(all.count))"
      return try Output.lines(["Nothing to run: \(loaded) was loaded before."])
    }
    var fields: [String: Any] = [
      "status": "success", "dataset": dataset.id, "months": [] as [Any], "runs": [] as [Any], "next": NSNull(),
    ]
    if session.output.follow { fields["event"] = "run_ended" }
    try Output.lines([JSONText.line(fields)])
  }
}
