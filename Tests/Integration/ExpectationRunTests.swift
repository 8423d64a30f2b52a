import Foundation
import TestSupport
import Testing
import Time

extension RunTests {
  /// A dataset with expectations, on the local stack: what a person sees of a breach, and what is stored.
  @Suite("A dataset with expectations", .enabled(if: LocalStack.isUp, "start the stack: make test"))
  struct ExpectationRunTests {
    private static let expect = """
      [{check: range, field: price, maximum: 100, on_breach: warn}, {check: nulls, field: price},
        {check: rows, minimum: 1, on_breach: fail}, {check: rows_ratio, minimum: 0.5, on_breach: fail}]
      """
    private let stack: LocalStack
    private let prices: DatasetCopy

    init() throws {
      stack = try LocalStack()
      prices = try DatasetCopy(
        plan: "{kind: product, values: {city: [Austin, Houston]}}", expect: Self.expect,
        environment: LocalStack.environment)
      try write(3)
      try prices.write("Houston", "ho-1,4")
    }

    private func write(_ count: Int) throws {
      try prices.write("Austin", (1...count).map { "au-\($0),\($0)" }.joined(separator: "\n"))
    }

    private func object(_ text: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private func stored() throws -> Int {
      try prices.database.query("select count(*)::int8 as n from \(prices.id)", deadline: stack.deadline)[0]["n"]
    }

    @Test("warn is a remark of a success, partial makes the item incomplete, fail refuses it and changes nothing")
    func reactions() throws {
      for _ in 0..<3 { #expect(try prices.festvibes("run").status == 0) }

      try prices.write("Houston", "ho-1,400")
      let warned = try prices.festvibes("run", "--json")
      #expect(warned.status == 0, "\(warned.error)\(warned.output)")
      let report = try object(warned.output)
      let remark =
        "Expectation: houston: expect[0] range: 1 of 1 values of price (1) are outside of … 100, the first is \"400\", "
        + "and maximum_share is 0"
      #expect(report["status"] as? String == "success" && report["remarks"] as? [String] == [remark])
      let name = try #require(report["run"] as? String)
      let status = try prices.festvibes("status", name)
      #expect(status.status == 0 && status.output.contains("Expectation: houston: expect[0]"), "\(status.output)")

      try prices.write("Houston", "ho-1,")
      let partial = try prices.festvibes("run")
      #expect(partial.status == 1, "\(partial.error)\(partial.output)")
      #expect(partial.output.contains("expect[1] nulls: 1 of 1 records (1) have no price"), "\(partial.output)")
      #expect(partial.output.contains("partial: 2 items in"), "\(partial.output)")
      try prices.write("Houston", "ho-1,5")

      try write(1)
      let failed = try prices.festvibes("run", "--json")
      #expect(failed.status == 1)
      let items = try #require(try object(failed.output)["items"] as? [[String: Any]])
      #expect(items.map { $0["error"] as? String } == ["SourceChanged", nil])
      let message = try #require(items[0]["message"] as? String)
      #expect(
        message.contains("expect[3] rows_ratio: 1 records are 0.333 of the median 3 of the last 5 loads"), "\(message)")
      #expect(message.contains("Nothing was changed. If the document is right, a replay of austin with --allow-shrink"))
      #expect(try stored() == 4)

      let refused = try prices.festvibes("replay", "--item", "austin")
      #expect(refused.status == 1, "a replay is compared, too: \(refused.output)")
      let allowed = try prices.festvibes("replay", "--item", "austin", "--allow-shrink")
      #expect(allowed.status == 0 && allowed.output.contains("Expectation: austin: expect[3]"), "\(allowed.output)")
    }
  }
}
