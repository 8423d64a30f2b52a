import AWS
import Contracts
import Foundation
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
      let list = LedgerReport(runs: [.init(record: run)], freshness: [], now: start, zone: try zone()).lines(for: pipe)
      #expect(
        list.suffix(from: 3)
          == (["", "cli-1"] + shown.map { "  \($0)" } + (isIncomplete ? ["  Incomplete: \(text)"] : []))[...])
      let lines = LedgerRunReport(run: run, items: [], now: start, zone: try zone()).lines(for: pipe)
      #expect(lines.contains("Incomplete: \(text)") == isIncomplete)
      #expect(lines.last?.hasPrefix("partial: 2 dates") == true)
      #expect(lines.last?.contains(oldShown) == !shown.isEmpty)
    }
    #expect(makeRun(error: "E").with { $0.cause = "IncompleteItems: x" }.incompleteItems == nil)
  }

  @Test("Runs and items are listed with their failures")
  func list() throws {
    let runs = [
      LedgerReport.Run(record: makeRun("cli-3", .partial, failed: 1), failures: [failure]),
      LedgerReport.Run(record: makeRun("cli-2", .failed, took: 1, failed: 2, error: "States.Timeout")),
      LedgerReport.Run(record: makeRun("cli-1", .running, took: nil)),
    ]
    let freshness = [
      ItemFreshness(item: items[0], loadedAt: start, run: "cli-3", openRejections: 2),
      ItemFreshness(
        item: items[1], loadedAt: nil, run: nil, openRejections: 0, failure: failure, failedRun: "cli-3"),
    ]
    let report = LedgerReport(
      runs: runs, freshness: freshness, stored: ["2024-05-31": 59, "2024-06-01": 0], now: start + 60, zone: try zone())
    #expect(
      report.lines(for: pipe) == [
        "run    started                    took  status   loaded  failed  dates  found  new  changed  unchanged  "
          + "rejected  cancelled  trigger",
        String(repeating: "─", count: 132),
        "cli-3  2024-05-31 14:00:00        42 s  partial       1       1      2    119  100        1         16  "
          + "       2          3  manual",
        "cli-2  2024-05-31 14:00:00       1.0 s  failed        0       2      2    119  100        1         16  "
          + "       2          3  manual",
        "cli-1  2024-05-31 14:00:00  1 min 00 s  running       2       0      2    119  100        1         16  "
          + "       2          3  manual",
        "", "cli-3", "  2024-06-01: SourceChanged: no frame", "", "cli-2", "  States.Timeout: why", "",
        "date        events  quarantined  loaded               by     failed since",
        String(repeating: "─", count: 92),
        "2024-05-31      59            2  2024-05-31 14:00:00  cli-3",
        "2024-06-01       0            0  never                       failed in scrape: SourceChanged",
      ])
  }

  @Test("A run whose cache may be old says so")
  func oldCache() throws {
    let run = makeRun("cli-3", .partial).with { $0.cause = #"CacheUnavailable: {"errorMessage":"away"}"# }
    let text = "The cache may be older than the database: CacheUnavailable: away"
    let report = LedgerReport(runs: [.init(record: run)], freshness: [], now: start, zone: try zone())
    #expect(report.lines(for: pipe).suffix(2) == ["cli-3", "  \(text)"])
    let report2 = LedgerRunReport(run: run, items: [], now: start, zone: try zone()).lines(for: pipe)
    #expect(report2.last?.contains("(manual). \(text). 119 found") == true)
  }

  @Test("A run that kept what most pages have lost says so, and not that the cache is old")
  func notice() throws {
    let text = "SourceChanged: 4 of 4 venue pages of 2024-05-31 no longer have website. What was known is kept"
    let run = makeRun("cli-3", .partial).with { $0.cause = text }
    let lines = LedgerRunReport(run: run, items: [], now: start, zone: try zone()).lines(for: pipe)
    #expect(lines.last?.contains("(manual). \(text). 119 found") == true)
  }

  @Test("A run past its time limit is shown as stopped")
  func stopped() throws {
    let run = makeRun(took: nil).with { $0.status = .running }
    #expect(run.statusCell(at: start + 21_600).text == "running")
    #expect(run.statusCell(at: start + 21_601).text == "stopped")
    #expect(run.took(at: start + 21_601).isEmpty)
  }

  @Test("A run that Step Functions ended is shown as failed")
  func ended() throws {
    func execution(_ status: String, _ more: String = "") throws -> Execution {
      try JSONDecoder().decode(
        Execution.self,
        from: Data(
          #"{"executionArn":"a","name":"cli-1","status":"\#(status)","startDate":0,"stopDate":9\#(more)}"#.utf8))
    }
    let run = makeRun(took: nil).with { $0.status = .running }
    let stopped = run.ended(as: try execution("ABORTED"))
    #expect(stopped.statusCell(at: start).text == "failed")
    #expect(stopped.failure?.description == "ABORTED: Step Functions ended it before it could close itself")
    #expect(stopped.endedAt != nil)
    let explained = run.ended(as: try execution("ABORTED", #","error":"Wrong","cause":"dates""#))
    #expect(explained.failure?.description == "Wrong: dates")
    #expect(run.ended(as: try execution("TIMED_OUT")).failure?.name == "TIMED_OUT")
    #expect(run.ended(as: try execution("RUNNING")) == run)
    #expect(run.ended(as: try execution("SUCCEEDED")) == run)
    #expect(makeRun().ended(as: try execution("ABORTED")) == makeRun(), "what the ledger has closed stays so")
  }

  @Test(
    "No line is wider than the terminal",
    arguments: [60, 80, 120])
  func width(width: Int) throws {
    let run = LedgerReport.Run(record: makeRun("cli-20260510T080000Z-4f2a", .partial, failed: 1), failures: [failure])
    let fresh = ItemFreshness(
      item: items[0], loadedAt: start, run: "cli-20260510T080000Z-4f2a", openRejections: 2, failure: failure)
    let report = LedgerReport(runs: [run], freshness: [fresh], now: start, zone: try zone())
    let lines = report.lines(for: Terminal(isInteractive: true, colors: false, size: (width, 24)))
    #expect(lines.allSatisfy { TextWidth.of($0) <= width }, "\(lines)")
    #expect(lines[2].hasPrefix("cli-20260510T080000Z-4f2a  "))
    #expect(lines[2].contains("partial"))
  }

  @Test("A run is reported item by item")
  func itemReport() throws {
    let load = RunItem.Load(
      rawKey: "raw/1", loadedAt: start + 9, isSuperseded: false,
      records: RecordCounts(found: 119, new: 100, changed: 1, unchanged: 16, rejected: 2, cancelled: 3))
    let report = LedgerRunReport(
      run: makeRun("cli-3", .partial, failed: 1),
      items: [
        RunItem(item: items[0], load: load), RunItem(item: items[1], failure: failure),
        RunItem(item: WorkItem(date: CalendarDate(daysSinceEpoch: 19_876))),
      ], now: start, zone: try zone())
    #expect(
      report.lines(for: pipe) == [
        "date          found  new  changed  unchanged  rejected  cancelled  loaded",
        String(repeating: "─", count: 86),
        "✓ 2024-05-31    119  100        1         16         2          3  2024-05-31 14:00:09",
        "✗ 2024-06-01  failed in scrape: SourceChanged", "· 2024-06-02  not loaded",
        String(repeating: "─", count: 86),
        "total           119  100        1         16         2          3", "",
        "2024-06-01: SourceChanged: no frame", "The rejected records and the reasons: festvibes rejected --run cli-3",
        "partial: 2 dates in 42 s, 1 loaded, 1 failed, started 2024-05-31 14:00:00 (manual). "
          + "119 found = 100 new + 1 changed + 16 unchanged + 2 rejected.",
      ])
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
    let json = RejectedReport(records: [makeRecord(2), makeRecord(1, record: nil)], isOfRun: true).json
    #expect(json.contains(#""a":1.10"#))
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    #expect(list.count == 2)
    #expect(list[0]["raw_key"] as? String == "raw/1.json")
    #expect(list[0]["reason"] as? String == "no venue name")
    #expect(list[0]["resolved_by"] as? String == "raw/3.json")
    #expect(list[1]["record"] is NSNull)
    #expect(list[1]["resolution"] == nil)
    #expect(RejectedReport(records: [], isOfRun: false).json == "[]")
  }
}

extension RunRecord {
  fileprivate func with(_ change: (inout RunRecord) -> Void) -> RunRecord {
    var record = self
    change(&record)
    return record
  }
}
