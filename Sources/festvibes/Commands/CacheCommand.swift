import AWS
import ArgumentParser
import Contracts
import Foundation
import Settings
import Time

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Cache days again from the database, without a run.",
    discussion: """
      Invokes the cache manager for the days that were ever loaded, and prints the number of events of each. A day that \
      was never loaded is left alone: nothing is known of it.

      Exit status: 0 if every day that was ever loaded is cached; 1 if one is not; 64 for invalid arguments.
      """)

  @Argument(help: "The date, or the first one, as 2024-05-31.")
  var date: String?

  @Argument(help: "The last date.")
  var last: String?

  @Option(name: .customLong("item"), help: "The id of an item, for WWOZ a date; may be given several times.")
  var items: [String] = []

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws { _ = try withUsage { try range } }

  private var range: RunRange {
    get throws {
      let dataset = try self.dataset.resolve()
      guard !dataset.publishers.isEmpty else {
        throw CommandError("dataset \(dataset.id) has no cache: its definition has no `publish`")
      }
      guard date != nil || !items.isEmpty else { throw CommandError("give a DATE or --item") }
      let range = try RunRange(of: dataset, self.dataset.plan(), first: date, last: last, items: items)
      let count = range.workItems.count
      guard count <= Limits.maximumItems else {
        throw CommandError("\(range.description) is \(count) dates; at most \(Limits.maximumItems) are taken at once")
      }
      return range
    }
  }

  func run() throws {
    let items = try range.workItems
    let dataset = try dataset.resolve()
    let settings = common.settings()
    var counts: [String: Int] = [:]
    do {
      // Parts of the size that one request to the cache manager has in a run.
      for start in stride(from: 0, to: items.count, by: Limits.itemsRefreshedAtOnce) {
        let part = Array(items[start..<min(start + Limits.itemsRefreshedAtOnce, items.count)])
        counts.merge(try cache(part, of: dataset, settings)) { $1 }
      }
    } catch let error as CommandError {
      let next = NextStep("doctor\(dataset.option)").line
      throw CommandError("\(counts.count) of \(items.count) days are cached: \(error.withoutNext)\n\(next)")
    }
    try Output.lines(Self.lines(counts, of: items), ifLost: "The days are cached")
    if counts.isEmpty {
      let range = date.map { first in first + (last.map { " \($0)" } ?? "") }
      let arguments = range ?? items.map { "--item \($0.id)" }.joined(separator: " ")
      try Output.lines([NextStep("run \(arguments)\(dataset.option)").line])
    }
  }

  private func cache(_ items: [WorkItem], of dataset: Dataset, _ settings: Settings) throws -> [String: Int] {
    let machine = try settings.stateMachine()
    let function = InvokeCommand.functionName("CacheManager", of: machine)
    let session = try settings.session(for: machine)
    let payload = try JSONEncoder().encode(CacheRequest(dataset: dataset.id, items: items))
    let response = try withReadableErrors(settings.environment) {
      try LambdaClient(session).invoke(
        function, payload: payload, deadline: Deadline(after: .seconds(300), on: SystemTime()))
    }
    if response.functionError != nil { throw CommandError(InvokeCommand.describeError(response.payload)) }
    guard let body = try? JSONDecoder().decode(FunctionResponse<CacheResponse>.self, from: response.payload).body else {
      throw CommandError("the cache manager's response cannot be read")
    }
    return body.dates ?? [:]
  }

  /// The lines of the result: each day with its events, and the days that were left alone.
  static func lines(_ counts: [String: Int], of items: [WorkItem]) -> [String] {
    let cached = items.filter { counts[$0.id] != nil }
    let events = counts.values.reduce(0, +)
    let left = items.count - cached.count
    return cached.map { "\($0)  \(counts[$0.id] ?? 0) event\(counts[$0.id] == 1 ? "" : "s")" } + [
      "\(cached.count) of \(items.count) day\(items.count == 1 ? "" : "s") cached, \(events) events"
        + (left > 0 ? "; \(left) never loaded, left alone" : "") + "."
    ]
  }
}
