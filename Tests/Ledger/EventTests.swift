import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger

extension LedgerTests {
  @Suite("Events of a run")
  final class EventTests: LedgerSuite {
    @Test("has a run from its opening to its end, with the sum of its loads (F32)")
    func wholeRun() throws {
      let running = try #require(try record(opened()))
      #expect(running.status == .running)
      #expect(running.items == items)
      #expect(running.endedAt == nil)
      for item in items { try load(item) }
      #expect(
        try ledger.runs(of: dataset, last: 1, deadline: within()).first?.records
          == RecordCounts(found: 6, new: 6, cancelled: 0))
      let ended = try #require(try record(closed()))
      #expect(ended.status == .success)
      #expect(ended.startedAt == start)
      #expect(ended.endedAt == start + 60)
      #expect(ended.records == RecordCounts(found: 6, new: 6, cancelled: 0))
      #expect((ended.itemsLoaded, ended.itemsFailed) == (3, 0))
      #expect(try rows() == ["run-1|schedule|success|3|6|6|0|0|0|0"])
    }

    @Test("has each reason for a run")
    func triggers() throws {
      for trigger in RunOpening.Trigger.allCases {
        let opening = RunOpening(trigger: trigger, startedAt: start, items: items)
        #expect(try record(.opened(opening), run: trigger.rawValue)?.trigger == trigger)
      }
    }

    @Test("has how it was started and its enrichment, which an event that does not say it leaves as they are")
    func origins() throws {
      let origin = RunOrigin(jobType: "hourly", bucket: "b", key: "k/1", host: "etl-1:7")
      let known = RunOpening(trigger: .schedule, startedAt: start, items: items, origin: origin)
      #expect(try record(.opened(known))?.origin == origin)
      let outcome = RunClosing.Outcome.finished(failedItems: items.map(\.id))
      let enrichment = #"{"enrichment": {"more": true}}"#
      let closing = RunClosing(opening: opening, endedAt: start + 60, outcome: outcome, enrichment: enrichment)
      for event in [LedgerEvent.closed(closing), closed(failing: items, after: 61), .opened(opening)] {
        let run = try #require(try record(event))
        #expect(run.origin == origin && run.enrichment == enrichment)
      }
      #expect(
        try record(.closed(RunClosing(opening: known, endedAt: start, outcome: outcome)), run: "2")?.origin == origin)
      #expect(try record(opened(), run: "3")?.origin.isEmpty == true)
    }

    @Test("knows if a process runs the dataset, on whatever machine")
    func hosts() throws {
      let host = Ledger(try makeDatabase())
      #expect(try host.claimHost(of: dataset, deadline: within()))
      #expect(try ledger.hasHost(dataset, deadline: within()))
      #expect(try host.hasHost(dataset, deadline: within()))
      let other = Dataset(id: "other", dataType: "x", timeZone: "UTC", extractor: "x", sinks: ["x"])
      #expect(try !ledger.hasHost(other, deadline: within()))
      #expect(try !ledger.claimHost(of: dataset, deadline: within()))
    }

    @Test("accepts events twice, late, in any order or with some missing, with the same result")
    func order() throws {
      try load(items[0])
      try load(items[1])
      let entries = [opened(), failed(items[2]), closed(failing: [items[2]])]
      let expected = ["1|schedule|partial|2|4|4|0|0|0|0", "1|\(items[2])|scrape|SourceChanged"]
      let orders = [
        [0, 1, 2], [0, 0, 1, 1, 2, 2], [2, 1, 0], [1, 2, 0, 1, 2, 0], [1, 2], [2, 0, 1, 0], [0, 2, 1],
      ]
      for (number, order) in orders.enumerated() {
        let run = "order-\(number)"
        try connection.query("update loads set run = $1", [.text(run)], deadline: within())
        for index in order { try record(entries[index], run: run) }
        #expect(try rows() == expected.map { "\(run)\($0.dropFirst())" }, "\(order)")
        try connection.execute(script: "truncate etl_runs, etl_failures", deadline: within())
      }
    }

    @Test("has a failure that could not be recorded when it happened from the run's end on")
    func unrecorded() throws {
      try load(items[0])
      try record(opened())
      try record(failed(items[1]))
      let ended = try record(closed(failing: [items[1], items[2]]))
      #expect(ended?.status == .partial)
      #expect(ended?.itemsFailed == 2)
      #expect(
        try connection.lines("event_date, stage, error", from: "etl_failures order by 1") == [
          "\(items[1])|scrape|SourceChanged", "\(items[2])|Unrecorded",
        ])
      try record(failed(items[2], error: "SourceUnavailable"))
      #expect(try connection.lines("error", from: "etl_failures order by event_date").last == "SourceUnavailable")
    }

    @Test("calls a run partial for a rejected record, and for an item with neither a load nor a failure (F32)")
    func partial() throws {
      try load(items[0], rejecting: true)
      try load(items[1])
      try load(items[2])
      let rejected = try record(closed())
      #expect(rejected?.status == .partial)
      #expect(rejected?.records == RecordCounts(found: 6, new: 5, rejected: 1, cancelled: 0))
      try connection.query("delete from loads where item = $1", [.text(items[0].id)], deadline: within())
      #expect(try record(closed())?.status == .partial)
    }

    @Test("calls a run partial that left something else undone, with the cause, until a later end")
    func undone() throws {
      for item in items { try load(item) }
      let outcome = RunClosing.Outcome.finished(failedItems: [], cause: "CacheUnavailable: away")
      let ended = try record(.closed(RunClosing(opening: opening, endedAt: start + 60, outcome: outcome)))
      #expect(ended?.status == .partial)
      #expect(ended?.error == nil)
      #expect(ended?.cause == "CacheUnavailable: away")
      let redriven = try record(closed(after: 120))
      #expect(redriven?.status == .success)
      #expect(redriven?.cause == nil)
    }

    @Test("calls a run failed that was given up, with the cause and what was loaded until then")
    func failedRun() throws {
      try load(items[0])
      let outcome = RunClosing.Outcome.failed(error: "States.ExceedToleratedFailureThreshold", cause: "too many")
      let ended = try record(.closed(RunClosing(opening: opening, endedAt: start + 1, outcome: outcome)))
      #expect(ended?.status == .failed)
      #expect(ended?.error == "States.ExceedToleratedFailureThreshold")
      #expect(ended?.cause == "too many")
      #expect(ended?.records == RecordCounts(found: 2, new: 2, cancelled: 0))
      let never = RunOpening(trigger: .manual, startedAt: start, items: [])
      let refused = RunClosing.Outcome.failed(error: "InvalidInput", cause: nil)
      let empty = try record(.closed(RunClosing(opening: never, endedAt: start, outcome: refused)), run: "2")
      #expect(empty?.items == [])
      #expect(empty?.itemsLoaded == 0)
    }

    @Test("keeps a redriven run's later end, in which the item has not failed")
    func redriven() throws {
      try load(items[0])
      try load(items[1])
      try record(failed(items[2]))
      try record(closed(failing: [items[2]]))
      try load(items[2])
      #expect(try record(closed(after: 120))?.status == .success)
      #expect(try connection.count("etl_failures") == 0)
      // The first end comes once more, late. Its failure is not made up again for a date that is loaded.
      try record(closed(failing: [items[2]], after: 60))
      #expect(try ledger.run(named: "run-1", of: dataset, deadline: within())?.record.status == .success)
      #expect(try connection.count("etl_failures") == 0)
    }

    @Test("keeps a failure that the redriven run's end reported when the first end arrives late")
    func lateEnd() throws {
      try record(failed(items[2]))
      try record(closed(failing: [items[2]], after: 120))
      try record(closed(after: 60))
      #expect(try connection.lines("event_date", from: "etl_failures") == ["\(items[2])"])
    }

    @Test(
      "is checked by the database itself",
      arguments: [
        "update loads set counts = jsonb_set(counts, '{records,new}', '3')",
        "update loads set counts = jsonb_set(counts, '{records,new}', '-2') || '{}'",
        "update loads set counts = counts #- '{records,found}'", "update loads set counts = '{}'",
        "update etl_runs set records_found = 7", "update etl_runs set records_new = -1, records_found = -1",
        "update etl_runs set status = 'running'", "update etl_runs set status = 'failed'",
        "update etl_runs set status = 'splendid'", "update etl_runs set trigger = 'whim'",
        "update etl_runs set ended_at = null", "update etl_runs set ended_at = started_at - interval '1 s'",
        "update etl_runs set dates_loaded = null", "update etl_runs set items = array_append(items, 'x')",
        "update loads set item = null",
        "update rejected_records set resolved_at = now()",
      ])
    func constraints(_ statement: String) throws {
      try load(items[0], rejecting: true)
      try record(failed(items[1]))
      try record(closed(failing: [items[1]]))
      let error = #expect(throws: PostgresError.self) { try connection.query(statement, deadline: within()) }
      #expect(error?.sqlState == "23514" || error?.sqlState == "23502", "\(error.map { "\($0)" } ?? "")")
    }

    @Test("accepts concurrent events of many runs, some of them twice")
    func concurrent() throws {
      try database.migrate(deadline: within())
      let url = testDatabase.url
      let entries = [opened(), failed(items[0]), closed(failing: [items[0]])]
      concurrently(
        (0..<16).map { number in
          {
            do {
              let ledger = Ledger(try LedgerTests.makeDatabase(url))
              for entry in entries {
                try ledger.record(entry, ofRun: "run-\(number / 4)", in: dataset, deadline: within())
              }
            } catch {
              Issue.record("\(error)")
            }
          }
        })
      #expect(try connection.lines("status", from: "etl_runs") == Array(repeating: "partial", count: 4))
      #expect(try connection.count("etl_failures") == 4)
    }

    @Test("keeps items without dates beside items with dates, in the columns for both")
    func undatedItems() throws {
      let items = [try WorkItem(id: "2024-05-31"), try WorkItem(id: "page-1"), try WorkItem(id: "x", date: testDate)]
      let opening = RunOpening(trigger: .schedule, startedAt: start, items: items)
      #expect(try record(.opened(opening))?.items == items)
      #expect(
        try connection.lines("items, dates", from: "etl_runs") == ["{2024-05-31,page-1,x}|{NULL,NULL,2024-05-31}"])
      try load(items[0])
      try record(
        .failed(ItemFailure(item: items[1], stage: .load, error: "RunLocked", cause: nil, failedAt: start + 1)))
      let outcome = RunClosing.Outcome.finished(failedItems: ["page-1", "x"])
      let ended = try record(.closed(RunClosing(opening: opening, endedAt: start + 60, outcome: outcome)))
      #expect((ended?.itemsLoaded, ended?.itemsFailed) == (1, 2))
      #expect(
        try connection.lines("item, event_date, error", from: "etl_failures order by item") == [
          "page-1|RunLocked", "x|2024-05-31|Unrecorded",
        ])
      let found = try ledger.run(named: "run-1", of: dataset, deadline: within())
      #expect(found?.items.map(\.item) == items)
      #expect(found?.items.map(\.failure?.error) == [nil, "RunLocked", "Unrecorded"])
    }
  }
}
