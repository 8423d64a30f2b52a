import APIHTML
import FoundationEssentials

/// All datasets, a row each, and what the schedules will start.
struct OverviewSection {
  let report: OperationsReport
  let folds: Folds

  func write(to page: inout HTMLWriter) {
    page.element("section", ["aria-labelledby": "datasets"]) { page in
      page.element("h2", ["id": "datasets"], "Datasets")
      table.write(to: &page)
    }
    freshness(&page)
    page.element("section", ["aria-labelledby": "upcoming"]) { page in
      page.element("h2", ["id": "upcoming"], "Next scheduled runs")
      guard !report.upcoming.isEmpty else {
        return page.element("p", ["class": "muted"], "No schedule is going to start a run.")
      }
      if !report.knowsSchedules {
        page.element(
          "p", ["class": "muted"],
          "As the definitions say. A deployment starts those that its settings name: API_SCHEDULES tells this page."
        )
      }
      upcoming.write(to: &page)
    }
  }

  /// The hours since each dataset was loaded, and since its last run that was a success.
  private func freshness(_ page: inout HTMLWriter) {
    let datasets = report.datasets.filter { !$0.runs.isEmpty || $0.loadedAt != nil }
    guard !datasets.isEmpty else { return }
    func chart(_ id: String, _ title: String, _ time: (DatasetReport) -> Date?) -> BarChart {
      let bars = datasets.map { dataset in
        let hours = time(dataset).map { max(0, report.time.timeIntervalSince($0)) / 3600 }
        return BarChart.Bar(label: dataset.id, value: hours, tone: dataset.staleItems > 0 ? .bad : .info)
      }
      return BarChart(
        id: id, title: title, axis: "dataset", bars: bars, format: { "\(BarChart.decimal($0)) h" }, missing: "never",
        isAcross: true)
    }
    page.element("section", ["aria-labelledby": "freshness"]) { page in
      page.element("h2", ["id": "freshness"], "Freshness")
      page.element("div", ["class": "charts across"]) { page in
        let charts = [
          chart("since-load", "Hours since the last load") { $0.loadedAt },
          chart("since-success", "Hours since the last success") { $0.successAt },
        ]
        for chart in charts { chart.write(to: &page, folds: folds) }
      }
    }
  }

  private var table: PageTable {
    var table = PageTable(
      "Datasets",
      [
        .init("dataset"), .init("outcome"), .init("last run"), .init("loaded", isExtra: true),
        .init("last success", isExtra: true),
        .init("stale", isNumber: true), .init("rejected", isNumber: true, isExtra: true),
      ])
    table.rows = report.datasets.enumerated().map { index, dataset in
      let run = dataset.runs.first
      return [
        { page in
          guard run != nil else { return page.name(dataset.id) }
          page.element("a", ["href": "#d\(index + 1)"]) { $0.name(dataset.id) }
        }, run.map { PageTable.tag($0.outcome.rawValue, $0.outcome.tone) } ?? PageTable.cell("–"),
        { $0.time(run?.startedAt, from: report.time, isBrief: true) },
        { $0.time(dataset.loadedAt, from: report.time, isBrief: true) },
        { $0.time(dataset.successAt, from: report.time, isBrief: true) },
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
    case .partial: .warn
    case .failed, .stopped, .lost: .bad
    }
  }
}
