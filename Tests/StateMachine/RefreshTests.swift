import Foundation
import Testing

extension StateMachineTests {
  /// The last step before a run is closed: all items are cached again.
  @Suite("The cache's refresh") struct RefreshTests {
    @Test(
      "covers all items with one request, whether items or the run failed or not",
      arguments: [(10, 0), (10, 1), (10, 5)])
    func refresh(_ count: Int, failing: Int) throws {
      let dates = FinishedRun.dates(count)
      let run = try FinishedRun.run(dates) { call in
        call.task == .scrape && dates.suffix(failing).contains(call.item)
          ? .fails("SourceChanged", "no frame") : .succeeds
      }
      let calls = run.functions.invocations(of: .refresh)
      #expect(calls.count == 1)
      let expected: NSDictionary = ["dataset": "wwoz", "items": dates.map { ["id": $0, "date": $0] }]
      #expect(try #require(calls.first).object() as NSDictionary == expected)
      #expect(run.execution.status == (failing > 1 ? .failed : .succeeded))
      if failing <= 1 { #expect(try run.output()["refresh_error"] is NSNull) }
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
      let run = try FinishedRun.run { call in
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
