import Foundation
import TestSupport
import Testing
import Time

extension StateMachineTests {
  /// What comes of a night, and who is told.
  @Suite("A night's outcome") struct OutcomeTests {
    private static let threshold = "States.ExceedToleratedFailureThreshold"

    private func night(_ count: Int, failing: Int) throws -> Night {
      let dates = Night.dates(count)
      return try Night.run(dates) { call in
        call.stage == .scraper && dates.suffix(failing).contains(call.date)
          ? .fails("SourceChanged", "no frame on \(call.date)") : .works
      }
    }

    @Test(
      "up to a tenth of the dates may fail: the run is green, and its summary names them",
      arguments: [(1, 0), (2, 0), (10, 1), (20, 2), (31, 0), (31, 1), (31, 2), (31, 3)])
    func green(_ count: Int, failing: Int) throws {
      let night = try night(count, failing: failing)
      let failed = Array(Night.dates(count).suffix(failing))
      let status = failing == 0 ? "success" : "partial"
      #expect(night.execution.status == .succeeded)
      let output = try night.output()
      #expect(output["status"] as? String == status)
      #expect(output["run"] as? String == night.execution.name)
      #expect(output["dates"] as? Int == count)
      #expect(output["failed_dates"] as? [String] == failed)
      let expected = [
        "found": 10, "new": 4, "changed": 3, "unchanged": 3, "rejected": 0, "cancelled": 5, "cached": 9,
        "pages_failed": 1,
      ]
      for (name, perDate) in expected { #expect(output[name] as? Int == perDate * (count - failing), "\(name)") }
      for date in failed {
        #expect(night.dates[date]?.error == "SourceChanged")
        #expect(night.dates[date]?.cause?.contains("no frame on \(date)") == true)
      }
      #expect(night.dates.values.count { $0.status == .succeeded } == count - failing)

      let message = try night.message()
      #expect(message.status == status)
      #expect(message.subject == "FestVibes ETL: \(status)")
      #expect(try message.body() as NSDictionary == output as NSDictionary)
      #expect(output["console"] as? String == console(night))
    }

    @Test(
      "more than a tenth fail the run, and each date keeps its reason",
      arguments: [(1, 1), (2, 1), (9, 1), (10, 2), (31, 4), (31, 31)])
    func red(_ count: Int, failing: Int) throws {
      let night = try night(count, failing: failing)
      #expect(night.execution.status == .failed)
      #expect(night.execution.error == Self.threshold)
      #expect(night.execution.cause?.isEmpty == false)
      // What was under way when there were too many is aborted, and the rest never begins.
      let failed = night.dates.filter { $0.value.status == .failed }
      #expect((count / 10 + 1...count / 10 + 5).contains(failed.count))
      for (date, execution) in failed {
        #expect(execution.error == "SourceChanged")
        #expect(execution.cause?.contains("no frame on \(date)") == true)
      }
      #expect(night.dates.values.allSatisfy { [.succeeded, .failed, .aborted].contains($0.status) })
      let message = try night.message()
      #expect(message.status == "failed")
      #expect(message.subject == "FestVibes ETL: failed")
      let body = try message.body()
      #expect(body["run"] as? String == night.execution.name)
      #expect(body["status"] as? String == "failed")
      #expect(body["error"] as? String == Self.threshold)
      #expect(body["cause"] as? String == night.execution.cause)
      #expect(body["console"] as? String == console(night))
    }

    @Test("a night past its tolerance starts no further dates, and those under way come to no further state")
    func stops() throws {
      let dates = Night.dates(31)
      let atOnce = Locked(0)
      let failures = Locked(0)
      let night = try Night.run(dates) { call in
        if call.stage == .ledger, dates.prefix(4).contains(call.date) { failures.change { $0 += 1 } }
        guard call.stage == .scraper else { return .works }
        // The first five begin together: four fail, and all others are at work until the run must have been given up. Who
        // waits for that itself waits for ever: the interpreter lets calls end before it goes on.
        atOnce.change { $0 += 1 }
        for _ in 0..<3000 where atOnce.change({ $0 }) < 5 { Thread.sleep(forTimeInterval: 0.01) }
        if call.date < dates[4] { return .fails("SourceChanged", "no frame") }
        for _ in 0..<3000 where failures.change({ $0 }) < 4 { Thread.sleep(forTimeInterval: 0.01) }
        Thread.sleep(forTimeInterval: 8)
        return .works
      }
      #expect(night.execution.error == Self.threshold)
      #expect(dates.prefix(4).allSatisfy { night.dates[$0]?.status == .failed })
      #expect(night.dates[dates[4]]?.status == .aborted)
      #expect(night.attempts(.loader, dates[4]) == 0)
      // A date may begin in the place of one that failed before the last of the four did.
      #expect(night.dates.count <= 8)
      #expect(night.dates.values.count { $0.status == .succeeded } == 0)
    }

    @Test("of a replay every date is tried, whatever becomes of the others")
    func replay() throws {
      let dates = Night.dates(12)
      let night = try Night.run(dates, input: Night.ofReplay) { call in
        call.stage == .scraper && dates.prefix(6).contains(call.date)
          ? .fails("InvalidInput", "no run has an archive of \(call.date)") : .works
      }
      #expect(night.execution.status == .succeeded)
      #expect(try night.output()["status"] as? String == "partial")
      #expect(try night.output()["failed_dates"] as? [String] == Array(dates.prefix(6)))
      #expect(dates.suffix(6).allSatisfy { night.dates[$0]?.status == .succeeded })
      let nothing = try Night.run(Night.dates(2), input: Night.ofReplay) { call in
        call.stage == .scraper ? .fails("InvalidInput", "no archive") : .works
      }
      #expect(try nothing.output()["status"] as? String == "partial")
    }

    @Test("a long cause is cut in what the run hands on, and whole in what the ledger is told")
    func longCause() throws {
      let dates = Night.dates(10)
      let night = try Night.run(dates) { call in
        call.stage == .scraper && call.date == dates[0]
          ? .fails("SourceChanged", String(repeating: "x", count: 9000)) : .works
      }
      #expect(night.dates[dates[0]]?.cause?.count == 2000)
      let entry = try #require(night.standIns.invocations(of: .ledger).first { $0.date == dates[0] })
      #expect(entry.payload.count > 9000)
    }

    /// Where a person sees which dates failed.
    private func console(_ night: Night) -> String {
      "https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/"
        + night.execution.executionArn
    }

    @Test("five dates run at once, and never six")
    func concurrency() throws {
      struct Running {
        var now = 0
        var most = 0
      }
      let running = Locked(Running())
      let dates = Night.dates(31)
      let night = try Night.run(dates) { call in
        guard call.stage != .generator else { return .works }
        running.change {
          $0.now += 1
          $0.most = max($0.most, $0.now)
        }
        // The first five wait until five run, for a while, and then a little for a sixth.
        if call.stage == .scraper, dates.prefix(5).contains(call.date) {
          for _ in 0..<3000 where running.change({ $0.most }) < 5 { Thread.sleep(forTimeInterval: 0.01) }
        }
        Thread.sleep(forTimeInterval: 0.05)
        running.change { $0.now -= 1 }
        return .works
      }
      #expect(night.execution.status == .succeeded)
      #expect(night.dates.count == 31)
      #expect(running.change { $0.most } == 5)
      // By the clock of the children, too, a date waits for an earlier one's end.
      let edges = night.dates.values.flatMap { [($0.startDate, 1), ($0.stopDate ?? .distantFuture, -1)] }
      var alive = 0
      for edge in edges.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
        alive += edge.1
        #expect(alive <= 5)
      }
    }

    @Test("each function is given what it needs, and each date the run's name")
    func inputs() throws {
      let night = try Night.run(input: #"{"days_ahead":0}"#)
      func payload(_ stage: Stage) throws -> NSDictionary {
        let payload = try #require(night.standIns.invocations(of: stage).first).payload
        return try jsonObject(String(decoding: payload, as: UTF8.self)) as NSDictionary
      }
      let (date, run) = ("2024-01-01", night.execution.name)
      let started = try #require(try jsonObject(night.dates[date]?.input ?? "")["started"] as? String)
      #expect(RFC3339.parse(started).map { abs($0.date.timeIntervalSince(night.execution.startDate)) < 1 } == true)
      #expect(
        try jsonObject(night.dates[date]?.input ?? "") as NSDictionary == [
          "date": date, "run": run, "started": started, "sharing": 1, "slot": 0, "replay": NSNull(),
          "allow_shrink": false,
        ])
      #expect(try payload(.generator) == ["days_ahead": 0])
      #expect(
        try payload(.scraper) == [
          "queryStringParameters": ["date": date], "run": run, "started": started, "sharing": 1, "slot": 0,
          "replay": NSNull(),
        ])
      let extract = try payload(.loader)
      #expect(extract["date"] as? String == date)
      #expect(extract["run"] as? String == run)
      #expect(extract["allow_shrink"] as? Bool == false)
      #expect(extract["s3_key"] as? String == "raw/\(date).json")
      #expect((extract["extractorData"] as? [String: Any])?["statusCode"] as? Int == 200)
      #expect(try payload(.cache) == ["queryStringParameters": ["date": date]])
    }

    @Test("the scrapers of a run share the source, at most five at once", arguments: [(2, 2), (5, 5), (12, 5)])
    func sharing(_ count: Int, expected: Int) throws {
      let night = try Night.run(Night.dates(count))
      let events = try night.standIns.invocations(of: .scraper).map {
        try jsonObject(String(decoding: $0.payload, as: UTF8.self))
      }
      #expect(events.map { $0["sharing"] as? Int } == Array(repeating: expected, count: count))
      #expect(events.compactMap { $0["slot"] as? Int }.sorted() == Array(0..<count))
    }

    @Test("the loader is told that a listing may shrink", arguments: [("true", true), ("null", false), ("1", false)])
    func shrinkage(_ given: String, expected: Bool) throws {
      let night = try Night.run(input: #"{"allow_shrink":\#(given)}"#)
      let call = try #require(night.standIns.invocations(of: .loader).first)
      #expect(try jsonObject(String(decoding: call.payload, as: UTF8.self))["allow_shrink"] as? Bool == expected)
    }

    @Test(
      "in the end all dates are cached again, at once, whatever became of them and of the run",
      arguments: [(10, 0), (10, 1), (10, 5)])
    func refresh(_ count: Int, failing: Int) throws {
      let night = try night(count, failing: failing)
      let calls = night.standIns.invocations(of: .refresh)
      #expect(calls.count == 1)
      let payload = try jsonObject(String(decoding: try #require(calls.first).payload, as: UTF8.self))
      #expect(payload as NSDictionary == ["dates": Night.dates(count)])
      #expect(night.execution.status == (failing > 1 ? .failed : .succeeded))
      if failing <= 1 { #expect(try night.output()["refresh_error"] is NSNull) }
    }

    @Test("a run without dates caches none")
    func nothingToRefresh() throws {
      let night = try Night.run { call in call.stage == .generator ? .fails("InvalidInput", "no") : .works }
      #expect(night.standIns.invocations(of: .refresh).isEmpty)
    }

    @Test("a cache that cannot be written in the end makes a night partial, and the summary says why")
    func refreshFails() throws {
      let night = try Night.run { call in
        call.stage == .refresh ? .fails("CacheUnavailable", "the cache is down") : .works
      }
      #expect(night.execution.status == .succeeded)
      #expect(night.standIns.invocations(of: .refresh).count == 7)
      let body = try night.message().body()
      #expect(body["status"] as? String == "partial")
      #expect(try night.message().status == "partial")
      let error = try #require(body["refresh_error"] as? String)
      #expect(error.hasPrefix("CacheUnavailable: "))
      #expect(error.contains("the cache is down"))
    }

    @Test("a cache that cannot be written in the end does not hide why a run failed")
    func refreshFailsToo() throws {
      let night = try Night.run { call in
        switch call.stage {
        case .refresh: .fails("CacheUnavailable", "the cache is down")
        case .scraper: .fails("SourceChanged", "no frame")
        default: .works
        }
      }
      #expect(night.execution.error == Self.threshold)
      #expect(try night.message().body()["error"] as? String == Self.threshold)
    }

    @Test("a rejected record makes a run partial, which is green")
    func rejected() throws {
      let night = try Night.run(Night.dates(2)) { call in
        call.stage == .loader && call.date == "2024-01-02"
          ? .answers(
            #"{"statusCode":200,"body":{"status":"partial","counts":{"events":{"found":10,"new":4,"changed":3,"unchanged":2,"rejected":1,"cancelled":5}}}}"#
          ) : .works
      }
      #expect(night.execution.status == .succeeded)
      #expect(try night.output()["status"] as? String == "partial")
      #expect(try night.output()["rejected"] as? Int == 1)
      #expect(try night.output()["failed_dates"] as? [String] == [])
    }

    @Test("a topic that cannot be reached does not fail a run that went well")
    func silentSuccess() throws {
      let night = try Night.run(topicWorks: false)
      #expect(night.execution.status == .succeeded)
      #expect(try night.output()["status"] as? String == "success")
      #expect(try night.output()["publish_error"] != nil)
      #expect(night.standIns.messages.count == 4)
      #expect(night.waits("PublishSummary").map(\.limit) == [2, 4, 8])
    }

    @Test("a topic that cannot be reached does not hide why a run failed")
    func silentFailure() throws {
      let night = try Night.run(topicWorks: false) { call in
        call.stage == .generator ? .fails("InvalidInput", "end lies before start") : .works
      }
      #expect(night.execution.status == .failed)
      #expect(night.execution.error == "InvalidInput")
      #expect(night.execution.cause?.contains("end lies before start") == true)
      #expect(night.standIns.messages.count == 4)
      #expect(night.waits("PublishFailure").map(\.limit) == [2, 4, 8])
    }
  }
}
