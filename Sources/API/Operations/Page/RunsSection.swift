import FoundationEssentials

/// The last runs as a table; a run that did not go well has its causes and its command.
struct RunsSection {
  let runs: [ReportedRun]
  let label: String
  let now: Date

  func write(to page: inout PageWriter) {
    guard !runs.isEmpty else { return page.element("p", ["class": "muted"], "None yet.") }
    var table = PageTable(
      label,
      [
        .init("run"), .init("outcome"), .init("took", isNumber: true), .init("items", isNumber: true, isExtra: true),
        .init("found", isNumber: true), .init("new", isNumber: true, isExtra: true),
        .init("changed", isNumber: true, isExtra: true), .init("rejected", isNumber: true, isExtra: true),
        .init("cause, and what to do"),
      ])
    table.rows = runs.map { run in
      [
        { name(run, &$0) }, PageTable.tag(run.outcome.rawValue, run.outcome.tone),
        PageTable.cell(run.seconds.map(PageText.span) ?? (run.outcome == .running ? "so far" : "–")),
        PageTable.cell(Self.items(run)), PageTable.cell(run.records.found), PageTable.cell(run.records.new),
        PageTable.cell(run.records.changed), PageTable.cell(run.records.rejected), { causes(run, &$0) },
      ]
    }
    table.write(to: &page)
  }

  private func name(_ run: ReportedRun, _ page: inout PageWriter) {
    page.element("span", ["class": "run"], run.name)
    page.void("br", [:])
    page.element("span", ["class": "muted"]) { page in
      page.text("\(run.trigger), ")
      page.time(run.startedAt, from: now, isBrief: true)
    }
  }

  /// `30`, or `27 of 30`.
  private static func items(_ run: ReportedRun) -> String {
    run.itemsDone == run.items ? PageText.number(run.items) : "\(run.itemsDone) of \(run.items)"
  }

  private func causes(_ run: ReportedRun, _ page: inout PageWriter) {
    var sentences: [String] = []
    if !run.cause.isEmpty { sentences.append(run.cause) }
    sentences += run.failures.map { failure in
      let place = failure.stage.map { " in \($0)" } ?? ""
      let items = failure.items.prefix(3).joined(separator: ", ")
      let more = failure.items.count > 3 ? " and \(failure.items.count - 3) more" : ""
      return "\(items)\(more): \(failure.error)\(place)" + (failure.message.isEmpty ? "" : ": \(failure.message)")
    }
    if run.itemsUndone > 0 { sentences.append("\(PageText.count(run.itemsUndone, "item")) stopped or not tried.") }
    for sentence in sentences.prefix(5) {
      page.element("p", ["class": "cause"], PageText.brief(sentence))
    }
    if sentences.count > 5 { page.element("p", ["class": "muted"], "and \(sentences.count - 5) more causes") }
    VerdictSection.next(run.next, to: &page)
  }
}
