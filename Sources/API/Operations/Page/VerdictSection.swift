import APIHTML

/// The first thing on the page: whether a person has to do something, and the commands to do it.
struct VerdictSection {
  let report: OperationsReport

  /// The problems, and the remarks, that are written out.
  static let shown = 20

  private var command: Command { Command(program: report.program) }

  private var tone: Palette.Tone { !report.problems.isEmpty ? .bad : report.isFirstDay ? .none : .good }

  /// The sign of the whole, for readers who do not see colors.
  var sign: String {
    switch tone {
    case .bad: "✕"
    case .none: "○"
    case .good, .warn, .info: "✓"
    }
  }

  private var sentence: String {
    if !report.problems.isEmpty {
      return "\(PageText.count(report.problems.count, "thing")) "
        + (report.problems.count == 1 ? "needs you" : "need you")
    }
    if report.isFirstDay { return "Nothing has run yet" }
    return report.isRunning ? "All is well, and a run goes on" : "All is well"
  }

  func write(to page: inout HTMLWriter) {
    page.element("section", ["class": "verdict \(tone)", "aria-labelledby": "verdict"]) { page in
      page.element("h2", ["id": "verdict"]) { page in
        page.element("span", ["aria-hidden": "true"], "\(sign) ")
        page.text(sentence)
      }
      if report.problems.isEmpty { page.element("p", reassurance) }
      if tone == .none { Self.next(command.line("run"), to: &page) }
      for problem in report.problems.prefix(Self.shown) { write(problem, to: &page) }
      rest(of: report.problems, to: &page)
    }
    guard !report.remarks.isEmpty else { return }
    page.element("section", ["aria-labelledby": "remarks"]) { page in
      page.element("h2", ["id": "remarks"], "Worth knowing")
      page.element("ul", ["class": "remarks"]) { page in
        for remark in report.remarks.prefix(Self.shown) {
          page.element("li") { page in
            page.element("b", Self.title(remark))
            if !remark.cause.isEmpty { page.text(": \(PageText.brief(remark.cause))") }
            Self.next(remark.next, to: &page)
          }
        }
      }
      rest(of: report.remarks, to: &page)
    }
  }

  private var reassurance: String {
    let start = report.isFirstDay ? "The first run will appear here." : "Nothing to do."
    guard let next = report.upcoming.first else { return "\(start) No schedule is going to start a run." }
    return switch report.starter {
    case .known: "\(start) The next run is of \(next.dataset), \(PageText.distance(next.time, from: report.time))."
    // A definition's schedule is not that of this deployment for sure.
    case .unknown: start
    case .off: "\(start) No schedule is going to start a run: the scheduler is off."
    }
  }

  /// The number of problems that are not shown, and the command that shows them.
  private func rest(of problems: [OperationsReport.Problem], to page: inout HTMLWriter) {
    let rest = problems.dropFirst(Self.shown)
    guard !rest.isEmpty else { return }
    page.element("h3", "and \(PageText.number(rest.count)) more")
    let datasets = Set(rest.map(\.dataset))
    let id = datasets.count == 1 ? datasets.first.flatMap(\.self) : nil
    Self.next(command.line(id.map { "status\(OperatedDataset.option($0))" } ?? "datasets"), to: &page)
  }

  private func write(_ problem: OperationsReport.Problem, to page: inout HTMLWriter) {
    page.element("h3", Self.title(problem))
    page.element("p", ["class": "cause"]) { page in
      page.text(PageText.brief(problem.cause))
      if let since = problem.since {
        page.text(" ")
        page.element("span", ["class": "muted"]) { $0.time(since, from: report.time) }
      }
    }
    Self.next(problem.next, to: &page)
  }

  private static func title(_ problem: OperationsReport.Problem) -> String {
    (problem.dataset.map { "\($0): " } ?? "") + problem.title
  }

  /// Adds the line `next: COMMAND`.
  static func next(_ command: String?, to page: inout HTMLWriter) {
    guard let command else { return }
    page.element("p", ["class": "next"]) { page in
      page.element("b", "next:")
      page.text(" ")
      page.command(command)
    }
  }
}
