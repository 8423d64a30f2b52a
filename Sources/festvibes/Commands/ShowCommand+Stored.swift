import Contracts
import Foundation
import Loading
import Publishing
import Time
import Versions

extension ShowCommand {
  /// The points or rows of a table, if nobody says how many.
  private static let standardLimit = 20

  /// Shows the time series of a dataset, the records of a week, or the rows of its table.
  /// - Returns: false for a dataset whose days are cached, and for one with neither.
  func showStored(_ dataset: Dataset, _ stores: Stores) throws -> Bool {
    guard !PublishingRegistry.hasCache(dataset), subject == nil || named != nil, item == nil, !all else { return false }
    let deadline = Deadline(after: .seconds(60), on: SystemTime())
    let terminal = Terminal.standardOutput()
    if try showWeek(dataset, stores, terminal, deadline) { return true }
    if let store = try stores.withHint({ try stores.versions(of: dataset.id) }) {
      if series == nil, !plot, limit == nil {
        let report = try SeriesReport(store, deadline)
        try Output.lines(json ? [report.json()] : report.lines(for: terminal), styled: !json)
      } else {
        let report = try PointsReport(
          store, series: series, limit: limit ?? (plot ? nil : Self.standardLimit), deadline)
        try Output.lines(json ? [report.json()] : report.lines(for: terminal, withPlot: plot), styled: !json)
      }
      return true
    }
    guard series == nil, !plot else {
      throw CommandError(
        "dataset \(dataset.id) has no series: its definition does not load into \(VersionedSettings.plugin)")
    }
    let sinks = try stores.tableSections(of: dataset.id)
    guard !sinks.isEmpty else { return false }
    let tables = try stores.loading("festvibes-show") { loading, deadline in
      try sinks.map { sink in
        try TableRows(
          sink, of: dataset, limit: limit ?? Self.standardLimit, in: loading.database, deadline: deadline)
      }
    }
    try Output.lines(
      json
        ? tables.map { $0.json(of: dataset.id) } : TableRows.lines(of: tables, for: terminal, isWide: wide),
      styled: !json)
    return true
  }

  /// Shows the records of a week.
  /// - Returns: false for a dataset without files of lines.
  private func showWeek(
    _ dataset: Dataset, _ stores: Stores, _ terminal: Terminal, _ deadline: Deadline
  ) throws -> Bool {
    guard let lines = try stores.lines(of: dataset.id, deadline) else {
      guard week == nil else {
        throw CommandError(
          "dataset \(dataset.id) has no weeks: its definition does not load into \(StoredLines.form.name)")
      }
      return false
    }
    guard series == nil, !plot, limit == nil else {
      throw CommandError("--series, --plot and --limit are for a dataset of time series, or one with a table")
    }
    let day = try weekDay.date(today: dataset.timeZoneRules().localDate(at: Date()))
    let report = try stores.withHint { try WeekReport(lines, of: dataset, day: day, deadline) }
    try Output.lines(json ? [report.json()] : report.lines(for: terminal, isWide: wide), styled: !json)
    return true
  }
}
