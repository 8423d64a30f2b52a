import ArgumentParser
import Contracts
import Datasets
import Foundation
import Time

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract:
      "Show what is stored: a cached day, points of time series, the records of a week, the newest rows of a table.",
    discussion: """
      A dataset whose days are cached: the day is a date, today, tomorrow, yesterday, or a weekday, which is the next such \
      day; without one it is today, in the dataset's zone. Reads what the app reads: the key events:DATE in the Redis that \
      REDIS_URL names.

      A dataset of time series, by its id: its series, or with --series the newest points of one, as a table or with --plot. \
      Reads the projection in the bucket that the definition names, with credentials as for the AWS CLI.

      A dataset with files of JSON Lines, by its id: the records of a week, Monday to Sunday, by default of this one. Reads \
      the bucket that the definition names.

      A dataset with tables, by its id: of each the rows that changed last, and with --json an object. Reads \
      PG_DATABASE_URL.

      Exit status: 1 if the day is not cached, or nothing is stored.
      """)

  @Argument(
    help: ArgumentHelp(
      "The day: 2024-05-31, tomorrow, friday (default: today); or a dataset's id.", valueName: "day|dataset"))
  var subject: String?

  @Option(help: "The work item; for a dataset of days, a date.")
  var item: String?

  @Flag(help: "Show all cached days: how many events each has, and when it expires.")
  var all = false

  @Option(help: "The code of a series, of a dataset of time series.")
  var series: String?

  @Flag(help: "Show a series as a plot.")
  var plot = false

  @Option(help: "The number of points or rows (default: 20; for a plot all points).")
  var limit: Int?

  @Option(help: ArgumentHelp("A day of the week to show, of a dataset with files of JSON Lines.", valueName: "day"))
  var week: String?

  @Flag(help: "Do not cut texts to the terminal's width.")
  var wide = false

  @Flag(help: "Print what is stored as JSON: a cached day byte for byte; on a terminal without what it would obey.")
  var json = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    let given = [date != nil, item != nil, all].filter { $0 }.count
    guard given <= 1 else { throw ValidationError("give one of a day, --item and --all") }
    guard !(all && json) else { throw ValidationError("--json shows one day") }
    guard limit.map({ $0 > 0 }) ?? true else { throw ValidationError("--limit is 1 or more") }
    guard named == nil || dataset.given == nil else {
      throw ValidationError("give one of a dataset's id and --dataset")
    }
    _ = try withUsage { try day }
    _ = try withUsage { try weekDay }
  }

  var weekDay: NamedDay {
    get throws(CommandError) {
      try week.map { text throws(CommandError) in try NamedDay(text, of: "--week") } ?? .after(0)
    }
  }

  /// The dataset that the argument names; nil if it is a day.
  var named: String? {
    guard let subject, (try? NamedDay(subject, of: "DATE")) == nil else { return nil }
    let ids = (try? Settings(quietly: true).datasetsWithoutSecrets.ids()) ?? []
    return ids.contains(subject) ? subject : nil
  }

  private var date: String? { named == nil ? subject : nil }

  var day: NamedDay {
    get throws(CommandError) {
      if let item { return .date(try RunRange.date(item, of: "--item")) }
      return try date.map { text throws(CommandError) in try NamedDay(text, of: "DATE") } ?? .after(0)
    }
  }

  func run() throws {
    let option = named.map(DatasetOption.named) ?? dataset
    let dataset = try option.resolve()
    let stores = Stores(common.settings())
    if try showStored(dataset, stores) { return }
    try showDay(dataset, stores)
  }
}
