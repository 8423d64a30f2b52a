import Foundation
import TestSupport
import Testing
import Time

extension RunTests {
  /// A dataset by one YAML file, whose items are combinations of values: runs, replays and a retry by the command line, on
  /// functions of its own.
  @Suite("A dataset without dates", .enabled(if: LocalStack.isUp, "start the stack: make test"))
  struct ItemRunTests {
    private let stack: LocalStack
    private let prices: DatasetCopy

    init() throws {
      stack = try LocalStack()
      prices = try DatasetCopy(
        plan: "{kind: product, values: {city: [New Orleans, Austin, Houston]}, max_records: 100}",
        environment: LocalStack.environment)
      try prices.write("New Orleans", "no-1,1.25", "no-2,2")
      try prices.write("Austin", "au-1,3.5")
      try prices.write("Houston", "ho-1,4")
    }

    private func object(_ text: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// The rows, each with the transaction that wrote it.
    private func rows() throws -> [String: (price: String, transaction: String)] {
      let rows = try prices.database.query(
        "select sku, price::text as price, xmin::text as xmin from \(prices.id)", deadline: stack.deadline)
      return Dictionary(
        uniqueKeysWithValues: try rows.map {
          (try $0["sku"] as String, (try $0["price"] as String, try $0["xmin"] as String))
        })
    }

    @Test("runs its whole plan; a second run and a replay without the source write no row")
    func twice() throws {
      let first = try prices.festvibes("run")
      #expect(first.status == 0, "\(first.error)\(first.output)")
      #expect(first.output.contains(": all 3 items\n"))
      for id in ["new-orleans", "austin", "houston"] { #expect(first.output.contains("\n✓ \(id) "), "\(first.output)") }
      #expect(!first.output.contains("date") && !first.output.contains("cached"))
      #expect(first.output.hasSuffix(" 4 found = 4 new + 0 changed + 0 unchanged + 0 rejected.\n"))
      let stored = try rows()
      #expect(stored.mapValues(\.price) == ["no-1": "1.25", "no-2": "2", "au-1": "3.5", "ho-1": "4"])

      let second = try prices.festvibes("run")
      #expect(
        second.status == 0 && second.output.hasSuffix(" 4 found = 0 new + 0 changed + 4 unchanged + 0 rejected.\n"))

      try FileManager.default.removeItem(at: prices.folder.appending(path: "\(prices.id)/data"))
      let replay = try prices.festvibes("replay")
      #expect(replay.status == 0, "\(replay.error)\(replay.output)")
      #expect(replay.output.contains(": all 3 items, from the newest archive\n"))
      #expect(replay.output.hasSuffix(" 4 found = 0 new + 0 changed + 4 unchanged + 0 rejected.\n"))
      let one = try prices.festvibes("replay", "--item", "austin", "--json")
      #expect(try object(one.output)["status"] as? String == "success")
      let dry = try prices.festvibes("replay", "--dry-run")
      #expect(
        dry.status == 0 && dry.output.contains("✓ houston: 1 found = 0 new + 0 changed + 1 unchanged + 0 rejected."))
      #expect(try rows().mapValues(\.transaction) == stored.mapValues(\.transaction))

      let status = try prices.festvibes("status", "--json")
      #expect(status.status == 0, "\(status.output)")
      let items = try #require(try object(status.output)["items"] as? [[String: Any]])
      #expect(items.map { $0["item"] as? String } == ["new-orleans", "austin", "houston"])
      #expect(items.allSatisfy { $0["cache"] as? String == "none" && $0["stale"] as? Bool == false })
    }

    @Test("loses one item to a failure; a retry runs that item alone, with its parameters")
    func retry() throws {
      let file = prices.file("Austin")
      try FileManager.default.removeItem(at: file)
      let failed = try prices.festvibes("run", "--json")
      #expect(failed.status == 1)
      let report = try object(failed.output)
      #expect(report["status"] as? String == "partial")
      let items = try #require(report["items"] as? [[String: Any]])
      #expect(items.first { $0["item"] as? String == "austin" }?["error"] as? String == "SourceRefused")
      #expect(try rows().count == 3)
      let run = try #require(report["run"] as? String)
      let status = try prices.festvibes("status")
      #expect(status.status == 1)
      #expect(status.output.contains("Stale: austin."))
      #expect(status.output.contains(" logs --run \(run) --errors --dataset \(prices.id)\n"), "\(status.output)")

      try prices.write("Austin", "au-1,3.75", "au-2,-1")
      let retry = try prices.festvibes("retry", run, "--json")
      let done = try object(retry.output)
      #expect(done["retry_of"] as? String == run)
      let tried = try #require(done["items"] as? [[String: Any]])
      #expect(tried.map { $0["item"] as? String } == ["austin"])
      // The item's own share of max_records, and its city: it was read and loaded, without the row that breaks the rule.
      let records = try #require(tried[0]["records"] as? [String: Any])
      #expect(records["new"] as? Int == 1 && records["rejected"] as? Int == 1)
      #expect(try rows()["au-1"]?.price == "3.75")
      let rejected = try prices.festvibes("rejected")
      #expect(rejected.status == 0 && rejected.output.contains("austin"), "\(rejected.output)")
      let nothing = try prices.festvibes("retry", try #require(done["run"] as? String))
      #expect(nothing.status == 0 && nothing.output.hasPrefix("Nothing to retry"))

      // The source corrects its row.
      try prices.write("Austin", "au-1,3.75", "au-2,1")
      #expect(try prices.festvibes("run", "--item", "austin").status == 0)
      let left = try prices.festvibes("rejected")
      #expect(
        left.status == 0 && left.output == "No record of the dataset \(prices.id) is in quarantine.\n", "\(left.output)"
      )
      let ended = try prices.database.query(
        "select resolution from rejected_records where dataset = '\(prices.id)'", deadline: stack.deadline)
      #expect(try ended.map { try $0[0] as String } == ["loaded"])
    }

    /// One test, because each has functions of its own.
    @Test("refuses what it does not have, before a run begins")
    func refused() throws {
      for (arguments, text) in [
        (["run", "--days", "3"], "has no dates: leave out --days"), (["run", "2024-05-31"], "leave out DATE"),
        (["run", "--item", "dallas"], "it has new-orleans, austin, houston"),
        (["replay", "--item", "dallas"], "it has new-orleans, austin, houston"),
        (["status", "--days", "3"], "has no dates"), (["cache", "--item", "austin"], "has no cache"),
      ] {
        let command = try prices.run(arguments)
        #expect(command.status == 64 && command.error.contains(text), "\(arguments): \(command.error)")
      }
    }
  }
}
