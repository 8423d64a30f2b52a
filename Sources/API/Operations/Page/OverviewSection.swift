import APIHTML
import FoundationEssentials

/// All datasets, a row each, and what the schedules will start.
struct OverviewSection {
  let report: OperationsReport
  let folds: Folds

  func write(to page: inout HTMLWriter) {
    page.element("section", ["aria-labelledby": "datasets"]) { page in
      page.element("h2", ["id": "datasets"], "Datasets")
      let (run, never) = (rows.filter { !$0.dataset.runs.isEmpty }, rows.filter(\.dataset.runs.isEmpty))
      guard !run.isEmpty, !never.isEmpty else { return table("Datasets", rows).write(to: &page) }
      table("Datasets", run).write(to: &page)
      let title = "\(PageText.count(never.count, "dataset")) that never ran"
      Fold(id: "never-run", title: title, folds: folds).write(to: &page) { table(title, never).write(to: &$0) }
    }
    freshness(&page)
    page.element("section", ["aria-labelledby": "upcoming"]) { page in
      page.element("h2", ["id": "upcoming"], "Next scheduled runs")
      guard !report.upcoming.isEmpty else {
        return page.element("p", ["class": "muted"], Self.none)
      }
      switch report.starter {
      case .known: break
      case .unknown: page.element("p", ["class": "muted"], Self.unknown)
      case .off:
        page.element("p", Self.off)
        VerdictSection.next("ENABLE_SCHEDULER=true make up", to: &page)
      }
      upcoming.write(to: &page)
    }
  }

  private static let none =
    "No schedule is going to start a run: API_SCHEDULES names none, or the definitions have none."
  private static let unknown =
    "As the definitions say. A deployment starts those that its settings name: this page knows them by API_SCHEDULES."
  private static let off =
    "The scheduler of the local stack is off: nothing starts these runs of the datasets' schedules."

  /// The time since each dataset was loaded, and since its last complete run. A bar of less than a day is a day's part:
  /// schedules start a run a day or more often, and what was loaded a minute ago is no bar.
  private func freshness(_ page: inout HTMLWriter) {
    let datasets = report.datasets.filter { !$0.runs.isEmpty || $0.loadedAt != nil }
    guard !datasets.isEmpty else { return }
    func chart(_ id: String, _ title: String, _ time: (DatasetReport) -> Date?) -> BarChart {
      let bars = datasets.map { dataset in
        let seconds = time(dataset).map { max(0, report.time.timeIntervalSince($0)) }
        return BarChart.Bar(label: dataset.id, value: seconds, tone: dataset.staleItems > 0 ? .bad : .info)
      }
      return BarChart(
        id: id, title: title, axis: "dataset", bars: bars, format: PageText.span, missing: "never",
        isAcross: true, least: 86_400)
    }
    page.element("section", ["aria-labelledby": "freshness"]) { page in
      page.element("h2", ["id": "freshness"], "Freshness")
      page.element("div", ["class": "charts across"]) { page in
        let charts = [
          chart("since-load", "Since the last load") { $0.loadedAt },
          chart("since-complete", "Since the last complete run") { $0.completeAt },
        ]
        for chart in charts { chart.write(to: &page, folds: folds) }
      }
    }
  }

  /// The datasets with the ids of their sections.
  private var rows: [(dataset: DatasetReport, section: String)] {
    report.datasets.enumerated().map { ($1, "d\($0 + 1)") }
  }

  private func table(_ label: String, _ rows: [(dataset: DatasetReport, section: String)]) -> PageTable {
    var table = PageTable(
      label,
      [
        .init("dataset"), .init("outcome"), .init("last run"), .init("loaded", isExtra: true),
        .init("last complete run", isExtra: true),
        .init("stale", isNumber: true), .init("rejected", isNumber: true, isExtra: true),
      ])
    table.rows = rows.map { dataset, section in
      let run = dataset.runs.first
      return [
        { page in
          guard run != nil else { return page.name(dataset.id) }
          page.element("a", ["href": "#\(section)"]) { $0.name(dataset.id) }
        }, run.map { PageTable.tag($0.outcome.rawValue, $0.outcome.tone) } ?? PageTable.cell("–"),
        { $0.time(run?.startedAt, from: report.time, isBrief: true) },
        { $0.time(dataset.loadedAt, from: report.time, isBrief: true) },
        { $0.time(dataset.completeAt, from: report.time, isBrief: true) },
        Self.count(dataset.staleItems, .bad), Self.count(dataset.openRejections, .warn),
      ]
    }
    return table
  }

  private static func count(_ count: Int, _ tone: Palette.Tone) -> PageTable.Cell {
    count == 0 ? PageTable.cell("0") : PageTable.tag(PageText.number(count), tone)
  }

  private var upcoming: PageTable {
    var table = PageTable("Next scheduled runs", [.init("dataset"), .init("time"), .init("schedule", isExtra: true)])
    table.rows = report.upcoming.map { start in
      [
        { $0.name(start.dataset + (start.job.map { ", job \($0)" } ?? "")) },
        { $0.time(start.time, from: report.time) }, PageTable.cell(start.schedule),
      ]
    }
    return table
  }
}

extension ReportedRun.Outcome {
  var tone: Palette.Tone {
    switch self {
    case .running: .info
    case .success: .good
    case .partial, .locked: .warn
    case .failed, .stopped, .lost: .bad
    }
  }
}
