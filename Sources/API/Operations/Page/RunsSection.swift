import APIHTML
import FoundationEssentials

/// The last runs as a table; a run that did not go well has its causes and its command.
struct RunsSection {
  let runs: [ReportedRun]
  let label: String
  /// The part of all ids on the page that is these runs' own.
  let id: String
  let now: Date
  let folds: Folds

  /// The runs that are seen at once. The older ones are folded.
  private static let shown = 6

  func write(to page: inout HTMLWriter) {
    guard !runs.isEmpty else { return page.element("p", ["class": "muted"], "None yet.") }
    table(runs.prefix(Self.shown), label).write(to: &page)
    guard runs.count > Self.shown else { return }
    Fold(
      id: "\(id)-older-runs", title: PageText.count(runs.count - Self.shown, "older run"), folds: folds
    ).write(to: &page) { table(runs.dropFirst(Self.shown), "\(label), the older ones").write(to: &$0) }
  }

  private func table(_ runs: ArraySlice<ReportedRun>, _ label: String) -> PageTable {
    var table = PageTable(
      label,
      [
        .init("run"), .init("outcome"), .init("took", isNumber: true), .init("items", isNumber: true, isExtra: true),
        .init("found", isNumber: true, isExtra: true), .init("new", isNumber: true, isExtra: true),
        .init("changed", isNumber: true, isExtra: true), .init("unchanged", isNumber: true, isExtra: true),
        .init("rejected", isNumber: true, isExtra: true),
      ])
    table.rows = runs.map { run in
      [
        { name(run, &$0) }, PageTable.tag(run.outcome.rawValue, run.outcome.tone),
        PageTable.cell(duration(run)),
        PageTable.cell(Self.items(run)), PageTable.cell(run.records.found), PageTable.cell(run.records.new),
        PageTable.cell(run.records.changed), PageTable.cell(run.records.unchanged),
        PageTable.cell(run.records.rejected),
      ]
    }
    for (place, run) in runs.enumerated()
    where run.next != nil || !run.repair.isEmpty || !Self.sentences(run).isEmpty {
      table.notes[place] = { causes(run, &$0) }
    }
    return table
  }

  private func name(_ run: ReportedRun, _ page: inout HTMLWriter) {
    page.element("span", ["class": "run"], run.name)
    page.void("br", [:])
    page.element("span", ["class": "muted"]) { page in
      page.text("\(run.trigger), ")
      page.time(run.startedAt, from: now, isBrief: true)
    }
  }

  private func duration(_ run: ReportedRun) -> String {
    if let seconds = run.seconds { return PageText.span(seconds) }
    guard run.outcome == .running else { return "–" }
    return PageText.span(max(0, now.timeIntervalSince(run.startedAt))) + " so far"
  }

  /// `30`, or `27 of 30`.
  private static func items(_ run: ReportedRun) -> String {
    run.itemsDone == run.items ? PageText.number(run.items) : "\(run.itemsDone) of \(run.items)"
  }

  /// The causes, one a line.
  private static func sentences(_ run: ReportedRun) -> [String] {
    let failures = run.failures.map { failure in
      let place = failure.stage.map { " in \($0)" } ?? ""
      let items = failure.items.prefix(3).joined(separator: ", ")
      let more = failure.items.count > 3 ? " and \(failure.items.count - 3) more" : ""
      return "\(items)\(more): \(failure.error)\(place)" + (failure.message.isEmpty ? "" : ": \(failure.message)")
    }
    let undone = run.itemsUndone > 0 ? ["\(PageText.count(run.itemsUndone, "item")) stopped or not tried."] : []
    return [run.cause].filter { !$0.isEmpty } + failures + undone
  }

  private func causes(_ run: ReportedRun, _ page: inout HTMLWriter) {
    let sentences = Self.sentences(run)
    for sentence in sentences.prefix(5) { page.element("p", ["class": "cause"], PageText.brief(sentence)) }
    if sentences.count > 5 { page.element("p", ["class": "muted"], "and \(sentences.count - 5) more causes") }
    if !run.repair.isEmpty { page.element("p", ["class": "cause"], run.repair) }
    VerdictSection.next(run.next, to: &page)
  }
}
