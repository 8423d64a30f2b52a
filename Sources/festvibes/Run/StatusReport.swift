import AWS
import Foundation

/// The last runs by Step Functions as a table, followed by their failures.
struct StatusReport {
  let runs: [RunSummary]
  let now: Date
  /// The zone of the times shown.
  let zone: TimeZone

  func lines(for terminal: Terminal) -> [String] {
    guard !runs.isEmpty else { return ["No runs yet: `festvibes run` starts one."] }
    var table = TextTable([
      // Never cut: the name is the argument of `status`.
      .init(title: "run"), .init(title: "started", rank: 3), .init(title: "took", isRight: true, rank: 1),
      .init(title: "status"), .init(title: "done", isRight: true, rank: 4),
      .init(title: "failed", isRight: true, rank: 5), .init(title: "items", isRight: true, rank: 2),
    ])
    for run in runs {
      let counts: [TextTable.Cell] =
        run.items.map { items in
          [.init(items.done), .init(items.failed, items.failed > 0 ? .red : nil), .init(items.total)]
        } ?? ["", "", ""]
      let took = elapsed((run.endedAt ?? now).timeIntervalSince(run.startedAt))
      table.rows.append(
        [.init(run.name), .init(zonedTime(run.startedAt, in: zone)), .init(took), Self.status(run)] + counts)
    }
    var lines = table.lines(width: terminal.size?.width, colors: terminal.colors)
    for run in runs where run.failure != nil || !run.failures.isEmpty || !run.notices.isEmpty {
      lines += ["", Style.bold.apply(run.name, colors: terminal.colors)]
      if let failure = run.failure { lines.append("  \(failure.brief)") }
      lines += run.notices.map { "  \($0.line)" }
      lines += RunReport.grouped(run.failures).map { "  \($0)" }
      let more = (run.items?.failed ?? 0) - run.failures.count
      let isCut = (run.failures.map(\.failure) + [run.failure].compactMap { $0 }).contains(where: \.isCut)
      let status = NextStep("status \(NextStep.quoted(run.name))\(run.option)").command
      if more > 0 && !run.failures.isEmpty {
        lines.append("  and \(more) more: \(status)")
      } else if isCut {
        lines.append("  in full: \(status)")
      }
    }
    return lines
  }

  private static func status(_ run: RunSummary) -> TextTable.Cell {
    switch run.status {
    case .succeeded where run.isLocked: .init("locked", .yellow)
    // A run tolerates some failed items.
    case .succeeded:
      run.isPartial || (run.items?.failed ?? 0) > 0 || run.failure != nil || !run.notices.isEmpty
        ? .init("partial", .yellow) : .init("done", .green)
    case .failed, .timedOut: .init("failed", .red)
    case .aborted: .init("stopped", .red)
    case .running, .pending, .pendingRedrive: "running"
    }
  }
}
