/// The first thing on the page: whether a person has to do something, and the commands to do it.
struct VerdictSection {
  let report: OperationsReport

  private var sentence: String {
    if !report.problems.isEmpty {
      return "\(PageText.count(report.problems.count, "thing")) "
        + (report.problems.count == 1 ? "needs you" : "need you")
    }
    if !report.datasets.contains(where: { !$0.runs.isEmpty }) { return "Nothing has run yet" }
    return report.isRunning ? "All is well, and a run goes on" : "All is well"
  }

  func write(to page: inout PageWriter) {
    let tone: Palette.Tone = report.problems.isEmpty ? .good : .bad
    page.element("section", ["class": "verdict \(tone)", "aria-labelledby": "verdict"]) { page in
      page.element("h2", ["id": "verdict"]) { page in
        page.element("span", ["aria-hidden": "true"], tone == .good ? "✓ " : "✕ ")
        page.text(sentence)
      }
      if report.problems.isEmpty { page.element("p", reassurance) }
      for problem in report.problems { write(problem, to: &page) }
    }
    guard !report.remarks.isEmpty else { return }
    page.element("section", ["aria-labelledby": "remarks"]) { page in
      page.element("h2", ["id": "remarks"], "Worth knowing")
      page.element("ul", ["class": "remarks"]) { page in
        for remark in report.remarks {
          page.element("li") { page in
            page.element("b", Self.title(remark))
            if !remark.cause.isEmpty { page.text(": \(PageText.brief(remark.cause))") }
            Self.next(remark.next, to: &page)
          }
        }
      }
    }
  }

  private var reassurance: String {
    if let next = report.upcoming.first {
      return "Nothing to do. The next run is of \(next.dataset), \(PageText.distance(next.time, from: report.time))."
    }
    return report.datasets.contains { !$0.runs.isEmpty }
      ? "Nothing to do. No schedule is going to start a run."
      : "The first run will appear here: festvibes run starts one."
  }

  private func write(_ problem: OperationsReport.Problem, to page: inout PageWriter) {
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
  static func next(_ command: String?, to page: inout PageWriter) {
    guard let command else { return }
    page.element("p", ["class": "next"]) { page in
      page.element("b", "next:")
      page.text(" ")
      page.element("code", command)
    }
  }
}
