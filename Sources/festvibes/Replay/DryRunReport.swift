import Advice
import Contracts

/// The changes that a replay of an item would make: a line for the item, and lines for each record that would differ.
struct DryRunReport {
  let item: WorkItem
  let outcome: Result<DryRuns.Outcome, any Error>

  var isSuccess: Bool { (try? outcome.get()) != nil }

  func lines(for terminal: Terminal) -> [String] {
    let lines: [String]
    switch outcome {
    case .success(let outcome): lines = body(outcome)
    case .failure(let error as PipelineError): lines = ["✗ \(item): \(error.name.rawValue): \(error.message)"]
    case .failure(let error): lines = ["✗ \(item): \(error)"]
    }
    return lines.flatMap { Self.shown($0, width: terminal.size?.width) }
  }

  /// Cleans a line and wraps it, with the indentation of its start on each line.
  private static func shown(_ line: String, width: Int?) -> [String] {
    TextWidth.wrapped(TextWidth.cleaned(line), to: width, indent: line.prefix { $0 == " " }.count)
  }

  private func body(_ outcome: DryRuns.Outcome) -> [String] {
    let report = outcome.dryRun.report
    let records = report.records
    let cancelled = records.cancelled ?? 0
    var lines = ["✓ \(item): \(records.sentence) \(cancelled) cancelled. From \(outcome.archive)"]
    if let notice = outcome.notice { lines.append("  \(notice)") }
    if report.isSuperseded { return lines + ["  a later listing has been loaded: nothing would change"] }
    if let notice = report.notice { lines.append("  ! \(notice)") }
    for difference in outcome.dryRun.differences { lines += Self.lines(difference) }
    for rejection in report.rejections {
      lines.append("  ! \(rejection.key ?? "record \(rejection.position)") would be rejected: \(rejection.reason)")
    }
    if outcome.dryRun.differences.isEmpty && report.rejections.isEmpty {
      lines.append(
        records.new + records.changed + cancelled == 0
          ? "  no record would change" : "  the changes would not show in what the cache holds")
    }
    return lines
  }

  /// Returns the commands that go on after dry runs, of which some failed.
  /// - Parameters:
  ///   - run: the run whose archives were read; nil for the newest.
  ///   - option: the option of the dataset, as `Dataset.option` has it.
  static func next(after reports: [DryRunReport], ofRun run: String?, _ option: String) -> [NextStep] {
    let failures = reports.filter { !$0.isSuccess }
    let withoutArchive = failures.filter { $0.error?.name == .invalidInput }
    guard !failures.isEmpty, withoutArchive.count == failures.count else {
      return failures.isEmpty ? [] : [NextStep("doctor\(option)")]
    }
    if let run { return [NextStep("status \(NextStep.quoted(run))\(option)")] }
    return ItemRanges.ranges(of: withoutArchive.map(\.item)).prefix(3).map { range in
      NextStep("run --start \(range.first) --end \(range.last)\(option)")
    }
  }

  private var error: PipelineError? {
    guard case .failure(let error) = outcome else { return nil }
    return error as? PipelineError
  }

  /// The report as an element of the JSON object that `--json` prints.
  var fields: [String: Any] {
    var (error, message): (String?, String?)
    var dryRun: DryRuns.Outcome?
    switch outcome {
    case .success(let outcome): dryRun = outcome
    case .failure(let failure as PipelineError): (error, message) = (failure.name.rawValue, failure.message)
    case .failure(let failure): (error, message) = ("CommandFailed", "\(failure)")
    }
    let report = dryRun?.dryRun.report
    return [
      "item": item.id, "error": RunObject.nullable(error), "message": RunObject.nullable(message),
      "archive": RunObject.nullable(dryRun?.archive),
      "notice": RunObject.nullable(dryRun?.notice ?? report?.notice),
      "superseded": report?.isSuperseded ?? false,
      "records": RunObject.nullable(
        report.map {
          [
            "found": $0.records.found, "new": $0.records.new, "changed": $0.records.changed,
            "unchanged": $0.records.unchanged, "rejected": $0.records.rejected, "cancelled": $0.records.cancelled ?? 0,
          ]
        }),
      "differences": (dryRun?.dryRun.differences ?? []).map { difference in
        [
          "change": "\(difference.change)", "label": difference.label,
          "fields": difference.fields.map { ["name": $0.name, "before": $0.before, "after": $0.after] },
        ] as [String: Any]
      },
      "rejections": (report?.rejections ?? []).map {
        ["key": RunObject.nullable($0.key), "position": $0.position, "reason": $0.reason] as [String: Any]
      },
    ]
  }

  private static func lines(_ difference: DryRun.Difference) -> [String] {
    switch difference.change {
    case .added: ["  + \(difference.label)"]
    case .removed: ["  - \(difference.label)"]
    case .changed:
      ["  ~ \(difference.label)"] + difference.fields.map { "      \($0.name): \($0.before) → \($0.after)" }
    }
  }
}
