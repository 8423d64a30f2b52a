import Contracts
import Foundation
import Testing

extension StateMachineTests {
  /// The ledger events that the state machine sends, decoded as the loader decodes them.
  @Suite("The ledger") struct LedgerTests {
    private func events(_ run: FinishedRun) throws -> [LedgerEvent] {
      struct Payload: Decodable { let ledger: LedgerRequest }
      return try run.functions.invocations(of: .ledger).map { call in
        let request = try JSONDecoder().decode(Payload.self, from: call.payload).ledger
        #expect(request.run == run.execution.name)
        #expect(request.dataset == "wwoz")
        return request.event
      }
    }

    private func openings(_ events: [LedgerEvent]) -> [RunOpening] {
      events.compactMap { if case .opened(let opening) = $0 { opening } else { nil } }
    }

    private func failures(_ events: [LedgerEvent]) -> [ItemFailure] {
      events.compactMap { if case .failed(let failure) = $0 { failure } else { nil } }
    }

    private func closings(_ events: [LedgerEvent]) -> [RunClosing] {
      events.compactMap { if case .closed(let closing) = $0 { closing } else { nil } }
    }

    @Test("records the start and the end of a run")
    func startAndEnd() throws {
      let run = try FinishedRun.run(FinishedRun.dates(3))
      let events = try events(run)
      #expect(events.count == 2)
      let opening = try #require(openings(events).first)
      #expect(opening.items.map(\.id) == FinishedRun.dates(3))
      #expect(opening.items.map { "\($0.date.map { "\($0)" } ?? "no date")" } == FinishedRun.dates(3))
      #expect(opening.trigger == .manual)
      #expect(abs(opening.startedAt.timeIntervalSince(run.execution.startDate)) < 1)
      let closing = try #require(closings(events).first)
      #expect(closing.opening == opening)
      #expect(closing.outcome == .finished(failedItems: []))
      #expect(closing.endedAt >= opening.startedAt)
      #expect(closing.endedAt <= (run.execution.stopDate ?? .distantPast) + 1)
    }

    @Test(
      "records the job and the object of a run, however the request names them, and nothing of any other",
      arguments: [
        (#"{"dataset":"wwoz"}"#, RunOrigin()),
        (#"{"dataset":"wwoz","job_type":"hourly","bucket":null,"key":null}"#, RunOrigin(jobType: "hourly")),
        (#"{"dataset":"wwoz","bucket":"b","key":"k/1.csv"}"#, RunOrigin(bucket: "b", key: "k/1.csv")),
        (
          #"{"dataset":"wwoz","detail":{"bucket":{"name":"b"},"object":{"key":"k"},"job_type":"daily"}}"#,
          RunOrigin(jobType: "daily", bucket: "b", key: "k")
        ),
        (#"{"dataset":"wwoz","detail":{"key":{"name":"k"}}}"#, RunOrigin(key: "k")),
      ])
    func origin(_ input: String, expected: RunOrigin) throws {
      let run = try FinishedRun.run(input: input)
      #expect(run.execution.status == .succeeded)
      let events = try events(run)
      #expect(openings(events).map(\.origin) == [expected])
      #expect(closings(events).map(\.opening.origin) == [expected])
      // As the generator reads it.
      let plan = try JSONDecoder().decode(PlanRequest.self, from: Data(input.utf8))
      #expect(RunOrigin(plan) == expected)
      #expect(closings(events).map(\.enrichment) == [nil])
    }

    @Test("records the enrichment of a run, whatever its end")
    func enrichment() throws {
      let counts = #"{"embedded":{"events":3},"geocoded":{"looked_up":2},"more":false,"notes":["one"]}"#
      let response = #"{"statusCode":200,"headers":{},"body":{"status":"success","message":"m","dataset":"wwoz","#
      let run = try FinishedRun.run(FinishedRun.dates(2), optional: [.enrich]) { call in
        call.task == .enrich ? .responds(response + counts.dropFirst() + "}") : .succeeds
      }
      let text = try #require(closings(try events(run)).first?.enrichment)
      let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
      let expected = try JSONSerialization.jsonObject(with: Data(counts.utf8)) as? NSDictionary
      #expect(object["enrichment"] as? NSDictionary == expected && object["enrichment_error"] is NSNull)
      let broken = try FinishedRun.run(optional: [.enrich]) { call in
        call.task == .enrich ? .fails("ConfigurationInvalid", "why") : .succeeds
      }
      let error = try #require(closings(try events(broken)).first?.enrichment)
      #expect(error.contains("ConfigurationInvalid") && error.contains(#""enrichment":null"#))
    }

    @Test(
      "records what started the run",
      arguments: [
        ("{}", RunOpening.Trigger.manual), (#"{"trigger":"schedule"}"#, .schedule), (#"{"trigger":"whim"}"#, .manual),
        (#"{"trigger":"schedule","replay":{}}"#, .replay), (#"{"replay":{"run":"r"}}"#, .replay), ("[]", .manual),
        (#"{"replay":null}"#, .manual), (#"{"trigger":"schedule","replay":null}"#, .schedule),
      ])
    func trigger(_ input: String, expected: RunOpening.Trigger) throws {
      let run = try FinishedRun.run(input: input)
      #expect(run.execution.status == .succeeded)
      #expect(openings(try events(run)).map(\.trigger) == [expected])
      #expect(try run.output()["trigger"] as? String == expected.rawValue)
    }

    @Test("records where and why an item failed before the item ends", arguments: MachineTask.stages)
    func failedItem(_ task: MachineTask) throws {
      let dates = FinishedRun.dates(10)
      let run = try FinishedRun.run(dates) { call in
        call.task == task && call.item == dates[3] ? .fails("InvalidInput", "no such thing") : .succeeds
      }
      let events = try events(run)
      let failure = try #require(failures(events).first)
      #expect(failures(events).count == 1)
      #expect(failure.item.id == dates[3])
      #expect(failure.item.date.map { "\($0)" } == dates[3])
      let stages: [MachineTask: Stage] = [.scrape: .scrape, .load: .load, .cache: .cache]
      #expect(failure.stage == stages[task])
      #expect(failure.error == "InvalidInput")
      #expect(failure.cause?.contains("no such thing") == true)
      #expect(abs(failure.failedAt.timeIntervalSince(run.items[dates[3]]?.stopDate ?? .distantPast)) < 60)
      #expect(try run.failure(dates[3])?.error == "InvalidInput")
      #expect(closings(events).map(\.outcome) == [.finished(failedItems: [dates[3]])])
    }

    @Test("records that the cache could not be refreshed")
    func staleCache() throws {
      let run = try FinishedRun.run { call in
        call.task == .refresh ? .fails("CacheUnavailable", "the cache is down") : .succeeds
      }
      let closing = try #require(closings(try events(run)).first)
      guard case .finished([], let cause?) = closing.outcome else {
        Issue.record("\(closing.outcome)")
        return
      }
      #expect(cause.hasPrefix("CacheUnavailable: "))
      #expect(cause.contains("the cache is down"))
    }

    @Test("records a response of the wrong shape as a failure", arguments: MachineTask.stages)
    func wrongResponse(_ task: MachineTask) throws {
      let run = try FinishedRun.run { call in call.task == task ? .responds(#"{"statusCode":500}"#) : .succeeds }
      let events = try events(run)
      let stages: [MachineTask: Stage] = [.scrape: .scrape, .load: .load, .cache: .cache]
      #expect(failures(events).map(\.stage) == [stages[task]])
      #expect(failures(events).map(\.error) == [task.errorOfWrongResponse])
      #expect(failures(events).map(\.cause) == [#"{"statusCode":500}"#])
      #expect(closings(events).map(\.outcome) == [.finished(failedItems: ["2024-01-01"])])
      #expect(closings(events).map { $0.opening.items.map(\.id) } == [["2024-01-01"]])
    }

    @Test("records the end of a run that failed before its items were known")
    func noItems() throws {
      let run = try FinishedRun.run { call in call.task == .plan ? .fails("InvalidInput", "no") : .succeeds }
      let events = try events(run)
      #expect(openings(events).isEmpty)
      let closing = try #require(closings(events).first)
      #expect(closing.opening.items.isEmpty)
      #expect(closing.outcome == .failed(error: "InvalidInput", cause: run.execution.cause))
    }

    @Test("never fails a run, nor hides why an item failed, if it cannot be written", arguments: [true, false])
    func unwritable(_ isDown: Bool) throws {
      let dates = FinishedRun.dates(10)
      let run = try FinishedRun.run(dates) { call in
        switch call.task {
        case .ledger: isDown ? .fails("DatabaseUnavailable", "away") : .fails("InvalidInput", "nonsense")
        case .scrape where call.item == dates[0]: .fails("SourceChanged", "no frame")
        default: .succeeds
        }
      }
      #expect(run.execution.status == .succeeded)
      #expect(try run.output()["status"] as? String == "partial")
      #expect(try run.output()["failed_items"] as? [String] == [dates[0]])
      #expect(try run.message().status == "partial")
      #expect(try run.failure(dates[0])?.error == "SourceChanged")
      #expect(try run.failure(dates[0])?.cause?.contains("no frame") == true)
      #expect(run.attempts(.ledger, dates[0]) == (isDown ? 4 : 1))
      let waits = ["OpenRun", "CloseRun"].flatMap { run.waits($0) } + run.waits("RecordFailure", dates[0])
      #expect(waits.map(\.limit) == (isDown ? [1, 2, 4, 1, 2, 4, 1, 2, 4] : []))
    }

    @Test("does not hide why a run failed if it cannot be written")
    func unwritableFailure() throws {
      let dates = FinishedRun.dates(10)
      let run = try FinishedRun.run(dates, input: FinishedRun.scheduledInput) { call in
        switch call.task {
        case .ledger: .fails("DatabaseUnavailable", "away")
        case .scrape: .fails("SourceChanged", "no frame")
        default: .succeeds
        }
      }
      #expect(run.execution.status == .failed)
      #expect(run.execution.error == "States.ExceedToleratedFailureThreshold")
      #expect(try run.message().status == "failed")
      // The Map stops the items that are still running when two have failed, so any two items.
      let failed = run.items.values.filter { $0.status == .failed }
      #expect(failed.count > 1)
      #expect(failed.allSatisfy { $0.error == "SourceChanged" })
    }
  }
}
