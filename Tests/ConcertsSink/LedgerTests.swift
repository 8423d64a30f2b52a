import Foundation
import Contracts
import Settings
import EventRecords
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink

extension WarehouseTests {
  @Suite("The ledger")
  final class LedgerTests {
    let database: TestDatabase
    let connection: PostgresConnection
    let database: ConcertsDatabase
    private let start = Date(timeIntervalSince1970: 1_717_142_400)
    private let dates = (0..<3).map { testDate.adding(days: $0) }

    init() throws {
      database = try TestDatabase()
      connection = try database.connect()
      database = try makeWarehouse(database)
    }

    private var opening: RunOpening { RunOpening(trigger: .schedule, startedAt: start, dates: dates) }

    private func opened() -> LedgerEntry { .opened(opening) }

    private func failed(_ date: CalendarDate, error: String = "SourceChanged", after seconds: Double = 5) -> LedgerEntry
    {
      .failed(
        ItemFailure(
          date: date, stage: .scrape, error: error, cause: #"{"errorMessage":"no frame"}"#,
          failedAt: start + seconds))
    }

    private func closed(failing failedDates: [CalendarDate] = [], after seconds: Double = 60) -> LedgerEntry {
      .closed(
        RunClosing(opening: opening, endedAt: start + seconds, outcome: .finished(failedDates: failedDates)))
    }

    @discardableResult
    private func record(_ entry: LedgerEntry, run: String = "night") throws -> RunRecord? {
      try database.record(entry, ofRun: run, dataset: "wwoz", deadline: within())
    }

    /// Loads two shows of a date, one of them without a venue if so asked.
    @discardableResult
    private func load(
      _ date: CalendarDate, run: String = "night", rejecting: Bool = false, listed: String? = nil
    ) throws -> LoadReport {
      var document = makeDocument(
        [
          makeRecord(href: "/events/\(date)", date: "\(date)", time: nil),
          makeRecord(
            href: "/events/\(date)-2", venue: rejecting ? "" : "Tipitina's", venueHref: "/organizations/t",
            date: "\(date)", time: nil),
        ], date: date, key: "raw/\(date)_\(run).json", listed: listed)
      document.run = run
      return try database.load(document, deadline: within())
    }

    private func ledger() throws -> [String] {
      try connection.lines(
        "run, trigger, status, dates_loaded, records_found, records_new, records_changed, records_unchanged, "
          + "records_rejected, records_cancelled, error", from: "etl_runs order by run")
        + connection.lines("run, event_date, stage, error", from: "etl_failures order by run, event_date")
    }

    @Test("has a run from its opening to its end, with what its loads add up to")
    func night() throws {
      let running = try #require(try record(opened()))
      #expect(running.status == .running)
      #expect(running.dates == dates)
      #expect(running.endedAt == nil)
      for date in dates { try load(date) }
      #expect(try database.runs(of: .wwoz, last: 1, until: within()).first?.events == RecordCounts(found: 6, new: 6))
      let ended = try #require(try record(closed()))
      #expect(ended.status == .success)
      #expect(ended.startedAt == start)
      #expect(ended.endedAt == start + 60)
      #expect(ended.events == RecordCounts(found: 6, new: 6))
      #expect((ended.datesLoaded, ended.datesFailed) == (3, 0))
      #expect(try ledger() == ["night|schedule|success|3|6|6|0|0|0|0"])
    }

    @Test("takes its entries twice, late, in any order or with some missing, and comes to the same")
    func order() throws {
      try load(dates[0])
      try load(dates[1])
      let entries = [opened(), failed(dates[2]), closed(failing: [dates[2]])]
      let expected = ["1|schedule|partial|2|4|4|0|0|0|0", "1|\(dates[2])|scrape|SourceChanged"]
      let orders = [
        [0, 1, 2], [0, 0, 1, 1, 2, 2], [2, 1, 0], [1, 2, 0, 1, 2, 0], [1, 2], [2, 0, 1, 0], [0, 2, 1],
      ]
      for (number, order) in orders.enumerated() {
        let run = "order-\(number)"
        try connection.query("update loads set run = $1", [.text(run)], deadline: within())
        for index in order { try record(entries[index], run: run) }
        #expect(try ledger() == expected.map { "\(run)\($0.dropFirst())" }, "\(order)")
        try connection.execute(script: "truncate etl_runs, etl_failures", deadline: within())
      }
    }

    @Test("a failure that could not be recorded when it happened stands there from the run's end on")
    func unrecorded() throws {
      try load(dates[0])
      try record(opened())
      try record(failed(dates[1]))
      let ended = try record(closed(failing: [dates[1], dates[2]]))
      #expect(ended?.status == .partial)
      #expect(ended?.datesFailed == 2)
      #expect(
        try connection.lines("event_date, stage, error", from: "etl_failures order by 1") == [
          "\(dates[1])|scrape|SourceChanged", "\(dates[2])|Unrecorded",
        ])
      try record(failed(dates[2], error: "SourceUnavailable"))
      #expect(try connection.lines("error", from: "etl_failures order by event_date").last == "SourceUnavailable")
    }

    @Test("a rejected record makes a run partial, and so does a date without a load or a failure")
    func partial() throws {
      try load(dates[0], rejecting: true)
      try load(dates[1])
      try load(dates[2])
      let rejected = try record(closed())
      #expect(rejected?.status == .partial)
      #expect(rejected?.events == RecordCounts(found: 6, new: 5, rejected: 1))
      try connection.query("delete from loads where event_date = $1", [.date(dates[0])], deadline: within())
      #expect(try record(closed())?.status == .partial)
    }

    @Test("a run that left something else undone is partial, and says what, until a later end knows better")
    func undone() throws {
      for date in dates { try load(date) }
      let outcome = RunClosing.Outcome.finished(failedDates: [], cause: "CacheUnavailable: away")
      let ended = try record(.closed(RunClosing(opening: opening, endedAt: start + 60, outcome: outcome)))
      #expect(ended?.status == .partial)
      #expect(ended?.error == nil)
      #expect(ended?.cause == "CacheUnavailable: away")
      let redriven = try record(closed(after: 120))
      #expect(redriven?.status == .success)
      #expect(redriven?.cause == nil)
    }

    @Test("the dates that were ever loaded are known, also those without shows, and those of system 000")
    func loaded() throws {
      try load(dates[0])
      try database.load(makeDocument([], date: dates[1], key: "raw/empty.json"), deadline: within())
      let old = dates[2].adding(days: 1)
      try connection.query(
        "insert into events (source, event_date, artist_name, status) values ('wwoz', $1, 'A', 'scheduled')",
        [.date(old)], deadline: within())
      #expect(
        try database.loaded(dates + [old], of: .wwoz, until: within()) == [dates[0], dates[1], old])
    }

    @Test("a run that was given up is failed, with its reason and what was loaded until then")
    func failedRun() throws {
      try load(dates[0])
      let outcome = RunClosing.Outcome.failed(error: "States.ExceedToleratedFailureThreshold", cause: "too many")
      let ended = try record(.closed(RunClosing(opening: opening, endedAt: start + 1, outcome: outcome)))
      #expect(ended?.status == .failed)
      #expect(ended?.error == "States.ExceedToleratedFailureThreshold")
      #expect(ended?.cause == "too many")
      #expect(ended?.events == RecordCounts(found: 2, new: 2))
      let never = RunOpening(trigger: .manual, startedAt: start, dates: [])
      let refused = RunClosing.Outcome.failed(error: "InvalidInput", cause: nil)
      let empty = try record(.closed(RunClosing(opening: never, endedAt: start, outcome: refused)), run: "2")
      #expect(empty?.dates == [])
      #expect(empty?.datesLoaded == 0)
    }

    @Test("a redriven run's later end holds, and the date that was mended has not failed")
    func redriven() throws {
      try load(dates[0])
      try load(dates[1])
      try record(failed(dates[2]))
      try record(closed(failing: [dates[2]]))
      try load(dates[2])
      #expect(try record(closed(after: 120))?.status == .success)
      #expect(try connection.count("etl_failures") == 0)
      // The first end comes once more, late. Its failure is not made up again for a date that is loaded.
      try record(closed(failing: [dates[2]], after: 60))
      #expect(try database.run(named: "night", of: .wwoz, until: within())?.record.status == .success)
      #expect(try connection.count("etl_failures") == 0)
    }

    @Test("a late first end does not take away a failure that the redriven run's end told of")
    func lateEnd() throws {
      try record(failed(dates[2]))
      try record(closed(failing: [dates[2]], after: 120))
      try record(closed(after: 60))
      #expect(try connection.lines("event_date", from: "etl_failures") == ["\(dates[2])"])
    }

    @Test("a load that is run again after its answer was lost counts once, and answers what the ledger keeps")
    func retriedLoad() throws {
      let first = try load(dates[0])
      #expect(first.counts.events == RecordCounts(found: 2, new: 2))
      #expect(try load(dates[0]) == first)
      #expect(try connection.lines("run, counts #>> '{events,new}'", from: "loads") == ["night|2"])
      #expect(try record(closed(failing: [dates[1], dates[2]]))?.events == RecordCounts(found: 2, new: 2))
    }

    @Test("it answers that also when a later listing of its date was loaded meanwhile")
    func retriedLate() throws {
      let first = try load(dates[0], run: "old", listed: "2024-05-29T12:00:00Z")
      try load(dates[0], run: "new", listed: "2024-05-30T12:00:00Z")
      let again = try load(dates[0], run: "old", listed: "2024-05-29T12:00:00Z")
      #expect(again.isSuperseded)
      #expect(again.counts == first.counts)
    }

    @Test("a document that was replaced in its place counts as it was loaded last, never twice")
    func replacedDocument() throws {
      try load(dates[0], rejecting: true)
      try load(dates[0])
      #expect(try connection.count("loads") == 1)
      #expect(
        try record(closed(failing: [dates[1], dates[2]]))?.events == RecordCounts(found: 2, new: 1, unchanged: 1))
    }

    @Test("a date of which a run has loaded two documents counts as the last of them")
    func twoDocuments() throws {
      try load(dates[0])
      var second = makeDocument([makeRecord(href: "/events/3", time: nil)], date: dates[0], key: "raw/second.json")
      second.run = "night"
      try database.load(second, deadline: within())
      let ended = try record(closed(failing: [dates[1], dates[2]]))
      #expect(ended?.datesLoaded == 1)
      #expect(ended?.events == RecordCounts(found: 1, new: 1))
      #expect(ended?.cancelled == 2)
    }

    @Test("an older listing that is loaded late is marked as superseded")
    func superseded() throws {
      try load(dates[0], run: "new", listed: "2024-05-30T12:00:00Z")
      try load(dates[0], run: "old", listed: "2024-05-29T12:00:00Z")
      #expect(try connection.lines("run, superseded", from: "loads order by id") == ["new|f", "old|t"])
      #expect(try database.freshness(of: dates[0]...dates[0], in: .wwoz, until: within()).first?.run == "new")
    }

    @Test("tells of a run what came of each date, of those too that nothing is known of")
    func datesOfRun() throws {
      try record(opened())
      try load(dates[0])
      try load(dates[1])
      try record(failed(dates[1]))
      let found = try #require(try database.run(named: "night", of: .wwoz, until: within()))
      #expect(found.dates.map(\.date) == dates)
      #expect(found.dates[0].load?.events == RecordCounts(found: 2, new: 2))
      #expect(found.dates[0].load?.rawKey == "raw/\(dates[0])_night.json")
      #expect(found.dates[0].failure == nil)
      #expect(found.dates[1].load != nil)
      #expect(found.dates[1].failure?.stage == .scrape)
      #expect(found.dates[2] == RunItem(date: dates[2], load: nil, failure: nil))
      #expect(try database.run(named: "none", of: .wwoz, until: within()) == nil)
    }

    @Test("lists the last runs, the newest first")
    func runs() throws {
      for number in 1...4 {
        let opening = RunOpening(trigger: .manual, startedAt: start + Double(number), dates: dates)
        try record(.opened(opening), run: "run-\(number)")
      }
      try database.record(.opened(opening), ofRun: "other", dataset: "other", deadline: within())
      #expect(try database.runs(of: .wwoz, last: 3, until: within()).map(\.run) == ["run-4", "run-3", "run-2"])
    }

    @Test("tells how fresh each date is, and what failed since it was loaded")
    func freshness() throws {
      try load(dates[0], rejecting: true)
      try record(failed(dates[0], after: -1e9), run: "long ago")
      try load(dates[1])
      let later = Date().timeIntervalSince(start) + 3600
      try record(failed(dates[1], error: "SourceUnavailable", after: later), run: "later")
      let fresh = try makeWarehouse(database).freshness(of: dates[0]...dates[2], in: .wwoz, until: within())
      #expect(fresh.map(\.date) == dates)
      #expect(fresh.map(\.shows) == [1, 2, 0])
      #expect(fresh.map(\.openRejections) == [1, 0, 0])
      #expect(fresh.map(\.run) == ["night", "night", nil])
      #expect(fresh.map { $0.loadedAt == nil } == [false, false, true])
      #expect(fresh.map(\.failure?.error) == [nil, "SourceUnavailable", nil])
      #expect(fresh[1].failedRun == "later")
    }

    @Test(
      "is kept right by the database itself",
      arguments: [
        "update loads set counts = jsonb_set(counts, '{events,new}', '3')",
        "update loads set counts = jsonb_set(counts, '{events,new}', '-2') || '{}'",
        "update loads set counts = counts #- '{events,found}'", "update loads set counts = '{}'",
        "update etl_runs set records_found = 7", "update etl_runs set records_new = -1, records_found = -1",
        "update etl_runs set status = 'running'", "update etl_runs set status = 'failed'",
        "update etl_runs set status = 'splendid'", "update etl_runs set trigger = 'whim'",
        "update etl_runs set ended_at = null", "update etl_runs set ended_at = started_at - interval '1 s'",
        "update etl_runs set dates_loaded = null", "update etl_failures set stage = 'lunch'",
        "update rejected_records set resolved_at = now()",
      ])
    func constraints(_ statement: String) throws {
      try load(dates[0], rejecting: true)
      try record(failed(dates[1]))
      try record(closed(failing: [dates[1]]))
      let error = #expect(throws: PostgresError.self) { try connection.query(statement, deadline: within()) }
      #expect(error?.sqlState == "23514" || error?.sqlState == "23502", "\(error.map { "\($0)" } ?? "")")
    }

    @Test("entries of many runs and dates at the same time, twice each, all arrive")
    func concurrent() throws {
      try database.migrate(until: within())
      let url = database.url
      let entries = [opened(), failed(dates[0]), closed(failing: [dates[0]])]
      concurrently(
        (0..<16).map { number in
          {
            do {
              let database = try ConcertsDatabase(url: url, zone: try chicago.get())
              for entry in entries {
                try database.record(entry, ofRun: "run-\(number / 4)", dataset: "wwoz", deadline: within())
              }
            } catch {
              Issue.record("\(error)")
            }
          }
        })
      #expect(try connection.lines("status", from: "etl_runs") == Array(repeating: "partial", count: 4))
      #expect(try connection.count("etl_failures") == 4)
    }

    @Test("reading from a database that is not of this version yet says so")
    func olderDatabase() throws {
      try database.migrate(to: [.conformSystem000], deadline: within())
      let reader = try makeWarehouse(database)
      let error = #expect(throws: PipelineError.self) { try reader.runs(of: .wwoz, last: 1, until: within()) }
      #expect(error?.name == .schemaMismatch)
      #expect(error?.message.contains("older version") == true)
    }
  }
}
