import Foundation
import Testing

extension StateMachineTests {
  /// The checkpoints that the ledger returns when a run is opened.
  @Suite("Checkpoints") struct CheckpointTests {
    private static let quota = 262_144

    private static func plan(_ items: [String]) -> String {
      #"{"statusCode":200,"headers":{},"body":{"items":[\#(items.joined(separator: ","))]}}"#
    }

    private static func isOpening(_ call: FakeFunctions.Invocation) -> Bool {
      call.task == .ledger && String(decoding: call.payload, as: UTF8.self).contains(#""opened""#)
    }

    /// Runs items, for which the ledger returns others.
    private func run(
      _ items: [String], returning returned: [String],
      _ scrape: FakeFunctions.Behaviour = .succeeds
    ) throws -> FinishedRun {
      let plan = Self.plan(items)
      let opened =
        #"{"statusCode":200,"headers":{},"body":{"status":"success","items":[\#(returned.joined(separator: ","))]}}"#
      return try FinishedRun.run([], input: #"{"dataset":"prices"}"#) { call in
        if Self.isOpening(call) { return .responds(opened) }
        return switch call.task {
        case .plan: .responds(plan)
        case .scrape: scrape
        default: .succeeds
        }
      }
    }

    private func scraped(_ run: FinishedRun) throws -> [[String: Any]] {
      try run.functions.invocations(of: .scrape).map { try #require(try $0.object()["item"] as? [String: Any]) }
        .sorted { ($0["id"] as? String ?? "") < ($1["id"] as? String ?? "") }
    }

    @Test("reach the scrapers in the items, one or several", arguments: [1, 2])
    func items(_ count: Int) throws {
      let ids = ["a", "b"].prefix(count)
      let run = try run(
        ids.map { #"{"id":"\#($0)","parameters":{"city":"x"}}"# },
        returning: ids.map {
          #"{"id":"\#($0)","parameters":{"city":"x"},"checkpoint":{"type":"integer","value":"12345678901234567890"}}"#
        })
      #expect(run.execution.status == .succeeded, "\(run.execution.cause ?? "")")
      let items = try scraped(run)
      #expect(items.map { $0["id"] as? String } == Array(ids))
      for item in items {
        #expect(item["checkpoint"] as? [String: String] == ["type": "integer", "value": "12345678901234567890"])
        #expect(item["parameters"] as? [String: String] == ["city": "x"])
      }
    }

    @Test("are not there if the ledger returns no items, or cannot be written")
    func none() throws {
      for behaviour in [FakeFunctions.Behaviour.succeeds, .fails("ConfigurationInvalid", "x")] {
        let run = try FinishedRun.run([], input: #"{"dataset":"prices"}"#) { call in
          if Self.isOpening(call) { return behaviour }
          return call.task == .plan ? .responds(Self.plan([#"{"id":"a"}"#])) : .succeeds
        }
        #expect(run.execution.status == .succeeded, "\(run.execution.cause ?? "")")
        #expect(try scraped(run).map { Array($0.keys) } == [["id"]])
      }
    }

    @Test("of the largest plan stay within the payload's quota, with values whose every byte is escaped, if all fail")
    func quota() throws {
      let items = (1...366).map { number in
        #"{"id":"\#(String(format: "%064d", number))","parameters":{"city":"\#(String(repeating: "x", count: 50))"}"#
      }
      let value = String(repeating: #"\""#, count: 200)
      let run = try run(
        items.map { $0 + "}" }, returning: items.map { $0 + #","checkpoint":{"type":"text","value":"\#(value)"}}"# },
        .fails("SourceChanged", String(repeating: "é", count: 1000)))
      #expect(run.execution.status == .succeeded, "\(run.execution.error ?? ""): \(run.execution.cause ?? "")")
      #expect((try run.output()["failed_items"] as? [String])?.count == 366)
      let closing = try #require(run.functions.invocations(of: .ledger).last)
      #expect(closing.payload.count <= Self.quota, "\(closing.payload.count) bytes")
    }
  }
}
