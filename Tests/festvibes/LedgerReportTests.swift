import AWS
import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import festvibes

@Suite("Ledger reports")
struct LedgerReportTests {
  private let pipe = Terminal(isInteractive: false, colors: false, size: nil)
  private let items = [19_874, 19_875].map { WorkItem(date: CalendarDate(daysSinceEpoch: $0)) }
  private let cause = #"{"errorMessage":"no frame","errorType":"SourceChanged"}"#

  private func zone() throws -> TimeZone { try #require(TimeZone(identifier: "America/Chicago")) }

  private func makeRun(
    _ name: String = "cli-1", _ status: RunRecord.Status = .success, took: Double? = 42, failed: Int = 0,
    error: String? = nil
  ) -> RunRecord {
    RunRecord(
      run: name, trigger: .manual, status: status, startedAt: start, endedAt: took.map { start + $0 }, items: items,
      itemsLoaded: 2 - failed, itemsFailed: failed,
      records: RecordCounts(found: 119, new: 100, changed: 1, unchanged: 16, rejected: 2, cancelled: 3), error: error,
      cause: error.map { _ in "why" })
  }

  private var failure: ItemFailure {
    ItemFailure(item: items[1], stage: .scrape, error: "SourceChanged", cause: cause, failedAt: start)
  }

  @Test("Notices of incomplete items are shown for a run and in the list, beside what else was not done")
  func incomplete() throws {
    let text = "2024-05-31, 2024-06-01: slow site; the venues lost their address"
    let old = #"CacheUnavailable: {"errorMessage":"away"}"#
    let oldShown = "The cache may be older than the database: CacheUnavailable: away"
    for (cause, shown) in [
      ("IncompleteItems: \(text)", [String]()), ("\(old)\nIncompleteItems: \(text)", [oldShown]), (old, [oldShown]),
    ] {
      let run = makeRun("cli-1", .partial).with { $0.cause = cause }
      let isIncomplete = cause != old
      let list = LedgerReport(runs: [RunStatus(record: run)], dataset: .wwoz, now: start, zone: try zone()).lines(
        for: pipe)
      #expect(
        list.suffix(from: 3)
          == (["", "cli-1"] + shown.map { "  \($0)" } + (isIncomplete ? ["  Incomplete: \(text)"] : []))[...])
      let lines = LedgerRunReport(run: RunStatus(record: run), dataset: .wwoz, now: start, zone: try zone()).lines(
        for: pipe)
      #expect(lines.contains("Incomplete: \(text)") == isIncomplete)
      #expect(lines.last?.hasPrefix("partial: 2 dates") == true)
      #expect(lines.last?.contains(oldShown) == !shown.isEmpty)
    }
    #expect(makeRun(error: "E").with { $0.cause = "IncompleteItems: x" }.incompleteItems == nil)
  }

  @Test("A run has its trigger, job, object and process, and its enrichment")
  func origin() throws {
    let run = makeRun().with {
      $0.origin = RunOrigin(jobType: "hourly", key: "k/1", host: "etl-1:4711")
      $0.enrichment = #"{"enrichment_error":"DatabaseUnavailable: down"}"#
    }
    let lines = LedgerRunReport(run: RunStatus(record: run), dataset: .wwoz, now: start, zone: try zone()).lines(
      for: pipe)
    #expect(lines.contains("Not all is enriched, the next run goes on: DatabaseUnavailable: down"))
    #expect(
      lines.last?.contains("(manual, job hourly, key k/1, by the process 4711 on the machine etl-1)") == true,
      "\(lines)")
  }

  @Test("Runs are listed with their failures, and the items that were stopped or not tried apart from them")
  func list() throws {
    let third = WorkItem(date: CalendarDate(daysSinceEpoch: 19_876))
    let stopped = makeRun("cli-2", .failed, took: 1, error: "States.Timeout").with {
      $0.items.append(third)
      ($0.itemsAborted, $0.itemsNotTried) = ([items[0].id], [third.id])
      $0.pagesFailed = 1
    }
    let runs = [
      RunStatus(
        record: makeRun("cli-3", .partial, failed: 1),
        items: [RunItem(item: items[0], load: load()), RunItem(item: items[1], failure: failure)]),
      RunStatus(record: stopped, items: [items[0], items[1], third].map { RunItem(item: $0, load: load()) }),
      RunStatus(record: makeRun("cli-1", .running, took: nil)),
    ]
    let report = LedgerReport(runs: runs, dataset: .wwoz, now: start + 60, zone: try zone())
    let expected = [
      "run    started                        took  status   done  failed  aborted  not tried  dates  found  new  changed  "
        + "unchanged  rejected  cancelled  unread  trigger",
      String(repeating: "─", count: 162),
      "cli-3  2024-05-31 14:00:00 CDT        42 s  partial     1       1        0          0      2    119  100        1  "
        + "       16         2          3          manual",
      "cli-2  2024-05-31 14:00:00 CDT       1.0 s  failed      1       0        1          1      3    119  100        1  "
        + "       16         2          3       1  manual",
      "cli-1  2024-05-31 14:00:00 CDT  1 min 00 s  running     2       0        0          0      2    119  100        1  "
        + "       16         2          3          manual",
      "", "cli-3", "  2024-06-01: SourceChanged: no frame", "", "cli-2", "  States.Timeout: why",
      "  2024-05-31 was stopped with the run. 2024-06-02 was not tried, because the run ended before.",
      "  1 page could not be read: the next run reads them again.",
    ]
    #expect(report.lines(for: pipe) == expected)
  }

  private func load(_ pages: PageCounts? = nil, found: Int = 119) -> RunItem.Load {
    RunItem.Load(
      rawKey: "raw/1", loadedAt: start + 9, isSuperseded: false,
      records: found == 0
        ? RecordCounts()
        : RecordCounts(found: 119, new: 100, changed: 1, unchanged: 16, rejected: 2, cancelled: 3), pages: pages)
  }

  @Test("A run whose cache may be old says so")
  func oldCache() throws {
    let run = makeRun("cli-3", .partial).with { $0.cause = #"CacheUnavailable: {"errorMessage":"away"}"# }
    let text = "The cache may be older than the database: CacheUnavailable: away"
    let report = LedgerReport(runs: [RunStatus(record: run)], dataset: .wwoz, now: start, zone: try zone())
    #expect(report.lines(for: pipe).suffix(2) == ["cli-3", "  \(text)"])
    let report2 = LedgerRunReport(run: RunStatus(record: run), dataset: .wwoz, now: start, zone: try zone()).lines(
      for: pipe)
    #expect(report2.last?.contains("(manual). \(text). 119 found") == true)
  }

  @Test("A run that kept what most pages have lost says so, and not that the cache is old")
  func notice() throws {
    let text = "SourceChanged: 4 of 4 venue pages of 2024-05-31 no longer have website. What was known is kept"
    let run = makeRun("cli-3", .partial).with { $0.cause = text }
    let lines = LedgerRunReport(run: RunStatus(record: run), dataset: .wwoz, now: start, zone: try zone()).lines(
      for: pipe)
    #expect(lines.last?.contains("(manual). \(text). 119 found") == true)
  }

  @Test("A run past its time limit is shown as stopped")
  func stopped() throws {
    let run = makeRun(took: nil).with { $0.status = .running }
    #expect(run.statusCell(at: start + 21_600).text == "running")
    #expect(run.statusCell(at: start + 21_601).text == "stopped")
    #expect(run.took(at: start + 21_601).isEmpty)
    // The operators' page has the same words.
    #expect(makeRun("cli-1", .failed, error: "TimedOut").statusCell(at: start).text == "stopped")
    #expect(makeRun("cli-1", .failed, error: "Aborted").statusCell(at: start).text == "stopped")
    #expect(makeRun("cli-1", .failed, error: "States.Timeout").statusCell(at: start).text == "failed")
  }

  @Test(
    "No line is wider than the terminal",
    arguments: [60, 80, 120, 200])
  func width(width: Int) throws {
    let run = RunStatus(
      record: makeRun("cli-20260510T080000Z-4f2a", .partial, failed: 1).with { $0.pagesFailed = 7 },
      items: [RunItem(item: items[0]), RunItem(item: items[1], failure: failure)])
    let report = LedgerReport(runs: [run], dataset: .wwoz, now: start, zone: try zone())
    let lines = report.lines(for: Terminal(isInteractive: true, colors: false, size: (width, 24)))
    #expect(lines.allSatisfy { TextWidth.of($0) <= width }, "\(lines)")
    #expect(lines[2].hasPrefix("cli-20260510T080000Z-4f2a  "))
    #expect(lines[2].contains("partial"))
  }

  @Test("A run is reported item by item")
  func itemReport() throws {
    let days = (19_876...19_880).map { WorkItem(date: CalendarDate(daysSinceEpoch: $0)) }
    let record = makeRun("cli-3", .failed, failed: 1, error: "E").with {
      $0.items += days
      ($0.itemsAborted, $0.itemsNotTried, $0.pagesFailed) = ([days[2].id], [days[3].id], 7)
    }
    let report = LedgerRunReport(
      run: RunStatus(
        record: record,
        items: [
          RunItem(item: items[0], load: load(PageCounts(read: 90, failed: 1))),
          RunItem(item: items[1], failure: failure),
          RunItem(item: days[0], load: load(PageCounts(read: 90, failed: 6))),
          RunItem(item: days[1], load: load(found: 0)), RunItem(item: days[2], load: load()),
          RunItem(item: days[3]), RunItem(item: days[4]),
        ]), dataset: .wwoz, now: start, zone: try zone())
    let expected = [
      "date          found  new  changed  unchanged  rejected  cancelled  pages unread  loaded",
      String(repeating: "─", count: 111),
      "✓ 2024-05-31    119  100        1         16         2          3             1  2024-05-31 14:00:09 CDT",
      "✗ 2024-06-01  failed in scrape: SourceChanged",
      "~ 2024-06-02    119  100        1         16         2          3             6  2024-05-31 14:00:09 CDT",
      "~ 2024-06-03      0    0        0          0         0          0                2024-05-31 14:00:09 CDT, empty",
      "✗ 2024-06-04  aborted, after it was loaded", "✗ 2024-06-05  not tried", "✗ 2024-06-06  not done",
      String(repeating: "─", count: 111),
      "total           119  100        1         16         2          3             7", "",
      "✓ done   ~ empty or incomplete   ✗ not done",
      "2024-06-01: SourceChanged: no frame",
      "2024-06-04 was stopped with the run. 2024-06-05 was not tried, because the run ended before. 2024-06-06 has no "
        + "load in the ledger; whether it had begun, only Step Functions knows.",
      "7 pages could not be read, many of 2024-06-02: the next run reads them again.",
      "The rejected records and the reasons: \(NextStep("rejected --run cli-3").command)",
      "failed: 7 dates in 42 s, 3 done, 1 failed, 1 aborted, 1 not tried, 1 unknown, started 2024-05-31 14:00:00 CDT "
        + "(manual). E: why. 119 found = 100 new + 1 changed + 16 unchanged + 2 rejected.",
    ]
    #expect(report.lines(for: pipe) == expected)
  }

  @Test("Counts that do not add up are shown so")
  func counts() {
    #expect(RecordCounts(found: 3, new: 1).sentence.hasPrefix("3 found ≠ 1 new + "))
  }

  private func makeRecord(_ position: Int, key: String = "raw/1.json", record: String? = #"{"a":1.10}"#)
    -> QuarantinedRecord
  {
    QuarantinedRecord(
      item: items[0], rawKey: key, run: "cli-1", position: position, reason: "no venue name",
      href: "/events/\(position)",
      record: record, rejectedAt: start,
      resolution: position == 2 ? .init(kind: "loaded", at: start + 60, rawKey: "raw/3.json", run: "cli-2") : nil)
  }

  @Test("The JSON has the records byte for byte")
  func json() throws {
    let json = RejectedReport(records: [makeRecord(2), makeRecord(1, record: nil)], dataset: .wwoz, isOfRun: true).json
    #expect(json.contains(#""a":1.10"#))
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    #expect(list.count == 2)
    #expect(list[0]["raw_key"] as? String == "raw/1.json")
    #expect(list[0]["reason"] as? String == "no venue name")
    #expect(list[0]["resolved_by"] as? String == "raw/3.json")
    #expect(list[1]["record"] is NSNull)
    #expect(list[1]["resolution"] == nil)
    #expect(RejectedReport(records: [], dataset: .wwoz, isOfRun: false).json == "[]")
  }
}

extension RunRecord {
  func with(_ change: (inout RunRecord) -> Void) -> RunRecord {
    var record = self
    change(&record)
    return record
  }
}
