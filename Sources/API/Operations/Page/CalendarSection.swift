import APIHTML
import FoundationEssentials
import Time

/// The days of a dataset as a calendar, a week a row, and all that is known of them as a table.
struct CalendarSection {
  let dataset: DatasetReport
  /// The part of all ids on the page that is this dataset's own.
  let id: String
  let now: Date
  let folds: Folds

  func write(to page: inout HTMLWriter) {
    page.element("h3", "Days")
    grid(&page)
    legend(&page)
    Fold(id: "\(id)-calendar-table", title: "Table", of: "the days of \(dataset.id)", folds: folds)
      .write(to: &page) { table.write(to: &$0) }
  }

  private func grid(_ page: inout HTMLWriter) {
    guard let first = dataset.days.first?.date, let last = dataset.days.last?.date else { return }
    let known = Dictionary(dataset.days.map { ($0.date, $0) }, uniquingKeysWith: { first, _ in first })
    // Weeks begin on Monday.
    let start = first.adding(days: -((first.weekday + 6) % 7))
    let weeks = (last.daysSinceEpoch - start.daysSinceEpoch) / 7 + 1
    page.element("div", PageTable.scrolling("Calendar of \(dataset.id)")) { page in
      page.element("table", ["class": "calendar"]) { page in
        page.element("caption", ["class": "hidden"], "Calendar of \(dataset.id)")
        page.element("thead") { page in
          page.element("tr") { page in
            for day in 1...7 { page.element("th", ["scope": "col"], PageText.weekdays[day % 7]) }
          }
        }
        page.element("tbody") { page in
          for week in 0..<weeks {
            page.element("tr") { page in
              for day in 0..<7 {
                let date = start.adding(days: week * 7 + day)
                if let day = known[date] { cell(day, &page) } else { page.element("td", "") }
              }
            }
          }
        }
      }
    }
  }

  private func cell(_ day: ReportedDay, _ page: inout HTMLWriter) {
    let isToday = day.date == dataset.today
    let classes = "day \(day.state.tone)\(isToday ? " today" : "")"
    let content = { (page: inout HTMLWriter) in
      page.element("b") { page in
        // A month's name only where it changes: the cells are small.
        page.text(
          day.date.day == 1 || day.date == dataset.days.first?.date ? PageText.day(day.date) : "\(day.date.day)")
        if isToday { page.element("span", ["class": "hidden"], " (today)") }
      }
      if let records = day.records {
        page.element("span", ["class": "count"]) { page in
          page.text(PageText.number(records))
          page.element("span", ["class": "hidden"], " \(dataset.records)")
        }
      }
      page.text(" ")
      page.element("span", ["class": "state"]) { page in
        page.element("span", ["aria-hidden": "true"], day.state.sign)
        page.element("span", ["class": "word"], " \(day.state.word)")
      }
    }
    if isToday {
      page.element("td", ["class": classes, "aria-current": "date"], content)
    } else {
      page.element("td", ["class": classes], content)
    }
  }

  private func legend(_ page: inout HTMLWriter) {
    let states = ReportedDay.State.allCases.filter { state in dataset.days.contains { $0.state == state } }
    page.element("ul", ["class": "legend", "aria-label": "Signs of the calendar"]) { page in
      for state in states {
        let count = dataset.days.count { $0.state == state }
        page.element("li") { page in
          page.element("span", ["class": "tag \(state.tone)"], "\(state.sign) \(state.word)")
          page.text(" \(PageText.count(count, "day")): \(state.meaning)")
        }
      }
    }
  }

  private var table: PageTable {
    var columns: [PageTable.Column] = [
      .init("date"), .init("state"), .init(dataset.records, isNumber: true),
      .init("rejected", isNumber: true, isExtra: true),
      .init("listed", isExtra: true), .init("loaded"),
    ]
    if dataset.isCached { columns += [.init("cached", isExtra: true), .init("expires", isExtra: true)] }
    var table = PageTable("Days of \(dataset.id)", columns)
    table.rows = dataset.days.map { day in
      var cells: [PageTable.Cell] = [
        { $0.element("span", ["class": "date"], PageText.longDay(day.date)) },
        PageTable.tag("\(day.state.sign) \(day.state.word)", day.state.tone),
        PageTable.cell(day.records.map(PageText.number) ?? "–"), PageTable.cell(day.openRejections),
        { $0.time(day.listedAt, from: now, orElse: "–", isBrief: true) },
        { $0.time(day.loadedAt, from: now, isBrief: true) },
      ]
      if dataset.isCached {
        cells += [
          { $0.time(day.cachedAt, from: now, orElse: "–", isBrief: true) },
          { $0.time(day.expiresAt, from: now, orElse: "–", isBrief: true) },
        ]
      }
      return cells
    }
    // Below its day: a column of it would be off the screen of a phone.
    for (place, day) in dataset.days.enumerated() where !day.note.isEmpty {
      table.notes[place] = { $0.element("p", ["class": "cause"], PageText.brief(day.note)) }
    }
    return table
  }
}
