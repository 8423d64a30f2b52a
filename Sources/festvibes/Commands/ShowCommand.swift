import ArgumentParser
import Contracts
import EventRecords
import Foundation
import Time

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a cached day as a table, or exactly as it is cached; or all cached days.",
    discussion: """
      Reads what the app reads: the key events:DATE in the Redis that REDIS_URL names. The day is a date, today, tomorrow, \
      yesterday, or a weekday, which is the next such day. Without a day it is today, in the dataset's zone.

      Exit status: 1 if the day is not cached.
      """)

  @Argument(help: "The day: 2024-05-31, tomorrow, friday (default: today).")
  var date: String?

  @Option(help: "The work item; for a dataset of days, a date.")
  var item: String?

  @Flag(help: "Show all cached days: how many events each has, and when it expires.")
  var all = false

  @Flag(help: "Do not cut texts to the terminal's width.")
  var wide = false

  @Flag(help: "Print the cached JSON, byte for byte; on a terminal without what it would obey.")
  var json = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    let given = [date != nil, item != nil, all].filter { $0 }.count
    guard given <= 1 else { throw ValidationError("give one of a day, --item and --all") }
    guard !(all && json) else { throw ValidationError("--json shows one day") }
    _ = try withUsage { try day }
  }

  private var day: NamedDay {
    get throws(CommandError) {
      if let item { return .date(try RunRange.date(item, of: "--item")) }
      return try date.map { text throws(CommandError) in try NamedDay(text, of: "DATE") } ?? .after(0)
    }
  }

  func run() throws {
    let dataset = try dataset.resolve()
    let stores = Stores(common.settings())
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
