import ArgumentParser
import Contracts
import EventRecords
import Foundation
import Time

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a cached day as a table, or exactly as it is cached.",
    discussion: "Reads what the app reads: the key events:DATE in the Redis that REDIS_URL names.")

  @Argument(help: "The day, as 2024-05-31.")
  var date: String

  @Flag(help: "Print the cached JSON, byte for byte; on a terminal without what it would obey.")
  var json = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try withUsage { try RunRange.date(date, of: "DATE") } }

  func run() throws {
    let date = try RunRange.date(date, of: "DATE")
    let dataset = try dataset.resolve()
    guard let cached = try Stores(common.settings()).cachedDay(date, of: dataset) else {
      throw CommandError(
        "nothing is cached for \(date); `festvibes run --start \(date) --end \(date)\(dataset.option)` caches it")
    }
    if json {
      try Output.write(cached)
      if isatty(STDOUT_FILENO) == 1 { try Output.write("\n") }
      return
    }
    let records: [EventRecord]
    do { records = try JSONDecoder().decode([EventRecord].self, from: cached) } catch {
      throw CommandError("what is cached for \(date) is not a list of events; --json shows it")
    }
    try Output.lines(DayReport(date: date, records: records).lines(for: .standardOutput()), styled: true)
  }
}
