import Foundation
import TestSupport
import Testing

extension StateMachineTests {
  /// The last step before a run is closed: all items are cached again.
  @Suite("The cache's refresh") struct RefreshTests {
    @Test(
      "covers the items of a month with one request, whether items or the run failed or not",
      arguments: [(10, 0), (10, 1), (10, 5), (31, 0)])
    func refresh(_ count: Int, failing: Int) throws {
      let dates = FinishedRun.dates(count)
      let run = try FinishedRun.run(dates, input: FinishedRun.scheduledInput) { call in
        call.task == .scrape && dates.suffix(failing).contains(call.item)
          ? .fails("SourceChanged", "no frame") : .succeeds
      }
      let calls = run.functions.invocations(of: .refresh)
      #expect(calls.count == 1)
      let started = try #require(try jsonObject(run.items[dates[0]]?.input ?? "")["started"] as? String)
      // A run that has failed is not complete.
      let completion: Any = failing > 1 ? NSNull() : ["run": run.execution.name, "started_at": started]
      let expected: NSDictionary = [
        "dataset": "wwoz", "items": dates.map { ["id": $0, "date": $0] }, "run": run.execution.name,
        "completion": completion,
      ]
      #expect(try #require(calls.first).object() as NSDictionary == expected)
      #expect(run.execution.status == (failing > 1 ? .failed : .succeeded))
      if failing <= 1 { #expect(try run.output()["refresh_error"] is NSNull) }
    }

    @Test("covers more items with a request for each 31, at most five at once", arguments: [32, 62, 366])
    func parts(_ count: Int) throws {
      let running = Locked((now: 0, maximum: 0))
      let one = Self.noResults.replacing("null", with: #"{"item":"2024-01-01"}"#)
      let run = try FinishedRun.run(FinishedRun.dates(count), states: ["ProcessItems": one]) { call in
        guard call.task == .refresh else { return .succeeds }
        running.change { $0 = ($0.now + 1, max($0.maximum, $0.now + 1)) }
        Thread.sleep(forTimeInterval: 0.1)
        running.change { $0.now -= 1 }
        return .succeeds
      }
      let sent = try run.functions.invocations(of: .refresh).map {
        try #require(try $0.object()["items"] as? [[String: String]]).compactMap { $0["id"] }
      }
      let rest = count % 31
      let sizes = Array(repeating: 31, count: count / 31) + (rest > 0 ? [rest] : [])
      #expect(sent.map(\.count).sorted(by: >) == sizes)
      let all = sent.flatMap(\.self).sorted()
      #expect(all == FinishedRun.dates(count), "\(all.count) items")
      #expect((1...5).contains(running.change { $0.maximum }))
      let calls = run.functions.invocations(of: .refresh)
      let complete = try calls.filter { try $0.object()["completion"] is [String: Any] }
      #expect(complete.count == 1, "people hear of a run once")
    }

    @Test("does not end a run by an error of its own: the run is published, and says why the cache may be old")
    func ownError() throws {
      let run = try FinishedRun.run(
        FinishedRun.dates(2),
        replacing: [#"[$map([0..$ceil($count($refresh_items)"#: #"'no array' & [$map([0..$ceil($count($refresh_items)"#]
      )
      #expect(run.execution.status == .succeeded, "\(run.execution.error ?? ""): \(run.execution.cause ?? "")")
      #expect(run.functions.invocations(of: .refresh).isEmpty)
      #expect(try run.output()["status"] as? String == "partial")
      #expect((try run.output()["refresh_error"] as? String)?.hasPrefix("States.QueryEvaluationError: ") == true)
      #expect(run.functions.messages.count == 1)
    }

    @Test("goes on after a part that fails, and names each reason once")
    func failedParts() throws {
      let run = try FinishedRun.run(FinishedRun.dates(150), states: ["ProcessItems": Self.noResults]) { call in
        guard call.task == .refresh, let items = try? call.object()["items"] as? [[String: String]] else {
          return .succeeds
        }
        switch items.first?["id"] {
        case "2024-01-01", "2024-02-01": return .fails("InvalidInput", "no such item")
        case "2024-03-01": return .fails("ConfigurationInvalid", "REDIS_URL")
        default: return .succeeds
        }
      }
      #expect(run.functions.invocations(of: .refresh).count == 5)
      let error = try #require(try run.output()["refresh_error"] as? String)
      #expect(error.components(separatedBy: "InvalidInput: ").count == 2)
      #expect(error.components(separatedBy: "ConfigurationInvalid: ").count == 2)
      #expect(try run.output()["status"] as? String == "partial")
    }

    /// A Map without results, so that tests of many items take seconds.
    private static let noResults = #"{"Type":"Pass","Output":[null],"Next":"ListChanged"}"#

    @Test("covers the days of other items that the run changed, each once")
    func changedDays() throws {
      let changed = ["2024-01-01", "2024-03-01", "2023-12-31"]
      let items = changed.map { #"{"id":"\#($0)","date":"\#($0)"}"# }.joined(separator: ",")
      let run = try FinishedRun.run(FinishedRun.dates(2)) { call in
        call.task == .listChanged ? .responds(#"{"statusCode":200,"body":{"items":[\#(items)]}}"#) : .succeeds
      }
      let question = try #require(run.functions.invocations(of: .listChanged).first).object()
      #expect(Set(question.keys) == ["dataset", "changed_since"])
      #expect((question["changed_since"] as? String)?.hasSuffix("Z") == true)
      let sent = try #require(run.functions.invocations(of: .refresh).first).object()["items"] as? [[String: String]]
      #expect(sent?.compactMap { $0["id"] } == ["2024-01-01", "2024-01-02", "2024-03-01", "2023-12-31"])
      #expect(try run.output()["items"] as? Int == 2, "the run's own items")
    }

    @Test("covers the run's own items if the days of others are not known, and the run says why they may be old")
    func unknownChanges() throws {
      let run = try FinishedRun.run(FinishedRun.dates(2)) { call in
        call.task == .listChanged ? .fails("InvalidInput", "no list") : .succeeds
      }
      #expect(run.functions.invocations(of: .refresh).count == 1)
      #expect((try run.output()["refresh_error"] as? String)?.hasPrefix("InvalidInput: ") == true)
      #expect(try run.output()["status"] as? String == "partial")
    }

    @Test("is skipped in a run without items")
    func noItems() throws {
      let run = try FinishedRun.run { call in call.task == .plan ? .fails("InvalidInput", "no") : .succeeds }
      #expect(run.functions.invocations(of: .refresh).isEmpty)
    }

    @Test("makes the run partial if it fails, and the summary has the reason")
    func failure() throws {
      let run = try FinishedRun.run { call in
        call.task == .refresh ? .fails("CacheUnavailable", "the cache is down") : .succeeds
      }
      #expect(run.execution.status == .succeeded)
      #expect(run.functions.invocations(of: .refresh).count == 7)
      let body = try run.message().body()
      #expect(body["status"] as? String == "partial")
      #expect(try run.message().status == "partial")
      let error = try #require(body["refresh_error"] as? String)
      #expect(error.hasPrefix("CacheUnavailable: "))
      #expect(error.contains("the cache is down"))
    }

    @Test("does not hide why a run failed if it fails too")
    func secondFailure() throws {
      let run = try FinishedRun.run(FinishedRun.dates(10), input: FinishedRun.scheduledInput) { call in
        switch call.task {
        case .refresh: .fails("CacheUnavailable", "the cache is down")
        case .scrape: .fails("SourceChanged", "no frame")
        default: .succeeds
        }
      }
      let threshold = "States.ExceedToleratedFailureThreshold"
      #expect(run.execution.error == threshold)
      #expect(try run.message().body()["error"] as? String == threshold)
    }
  }
}
