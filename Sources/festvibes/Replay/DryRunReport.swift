import ConcertsSink
import Contracts
import Time

/// What replaying a date would change, for people: a line for the date, and lines for each show that would be different.
struct DryRunReport {
  let date: CalendarDate
  let outcome: Result<DryRuns.Outcome, any Error>

  var isSuccess: Bool { (try? outcome.get()) != nil }

  func lines(for terminal: Terminal) -> [String] {
    let lines: [String]
    switch outcome {
    case .success(let outcome): lines = body(outcome)
    case .failure(let error as PipelineError): lines = ["✗ \(date): \(error.name.rawValue): \(error.message)"]
    case .failure(let error): lines = ["✗ \(date): \(error)"]
    }
    return lines.flatMap { Self.shown($0, width: terminal.size?.width) }
  }

  /// Cleaned, and broken into lines that are indented as the first one is.
  private static func shown(_ line: String, width: Int?) -> [String] {
    let indent = String(line.prefix { $0 == " " })
    return TextWidth.wrapped(TextWidth.cleaned(line), to: width.map { max(20, $0 - indent.count) }).map { indent + $0 }
  }

  private func body(_ outcome: DryRuns.Outcome) -> [String] {
    let report = outcome.dryRun.report
    let events = report.counts.events
    let counts = RecordCounts(
      found: events.found, new: events.new, changed: events.changed, unchanged: events.unchanged,
      rejected: events.rejected
    ).equation
    var lines = ["✓ \(date): \(counts) \(report.counts.cancelled) cancelled. From \(outcome.archive)"]
    if report.isSuperseded { return lines + ["  a later listing has been loaded: nothing would change"] }
    let differences: [EventDifference]
    do { differences = try EventDifference.between(outcome.dryRun.before, outcome.dryRun.after) } catch {
      return lines + ["  the difference cannot be shown: \(error)"]
    }
    for difference in differences { lines += Self.lines(difference) }
    for rejection in report.rejections {
      lines.append("  ! \(rejection.href ?? "record \(rejection.position)") would be rejected: \(rejection.reason)")
    }
    if differences.isEmpty && report.rejections.isEmpty {
      lines.append(
        events.new + events.changed + report.counts.cancelled == 0
          ? "  no show would change" : "  what would change is nothing that the cached day shows")
    }
    return lines
  }

  private static func lines(_ difference: EventDifference) -> [String] {
    let event = difference.event
    let time = event.performanceTime.map { String($0.dropFirst(11).prefix(5)) } ?? "--:--"
    let title = "\(time) \(event.venue.name): \(event.artist.name) (\(event.event.href))"
    switch difference.change {
    case .added: return ["  + \(title)"]
    case .removed: return ["  - \(title)"]
    case .changed(let fields):
      return ["  ~ \(title)"] + fields.map { "      \($0.name): \($0.before) → \($0.after)" }
    }
  }
}
