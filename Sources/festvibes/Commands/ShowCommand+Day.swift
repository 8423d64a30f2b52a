import Contracts
import EventRecords
import Foundation
import Publishing
import Time

extension ShowCommand {
  /// Shows a cached day, or all of them.
  func showDay(_ dataset: Dataset, _ stores: Stores) throws {
    guard series == nil, !plot, limit == nil, week == nil else {
      throw CommandError(
        "--series, --plot and --limit are for a dataset of time series, or one with a table; --week for one with files of lines"
      )
    }
    if all {
      let report = CachedDaysReport(days: try stores.cachedDays(of: dataset), now: Date(), zone: .current)
      return try Output.lines(report.lines(for: .standardOutput()), styled: true)
    }
    let date = try day.date(today: dataset.timeZoneRules().localDate(at: Date()))
    guard let cached = try stores.cachedDay(date, of: dataset) else {
      // Days that were never loaded are left alone by `cache`, which says so and names the run.
      throw CommandError("nothing is cached for \(date)\n\(NextStep("cache \(date)\(dataset.option)").line)")
    }
    if json {
      try Output.write(cached)
      if isatty(STDOUT_FILENO) == 1 { try Output.write("\n") }
      return
    }
    let records: [EventRecord]
    do { records = try JSONDecoder().decode([EventRecord].self, from: cached) } catch {
      throw CommandError(
        "what is cached for \(date) is not a list of events; --json shows it\n"
          + NextStep("cache \(date)\(dataset.option)").line)
    }
    try Output.lines(
      DayReport(date: date, records: records, isWide: wide).lines(for: .standardOutput()), styled: true)
  }
}
