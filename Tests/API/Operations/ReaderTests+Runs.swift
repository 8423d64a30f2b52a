import Foundation
import Testing

@testable import OperationsPage

/// The outcomes of runs, and what other runs have done since.
extension ReaderTests {
  private static func run(_ name: String, _ status: String, _ items: String, _ start: String, loaded: Int) -> String {
    """
    insert into etl_runs (dataset, run, trigger, status, items, dates, started_at, ended_at, dates_loaded, records_found,
      records_new, records_changed, records_unchanged, records_rejected, records_cancelled)
    values ('wwoz', '\(name)', 'manual', '\(status)', '{\(items)}', '{\(items)}', '2026-11-27T\(start)Z',
      timestamptz '2026-11-27T\(start)Z' + interval '1 minute', \(loaded), 0, 0, 0, 0, 0, 0);
    """
  }

  private static func load(_ item: String, _ run: String, _ time: String) -> String {
    """
    insert into loads (dataset, item, event_date, raw_key, run, listed_at, loaded_at, counts)
    values ('wwoz', '\(item)', '\(item)', 'raw/\(run)/\(item)', '\(run)', '2026-11-27T\(time)Z', '2026-11-27T\(time)Z',
      '{"records":{"found":1,"new":1,"changed":0,"unchanged":0,"rejected":0}}');
    """
  }

  private static func failure(_ item: String, _ run: String, _ time: String) -> String {
    """
    insert into etl_failures (dataset, run, item, event_date, stage, error, cause, failed_at)
    values ('wwoz', '\(run)', '\(item)', '\(item)', 'scrape', 'SourceUnavailable', 'away', '2026-11-27T\(time)Z');
    """
  }

  @Test("A run has the status that the ledger has, also if no item was done; a partial run is not complete")
  func partial() throws {
    let script =
      Self.run("p1", "partial", "2026-11-28", "20:00", loaded: 0) + Self.failure("2026-11-28", "p1", "20:00:30")
    let report = try report(database(script))
    let wwoz = try #require(report.datasets.first { $0.id == "wwoz" })
    #expect(wwoz.runs.map(\.outcome) == [.partial])
    #expect(wwoz.completeAt == nil)
    #expect(report.problems.map(\.title).contains("1 of 1 items was not done"))
    let page = try PageDocument(report)
    #expect(page.elements("th").map(\.text).contains("last complete run"))
    #expect(!page.text.contains("last success"))
    #expect(page.elements("span").contains { $0.text == "partial" && $0.value("class") == "tag warn" })
  }

  @Test("What other runs have done since is no problem, and has no command")
  func repaired() throws {
    // The dates before the calendar's first are looked at as well.
    let failed =
      Self.run("f1", "partial", "2026-05-01,2026-11-28", "20:00", loaded: 0)
      + Self.failure("2026-05-01", "f1", "20:00:30")
      + Self.failure("2026-11-28", "f1", "20:00:40")
    let half =
      failed + Self.run("f2", "success", "2026-11-28", "21:00", loaded: 1) + Self.load("2026-11-28", "f2", "21:00:30")
    let some = try #require(report(database(half)).datasets.first { $0.id == "wwoz" }?.runs.last)
    #expect(some.repair == "1 of 2 done since by f2.")
    #expect(some.next == "festvibes retry f1")
    let whole =
      half + Self.run("f3", "success", "2026-05-01", "22:00", loaded: 1) + Self.load("2026-05-01", "f3", "22:00:30")
    let report = try report(database(whole))
    let run = try #require(report.datasets.first { $0.id == "wwoz" }?.runs.last)
    #expect((run.name, run.itemsFailed) == ("f1", 2))
    #expect(run.repair == "Done since by f2, f3.")
    #expect(run.next == nil)
    #expect(!report.problems.contains { $0.dataset == "wwoz" && $0.title.contains("not") })
    let page = try PageDocument(report)
    #expect(page.elements("p").map(\.text).contains("Done since by f2, f3."))
    #expect(!page.text.contains("festvibes retry f1"))
    // A failure after the repair is a new one.
    let again = try self.report(
      database(
        whole + Self.run("f4", "partial", "2026-11-28", "23:00", loaded: 0)
          + Self.failure("2026-11-28", "f4", "23:00:30")))
    let runs = try #require(again.datasets.first { $0.id == "wwoz" }?.runs)
    #expect(runs.map(\.next) == ["festvibes retry f4", nil, nil, "festvibes retry f1"])
    #expect(again.problems.filter { $0.dataset == "wwoz" }.map(\.next) == ["festvibes retry f4"])
  }

  @Test("The last run is no problem if another has done since what it left")
  func lastRun() throws {
    // The runs overlap: the one that began last failed first.
    let script =
      Self.run("g1", "success", "2026-11-28", "20:00", loaded: 1) + Self.load("2026-11-28", "g1", "20:03")
      + Self.run("g2", "partial", "2026-11-28", "20:01", loaded: 0) + Self.failure("2026-11-28", "g2", "20:01:30")
    let report = try report(database(script))
    #expect(report.datasets.first { $0.id == "wwoz" }?.runs.map(\.repair) == ["Done since by g1.", ""])
    #expect(report.problems.filter { $0.dataset == "wwoz" }.isEmpty)
  }
}
