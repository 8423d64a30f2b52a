import Foundation
import Testing

extension StateMachineTests {
  /// Runs of a dataset whose items are not dates, and which nothing is published of.
  @Suite("Items without dates") struct ItemTests {
    private static let quota = 262_144

    /// The response of the generator.
    private static func plan(_ items: [(id: String, city: String)]) -> String {
      let items = items.map { #"{"id":"\#($0.id)","parameters":{"city":"\#($0.city)","max_records":"2"}}"# }
      return #"{"statusCode":200,"headers":{},"body":{"status":"success","dataset":"concerts","items":["#
        + items.joined(separator: ",") + #"],"count":\#(items.count)}}"#
    }

    private func run(
      _ items: [(id: String, city: String)], input: String = #"{"dataset":"concerts"}"#,
      optional: Set<MachineTask> = [],
      _ behaviour: @escaping @Sendable (FakeFunctions.Invocation) -> FakeFunctions.Behaviour = { _ in .succeeds }
    ) throws -> FinishedRun {
      let plan = Self.plan(items)
      return try FinishedRun.run([], input: input, optional: optional) { call in
        switch call.task {
        case .plan: .responds(plan)
        // A dataset without publishers.
        case .cache, .refresh:
          .responds(#"{"statusCode":200,"headers":{},"body":{"status":"success","event_count":0}}"#)
        default: behaviour(call)
        }
      }
    }

    @Test("are done with their parameters, and the run is a success with nothing cached")
    func success() throws {
      let run = try run([("new-orleans", "New Orleans"), ("austin", "Austin")])
      let output = try run.output()
      #expect(output["status"] as? String == "success")
      #expect(output["items"] as? Int == 2 && output["cached"] as? Int == 0 && output["found"] as? Int == 20)
      let scrape = try #require(run.functions.invocations(of: .scrape).first { $0.item == "new-orleans" }).object()
      let item = try #require(scrape["item"] as? [String: Any])
      #expect(Set(item.keys) == ["id", "parameters"])
      #expect(item["parameters"] as? [String: String] == ["city": "New Orleans", "max_records": "2"])
      for task in [MachineTask.load, .cache] {
        #expect(run.attempts(task, "austin") == 1, "\(task)")
      }
      let result = try jsonObject(run.items["austin"]?.output ?? "")
      #expect(result["date"] is NSNull && result["item"] as? String == "austin")
      let opening = try #require(run.functions.invocations(of: .ledger).first).object()["ledger"] as? [String: Any]
      #expect(
        (opening?["opened"] as? [String: Any])?["items"] as? NSArray == [
          ["id": "new-orleans", "parameters": ["city": "New Orleans", "max_records": "2"]],
          ["id": "austin", "parameters": ["city": "Austin", "max_records": "2"]],
        ])
    }

    @Test("fail one by one, and the message names them and the command with the dataset")
    func failure() throws {
      let run = try run([("new-orleans", "New Orleans"), ("austin", "Austin")]) { call in
        call.task == .scrape && call.item == "austin" ? .fails("SourceRefused", "no") : .succeeds
      }
      let output = try run.output()
      #expect(output["status"] as? String == "partial")
      #expect(output["failed_items"] as? [String] == ["austin"])
      let text = try #require(try run.message().text("email"))
      #expect(text.hasPrefix("concerts partial: 1 of 2 items failed\nFailed: SourceRefused (austin)\n"))
      #expect(text.contains("\nNext: festvibes status \(run.execution.name) --dataset concerts\n"))
      #expect(!text.contains("date"))
    }

    /// The largest plan that a definition may have: 366 ids of 64 characters, and 64 KiB with the values.
    private static let largest = (1...366).map { number in
      (id: String(format: "%064d", number), city: String(repeating: "x", count: 50))
    }

    /// As many notes as there may be, each as long as it may be: of characters of two bytes.
    private static let fullEnrichment: String = {
      let notes = (10..<30).map { "\"\($0)\(String(repeating: "é", count: 249))\"" }.joined(separator: ",")
      let embedded = #"{"events":1000000,"artists":1000000,"venues":1000000,"genres":1000000}"#
      let geocoded = #"{"looked_up":1000000,"found":1000000,"missed":1000000,"failed":1000000}"#
      return #"{"statusCode":200,"body":{"status":"success","dataset":"concerts","embedded":\#(embedded),"#
        + #""geocoded":\#(geocoded),"more":true,"notes":[\#(notes)]}}"#
    }()

    @Test(
      "of the largest plan stay within the payload's quota, if all fail or if all are incomplete",
      arguments: [true, false])
    func quota(allFail: Bool) throws {
      let cause = String(repeating: "é", count: 1000)
      let key = "raw/\(String(repeating: "s", count: 64))/items/year=2024/month=12/day=31/items_"
      let input = allFail ? #"{"dataset":"concerts"}"# : #"{"dataset":"concerts","trigger":"schedule"}"#
      let run = try run(Self.largest, input: input, optional: [.enrich]) { call in
        if call.task == .enrich { return .responds(Self.fullEnrichment) }
        guard call.task == .scrape else { return .succeeds }
        if allFail || Self.largest.prefix(36).contains(where: { $0.id == call.item }) {
          return .fails("SourceChanged", cause)
        }
        return .responds(
          #"{"statusCode":200,"headers":{},"body":{"s3_key":"\#(key)\#(call.item)_\#(String(repeating: "r", count: 80)).json","#
            + #""pages":{"read":999,"failed":999},"notice":"\#(call.item) \#(cause)"}}"#)
      }
      #expect(run.execution.status == .succeeded, "\(run.execution.error ?? ""): \(run.execution.cause ?? "")")
      let map = try #require(run.history.first { $0.exitedState == "ProcessItems" }?.output)
      // The history has characters escaped.
      let result = try JSONSerialization.jsonObject(with: Data(map.utf8))
      let size = try JSONSerialization.data(withJSONObject: result, options: .withoutEscapingSlashes).count
      #expect(size <= Self.quota, "\(size) bytes")
      #expect(try run.message().size <= Self.quota)
      #expect(((try run.output()["enrichment"] as? [String: Any])?["notes"] as? [String])?.count == 20)
      #expect((try run.output()["failed_items"] as? [String])?.count == (allFail ? 366 : 36))
    }
  }
}
