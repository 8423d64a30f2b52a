import APIHTML
import FoundationEssentials

/// Everything about one dataset.
struct DatasetSection {
  let dataset: DatasetReport
  /// The part of all ids on the page that is this dataset's own.
  let id: String
  let now: Date
  let folds: Folds

  func write(to page: inout HTMLWriter) {
    page.element("section", ["aria-labelledby": id]) { page in
      page.element("h2", ["id": id], dataset.id)
      if !dataset.summary.isEmpty { page.element("p", ["class": "muted"], PageText.brief(dataset.summary, to: 200)) }
      if !dataset.days.isEmpty {
        CalendarSection(dataset: dataset, id: id, now: now, folds: folds).write(to: &page)
      }
      page.element("h3", "In numbers")
      page.element("div", ["class": "charts"]) { page in
        for chart in charts { chart.write(to: &page, folds: folds) }
      }
      page.element("h3", "Last runs")
      RunsSection(
        runs: dataset.runs, label: "Last runs of \(dataset.id)", id: id, now: now, folds: folds
      ).write(to: &page)
      page.element("h3", "Open rejections")
      rejections(&page)
    }
  }

  private var charts: [BarChart] {
    let runs = Array(dataset.runs.reversed())
    let labels = runs.map { PageText.time($0.startedAt) }
    func chart(
      _ part: String, _ title: String, _ format: @escaping (Double) -> String = Self.whole,
      tone: (ReportedRun) -> Palette.Tone = { _ in .info }, _ value: (ReportedRun) -> Double?
    ) -> BarChart {
      BarChart(
        id: "\(id)-\(part)", title: title, axis: "run of",
        bars: zip(labels, runs).map { .init(label: $0, value: value($1), tone: tone($1)) }, format: format)
    }
    let isLong = (runs.compactMap(\.seconds).max() ?? 0) >= 120
    let duration = chart(
      "duration", "Duration of runs", { BarChart.decimal($0) + (isLong ? " min" : " s") },
      tone: { $0.outcome == .success ? .info : $0.outcome.tone }
    ) { run in run.seconds.map { isLong ? $0 / 60 : $0 } }
    let requests = chart("requests", "Requests per run") { run in run.requests.map { Double($0) } }
    let rejected = chart("rejected", "Rejected per run", tone: { _ in .warn }) { Double($0.records.rejected) }
    let days = BarChart(
      id: "\(id)-days", title: "\(dataset.records.prefix(1).uppercased())\(dataset.records.dropFirst()) per date",
      axis: "date",
      bars: dataset.days.map {
        .init(
          label: PageText.day($0.date), value: $0.records.map { Double($0) },
          tone: $0.date < dataset.today ? .none : .info)
      }, format: Self.whole)
    return (dataset.days.isEmpty ? [] : [days]) + [duration, requests, rejected]
  }

  private static func whole(_ number: Double) -> String {
    number == number.rounded() ? PageText.number(Int(number)) : BarChart.decimal(number)
  }

  private func rejections(_ page: inout HTMLWriter) {
    guard dataset.openRejections > 0 else { return page.element("p", ["class": "muted"], "None.") }
    var table = PageTable(
      "Open rejections of \(dataset.id)",
      [.init("reason"), .init("records", isNumber: true), .init("items"), .init("since", isExtra: true)])
    table.rows = dataset.rejections.map { group in
      [
        { $0.element("span", ["class": "cause"], PageText.brief(group.reason, to: 200)) }, PageTable.cell(group.count),
        PageTable.cell(group.items.joined(separator: ", ")), { $0.time(group.since, from: now) },
      ]
    }
    table.write(to: &page)
    VerdictSection.next(dataset.rejectedCommand, to: &page)
  }
}
