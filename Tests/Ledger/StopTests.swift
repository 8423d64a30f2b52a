import Contracts
import Foundation
import Postgres
import Testing

extension LedgerTests {
  @Suite("The event that a run was stopped")
  final class StopTests: LedgerSuite {
    private func stopped(
      _ reason: RunStop.Reason = .timedOut, after seconds: Double = 90, trigger: RunOpening.Trigger = .manual
    ) -> LedgerEvent {
      .stopped(RunStop(trigger: trigger, startedAt: start, endedAt: start + seconds, reason: reason))
    }

    private func runs() throws -> [String] {
      try connection.lines(
        "status, error, extract(epoch from ended_at - started_at)::int, trigger, items, dates_loaded, records_found",
        from: "etl_runs")
    }

    @Test("closes it as failed, and keeps what the opening and the items have recorded")
    func closes() throws {
      try record(opened())
      try load(items[0])
      try record(failed(items[1]))
      let ended = try #require(try record(stopped()))
      #expect(ended.status == .failed)
      #expect(ended.error == "TimedOut")
      #expect(ended.cause?.contains("Run the dates that are missing again") == true)
      #expect(ended.endedAt == start + 90)
      #expect(ended.trigger == .schedule)
      #expect(ended.items == items)
      #expect((ended.itemsLoaded, ended.itemsFailed) == (1, 1))
      #expect(ended.records == RecordCounts(found: 2, new: 2, cancelled: 0))
      #expect(try connection.lines("item, stage, error", from: "etl_failures") == ["\(items[1])|scrape|SourceChanged"])
    }

    @Test("has what was enriched before, and takes away nothing of it when it does not say")
    func enrichment() throws {
      try record(opened())
      let stop = RunStop(
        trigger: .manual, startedAt: start, endedAt: start + 90, reason: .aborted,
        enrichment: #"{"enrichment": {"more": true}}"#)
      #expect(try record(.stopped(stop))?.enrichment == #"{"enrichment": {"more": true}}"#)
      #expect(try record(stopped(after: 95))?.enrichment == #"{"enrichment": {"more": true}}"#)
    }

    @Test("counts what is loaded after it: a load that was in progress commits")
    func loadInProgress() throws {
      try record(opened())
      try load(items[0])
      #expect(try record(stopped(.aborted))?.itemsLoaded == 1)
      try load(items[1])
      let ended = try #require(try ledger.run(named: "run-1", of: dataset, deadline: within())?.record)
      #expect(ended.status == .failed)
      #expect(ended.itemsLoaded == 2)
      #expect(ended.records == RecordCounts(found: 4, new: 4, cancelled: 0))
    }

    @Test("gives a row to a run whose opening was never written; the opening, if it comes later, adds the items")
    func withoutOpening() throws {
      try load(items[0])
      try record(stopped(.aborted, trigger: .replay))
      #expect(try runs() == ["failed|Aborted|90|replay|{}|1|2"])
      let ended = try #require(try record(opened()))
      #expect(ended.items == items)
      #expect(ended.trigger == .schedule)
      #expect(try runs().first?.hasPrefix("failed|Aborted|90|") == true)
    }

    @Test("has the same result twice, late, and in any order with the opening and a failure")
    func order() throws {
      let entries = [opened(), failed(items[2]), stopped()]
      for order in [[0, 1, 2], [0, 1, 2, 2], [2, 1, 0], [1, 2, 0, 1, 2, 0], [2, 0, 1, 2]] {
        for index in order { try record(entries[index]) }
        #expect(
          try runs() == ["failed|TimedOut|90|schedule|{2024-05-31,2024-06-01,2024-06-02}|0|0"], "\(order)")
        #expect(try connection.count("etl_failures") == 1)
        try connection.execute(script: "truncate etl_runs, etl_failures", deadline: within())
      }
    }

    @Test("does not replace what a run has written when it closed itself, whether it comes before or after")
    func ownClosing() throws {
      for item in items.prefix(2) { try load(item) }
      let entries = [closed(failing: [items[2]], after: 60), stopped(.aborted, after: 61)]
      for order in [[0, 1], [1, 0], [1, 1, 0, 1]] {
        for index in order { try record(entries[index]) }
        let ended = try #require(try ledger.run(named: "run-1", of: dataset, deadline: within())?.record)
        #expect(ended.status == .partial, "\(order)")
        #expect(ended.error == nil)
        #expect(ended.endedAt == start + 60)
        #expect(ended.itemsFailed == 1)
        try connection.execute(script: "truncate etl_runs, etl_failures", deadline: within())
      }
    }

    @Test("is followed by the redriven run's end, or by a second stop; the first event, late, changes nothing")
    func redriven() throws {
      try record(opened())
      try record(stopped(.timedOut, after: 90))
      try record(stopped(.aborted, after: 200))
      try record(stopped(.timedOut, after: 90))
      #expect(try runs().first?.hasPrefix("failed|Aborted|200|") == true)
      for item in items { try load(item) }
      #expect(try record(closed(after: 300))?.status == .success)
      #expect(try record(stopped(.aborted, after: 200))?.status == .success)
      #expect(try runs() == ["success|300|schedule|{2024-05-31,2024-06-01,2024-06-02}|3|6"])
    }
  }
}
