import Foundation
import Testing

extension StateMachineTests {
  /// The optional step between the items and the refresh.
  @Suite("The enrichment") struct EnrichmentTests {
    private static let dates = FinishedRun.dates(2)

    private func response(events: Int, more: Bool, notes: [String] = []) -> FakeFunctions.Behaviour {
      let notes = notes.map { "\"\($0)\"" }.joined(separator: ",")
      return .responds(
        #"{"statusCode":200,"headers":{},"body":{"status":"success","message":"m","dataset":"wwoz","#
          + #""embedded":{"events":\#(events)},"geocoded":{"looked_up":0},"more":\#(more),"notes":[\#(notes)]}}"#)
    }

    private func lines(_ run: FinishedRun) throws -> [String] {
      try (run.message().text("email") ?? "").split(separator: "\n").map(String.init)
    }

    @Test("is skipped where the function is not deployed: the run is the same, and its summary has null")
    func notDeployed() throws {
      let run = try FinishedRun.run(Self.dates)
      #expect(run.execution.status == .succeeded)
      #expect(run.functions.invocations(of: .enrich).isEmpty)
      #expect(try run.output()["enrichment"] is NSNull && run.output()["enrichment_error"] is NSNull)
      #expect(try run.output()["status"] as? String == "success")
    }

    @Test("is one call after all items and before the refresh; the summary has its counts")
    func once() throws {
      let run = try FinishedRun.run(Self.dates, optional: [.enrich])
      let calls = run.functions.invocations(of: .enrich)
      #expect(calls.count == 1)
      let expected: NSDictionary = ["dataset": "wwoz", "run": run.execution.name, "so_far": NSNull()]
      #expect(try #require(calls.first).object() as NSDictionary == expected)
      let states = run.history.compactMap(\.enteredState)
      #expect(
        states.drop { $0 != "ProcessItems" }.prefix(6)
          == ["ProcessItems", "CheckEnricher", "Enrich", "CheckEnricher", "ListChanged", "RefreshCache"])
      let counts: NSDictionary = [
        "embedded": ["events": 3], "geocoded": ["looked_up": 2, "found": 1], "links": ["compared": 5], "more": false,
        "notes": [] as [String],
      ]
      #expect(try run.output()["enrichment"] as? NSDictionary == counts)
      #expect(try run.output()["status"] as? String == "success")
      #expect(try run.output()["items"] as? Int == 2 && run.output()["found"] as? Int == 20)
    }

    @Test("goes on while there is more, and hands on the counts so far")
    func more() throws {
      let run = try FinishedRun.run(Self.dates, optional: [.enrich]) { call in
        call.task == .enrich ? self.response(events: 10 * call.attempt, more: call.attempt < 3) : .succeeds
      }
      let calls = try run.functions.invocations(of: .enrich).map { try $0.object()["so_far"] as? [String: Any] }
      #expect(calls.map { ($0?["embedded"] as? [String: Int])?["events"] } == [nil, 10, 20])
      let enrichment = try #require(try run.output()["enrichment"] as? [String: Any])
      #expect((enrichment["embedded"] as? [String: Int])?["events"] == 30 && enrichment["more"] as? Bool == false)
    }

    @Test("ends after three calls, so that the cache does not wait for longer, and leaves the rest to the next run")
    func endless() throws {
      let run = try FinishedRun.run(Self.dates, optional: [.enrich]) { call in
        call.task == .enrich ? self.response(events: call.attempt, more: true) : .succeeds
      }
      #expect(run.attempts(.enrich) == 3)
      #expect(run.execution.status == .succeeded)
      #expect((try run.output()["enrichment"] as? [String: Any])?["more"] as? Bool == true)
      #expect(try run.output()["status"] as? String == "success")
    }

    @Test("that fails changes neither status nor items; summary and message say why")
    func failure() throws {
      let run = try FinishedRun.run(Self.dates, optional: [.enrich]) { call in
        guard call.task == .enrich else { return .succeeds }
        return call.attempt == 1 ? self.response(events: 7, more: true) : .fails("DatabaseUnavailable", "it is down")
      }
      #expect(run.attempts(.enrich) == 5 && run.waits("Enrich").map(\.limit) == [2, 4, 8])
      #expect(run.execution.status == .succeeded)
      let output = try run.output()
      #expect(output["status"] as? String == "success" && (output["failed_items"] as? [String])?.isEmpty == true)
      let error = try #require(output["enrichment_error"] as? String)
      #expect(error.hasPrefix("DatabaseUnavailable: ") && error.contains("it is down"))
      let enrichment = try #require(output["enrichment"] as? [String: Any])
      #expect((enrichment["embedded"] as? [String: Int])?["events"] == 7, "what was done before")
      #expect(try lines(run).first == "wwoz success")
      #expect(
        try lines(run).contains { $0.hasPrefix("Not all is enriched, the next run goes on: DatabaseUnavailable: ") })
      #expect(run.functions.invocations(of: .refresh).count == 1)
    }

    @Test(
      "that used up its time is not tried again", arguments: ["DeadlineExceeded", "Sandbox.Timedout", "States.Timeout"])
    func timeout(_ name: String) throws {
      let run = try FinishedRun.run(Self.dates, optional: [.enrich]) { call in
        call.task == .enrich ? .fails(name, "300 seconds") : .succeeds
      }
      #expect(run.attempts(.enrich) == 1)
      #expect(try run.output()["status"] as? String == "success")
      #expect((try run.output()["enrichment_error"] as? String)?.hasPrefix("\(name): ") == true)
    }

    @Test(
      "with a response of the wrong shape is a failed one",
      arguments: ["null", "{}", #"{"statusCode":200}"#, #"{"statusCode":200,"body":{}}"#, #""text""#])
    func wrongResponse(_ payload: String) throws {
      let run = try FinishedRun.run(Self.dates, optional: [.enrich]) { call in
        call.task == .enrich ? .responds(payload) : .succeeds
      }
      #expect(run.attempts(.enrich) == 1)
      #expect(try run.output()["status"] as? String == "success")
      let error = try #require(try run.output()["enrichment_error"] as? String)
      #expect(error.hasPrefix("EnricherFailed: "))
    }

    @Test("of another dataset's tables is skipped by the function, and the summary has null")
    func skipped() throws {
      let run = try FinishedRun.run(Self.dates, optional: [.enrich]) { call in
        call.task == .enrich
          ? .responds(#"{"statusCode":200,"body":{"status":"skipped","more":false,"notes":[]}}"#) : .succeeds
      }
      #expect(run.attempts(.enrich) == 1)
      #expect(try run.output()["enrichment"] is NSNull && run.output()["enrichment_error"] is NSNull)
    }

    @Test("has its notes in the message", arguments: [["one"], ["one", "two"]])
    func notes(_ notes: [String]) throws {
      let run = try FinishedRun.run(Self.dates, optional: [.enrich]) { call in
        call.task == .enrich ? self.response(events: 0, more: false, notes: notes) : .succeeds
      }
      #expect((try run.output()["enrichment"] as? [String: Any])?["notes"] as? [String] == notes)
      #expect(try lines(run).contains("Enrichment: \(notes.joined(separator: "; "))"))
    }

    @Test("is done after a run that failed, too: what was loaded is enriched, and the run's own error stays")
    func failedRun() throws {
      let dates = FinishedRun.dates(10)
      let run = try FinishedRun.run(dates, input: FinishedRun.scheduledInput, optional: [.enrich]) { call in
        switch call.task {
        case .scrape: .fails("SourceChanged", "no frame")
        case .enrich: .fails("InvalidInput", "no")
        default: .succeeds
        }
      }
      #expect(run.attempts(.enrich) == 1)
      #expect(run.execution.error == "States.ExceedToleratedFailureThreshold")
      #expect(try lines(run).contains { $0.hasPrefix("Not all is enriched, the next run goes on: InvalidInput: ") })
    }
  }
}
