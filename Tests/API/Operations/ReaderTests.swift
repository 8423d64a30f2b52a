import APIRouting
import APISupport
import ConcertsSink
import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import OperationsPage

/// The page on a real Postgres, at 2026-11-28 03:12 UTC: in New Orleans it is still the 27th.
@Suite(
  "The operators' page from the ledger", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
struct ReaderTests {
  private static let key = "0123456789abcdef"
  private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  static let script = """
    insert into etl_runs (dataset, run, trigger, status, items, dates, started_at, ended_at, dates_loaded, records_found,
      records_new, records_changed, records_unchanged, records_rejected, records_cancelled)
    values
      ('wwoz', 'r1', 'schedule', 'success', '{2026-11-27,2026-11-28,2026-11-29,2026-12-02}',
        '{2026-11-27,2026-11-28,2026-11-29,2026-12-02}', '2026-11-25T20:00Z', '2026-11-25T20:03Z', 4, 100, 100, 0, 0, 0, 0),
      ('wwoz', 'r2', 'schedule', 'partial', '{2026-11-27,2026-11-28,2026-11-29}', '{2026-11-27,2026-11-28,2026-11-29}',
        '2026-11-27T20:00Z', '2026-11-27T20:02Z', 1, 41, 1, 0, 39, 1, 0),
      ('other', 'o1', 'manual', 'success', '{a}', '{null}', '2026-11-28T03:00Z', '2026-11-28T03:01Z', 1, 5, 5, 0, 0, 0, 0);
    insert into loads (dataset, item, event_date, raw_key, run, listed_at, loaded_at, pages_read, pages_failed, counts)
    select 'wwoz', d::date::text, d::date, 'raw/' || n, run, at, at, 41, 1, jsonb_build_object('records', jsonb_build_object(
      'found', found, 'new', 1, 'changed', 0, 'unchanged', found - 1 - rejected, 'rejected', rejected))
    from (values (1, '2026-11-27', 'r1', timestamptz '2026-11-25T20:01Z', 40, 0), (2, '2026-11-28', 'r1',
      '2026-11-25T20:01Z', 50, 0), (3, '2026-11-27', 'r2', '2026-11-27T20:01Z', 41, 1)) x (n, d, run, at, found, rejected);
    insert into etl_failures (dataset, run, item, event_date, stage, error, cause, failed_at)
    select 'wwoz', 'r2', d, d::date, 'scrape', 'SourceUnavailable',
      '{"errorType":"SourceUnavailable","errorMessage":"no <answer>"}', '2026-11-27T20:01:30Z'
    from unnest('{2026-11-28,2026-11-29}'::text[]) d;
    insert into cached_items (dataset, item, event_date, cached_at, expires_at, records)
    values ('wwoz', '2026-11-27', '2026-11-27', '2026-11-27T20:02Z', '2026-11-28T08:00Z', 40);
    insert into rejected_records (dataset, item, event_date, raw_key, position, reason, record, rejected_at, load_id)
    select 'wwoz', '2026-11-27', '2026-11-27', 'raw/3', 0, 'no venue', '{}', '2026-11-27T20:01Z', id
    from loads where raw_key = 'raw/3';
    """

  func database(_ script: String = script) throws -> TestDatabase {
    let database = try TestDatabase(migrated: true)
    try database.connect().execute(script: script, deadline: deadline)
    return database
  }

  func report(
    _ database: TestDatabase, now: Date = SampleReports.now, expected: ExpectedSchedules = .all
  ) throws -> OperationsReport {
    let reader = OperationsReader(try OperatedDataset.all(RepositoryDatasets.catalog()), expected: expected)
    let ledger = try Database(url: database.url, migrations: ConcertsSink.migrations)
    return try reader.report(ledger, now: now, deadline: deadline)
  }

  @Test("The days have their states, by the rules of festvibes status")
  func days() throws {
    let report = try report(database())
    let wwoz = try #require(report.datasets.first { $0.id == "wwoz" })
    #expect(wwoz.today.description == "2026-11-27")
    #expect(wwoz.days.first?.date.weekday == 1)
    #expect(wwoz.days.last?.date.description == "2026-12-27")
    let states = Dictionary(uniqueKeysWithValues: wwoz.days.map { ($0.date.description, $0.state) })
    #expect(states["2026-11-26"] == .past)
    #expect(states["2026-11-27"] == .cached)
    #expect(states["2026-11-28"] == .failed)
    #expect(states["2026-11-29"] == .failed)
    #expect(states["2026-11-30"] == .gap)
    #expect(states["2026-12-02"] == .stale)
    #expect(states["2026-12-03"] == .gap)
    let today = try #require(wwoz.days.first { $0.date == wwoz.today })
    #expect(today.records == 40)
    #expect(today.openRejections == 1)
    #expect(wwoz.days.first { $0.state == .failed }?.note == "failed in scrape: SourceUnavailable: no <answer>")
    #expect(wwoz.staleItems == 3)
    // The last run was not meant to have the day that has come since.
    let tomorrow = try self.report(database(), now: SampleReports.now.addingTimeInterval(86_400))
    let days = try #require(tomorrow.datasets.first { $0.id == "wwoz" }?.days)
    #expect(days.suffix(2).map(\.state) == [.gap, .future])
    // Cached values end.
    let later = try self.report(database(), now: SampleReports.now.addingTimeInterval(6 * 3600))
    #expect(later.datasets.first { $0.id == "wwoz" }?.days.first { $0.date == wwoz.today }?.state == .loaded)
  }

  @Test("The runs have their outcomes, their requests, and the command that goes on")
  func runs() throws {
    let wwoz = try #require(try report(database()).datasets.first { $0.id == "wwoz" })
    let run = try #require(wwoz.runs.first)
    #expect(run.name == "r2")
    #expect(run.outcome == .partial)
    #expect((run.itemsDone, run.itemsFailed, run.itemsUndone) == (1, 2, 0))
    #expect((run.requests, run.requestsFailed) == (42, 1))
    #expect(
      run.failures == [
        .init(
          items: ["2026-11-28", "2026-11-29"], stage: "scrape", error: "SourceUnavailable", message: "no <answer>")
      ])
    #expect(run.next == "festvibes retry r2")
    #expect(wwoz.runs.last?.outcome == .success)
    #expect(wwoz.runs.last?.next == nil)
    #expect(
      wwoz.rejections == [
        .init(reason: "no venue", count: 1, items: ["2026-11-27"], since: try #require(wwoz.rejections.first?.since))
      ])
  }

  @Test("Each problem has its command; gaps and the quarantine wake nobody")
  func problems() throws {
    let report = try report(database())
    let problems = report.problems.filter { $0.dataset == "wwoz" }
    #expect(problems.map(\.title) == ["2 of 3 items were not done", "2026-12-02 was never loaded"])
    #expect(problems.map(\.next) == ["festvibes retry r2", "festvibes run --start 2026-12-02 --end 2026-12-02"])
    #expect(problems.first?.cause == "2026-11-28, 2026-11-29: SourceUnavailable: no <answer>")
    let remarks = report.remarks.filter { $0.dataset == "wwoz" }
    let gaps = try #require(remarks.first { $0.title == "gaps" })
    #expect(gaps.cause == "no finished run had 2026-11-30 to 2026-12-01, 2026-12-03 to 2026-12-27 (27 dates)")
    #expect(gaps.next == "festvibes run --start 2026-11-30 --end 2026-12-27")
    #expect(remarks.map(\.next).contains("festvibes rejected"))
    let other = try #require(report.problems.first { $0.dataset == "other" })
    #expect(other.cause == "1 item was stopped or not tried")
    #expect(other.next == "festvibes status o1 --dataset other")
    // A dataset that only the ledger knows.
    #expect(report.datasets.first { $0.id == "other" }?.runs.count == 1)
    #expect(report.upcoming.first?.time ?? .distantPast > SampleReports.now)
  }

  @Test("A failure of an earlier run, a run without an end, and a schedule without a run are problems")
  func otherProblems() throws {
    let later = """
      insert into etl_runs (dataset, run, trigger, status, items, dates, started_at, ended_at, dates_loaded, records_found,
        records_new, records_changed, records_unchanged, records_rejected, records_cancelled, error, cause)
      values ('wwoz', 'r3', 'manual', 'success', '{2026-11-27}', '{2026-11-27}', '2026-11-27T23:00Z', '2026-11-27T23:01Z', 1,
          1, 1, 0, 0, 0, 0, null, null),
        ('other', 'o2', 'manual', 'running', '{a}', '{null}', '2026-11-27T03:00Z', null, null, null, null, null, null, null,
          null, null, null),
        ('sample_products', 's1', 'manual', 'failed', '{}', '{}', '2026-11-27T03:00Z', '2026-11-27T03:01Z', 0, 0, 0, 0, 0, 0,
          0, 'ConfigurationInvalid', '{"errorMessage":"X is not set"}');
      insert into loads (dataset, item, event_date, raw_key, run, listed_at, loaded_at, counts)
      values ('wwoz', '2026-11-27', '2026-11-27', 'raw/4', 'r3', '2026-11-27T23:00Z', '2026-11-27T23:00:30Z',
        '{"records":{"found":1,"new":1,"changed":0,"unchanged":0,"rejected":0}}');
      update etl_runs set started_at = '2026-11-20Z', ended_at = '2026-11-20Z' where run = 'o1';
      """
    let report = try report(database(Self.script + later))
    let wwoz = report.problems.filter { $0.dataset == "wwoz" }
    #expect(wwoz.first?.title == "2026-11-28, 2026-11-29 failed before, and were not loaded since")
    #expect(wwoz.first?.next == "festvibes retry r2")
    let other = try #require(report.problems.first { $0.dataset == "other" })
    #expect(other.title == "the last run was stopped")
    #expect(other.next == "festvibes status --dataset other")
    let failed = try #require(report.problems.first { $0.dataset == "sample_products" })
    #expect(failed.title == "the last run failed")
    #expect(failed.cause == "ConfigurationInvalid: X is not set")
    #expect(failed.next == "festvibes doctor --dataset sample_products")
    let late = try self.report(database(), now: SampleReports.now.addingTimeInterval(7 * 86_400)).problems
    #expect(late.contains { $0.title == "a scheduled run is overdue" && $0.next == "festvibes run --dataset wwoz" })
  }

  @Test("Every command begins with the program that the reader was given")
  func program() throws {
    let reader = OperationsReader(
      try OperatedDataset.all(RepositoryDatasets.catalog()), expected: .all, program: "/opt/fv/festvibes")
    let database = try database()
    let ledger = try Database(url: database.url, migrations: ConcertsSink.migrations)
    let report = try reader.report(ledger, now: SampleReports.now, deadline: deadline)
    withExtendedLifetime(database) {}
    let commands =
      (report.problems + report.remarks).compactMap(\.next) + report.datasets.compactMap(\.rejectedCommand)
      + report.datasets.flatMap(\.runs).compactMap(\.next)
    #expect(commands.count > 5)
    #expect(commands.allSatisfy { $0.hasPrefix("/opt/fv/festvibes ") }, "\(commands)")
    let away = reader.report(without: PipelineError(.databaseUnavailable, "x"), now: SampleReports.now)
    #expect(away.problems.map(\.next) == ["/opt/fv/festvibes doctor"])
  }

  // MARK: - The route

  private func router(
    _ url: String, keys: String = key, migrations: [Migration] = ConcertsSink.migrations,
    log: @escaping @Sendable (APILogEntry) -> Void = { _ in }
  ) throws -> Router {
    let database = try APIDatabase(url: url, connections: 1, migrations: migrations)
    let route = OperationsRoute(database) { OperationsReader([], expected: .all) }.route
    return Router(
      [route], RouterSettings(keys: try #require(try APIKeys(keys)), isPublic: true, makeID: { "id" }, log: log))
  }

  private func get(_ router: Router, _ query: String = "", password: String? = key) -> APIResponse {
    let header = password.map { ["authorization": "Basic " + Data("ops:\($0)".utf8).base64EncodedString()] } ?? [:]
    return router.response(to: APIRequest(method: "GET", path: "/ops", query: query, headers: header))
  }

  @Test("/ops asks for a key as the password, also where the data is public, and does not exist without a key")
  func access() throws {
    let database = try database()
    defer { withExtendedLifetime(database) {} }
    let router = try router(database.url)
    for password in [nil, "", "wrong", Self.key + "0"] {
      let response = get(router, password: password)
      #expect(response.status == 401)
      #expect(response.headers["www-authenticate"]?.hasPrefix("Basic ") == true)
    }
    #expect(get(try self.router(database.url, keys: "")).status == 404)
    let response = get(router)
    #expect(response.status == 200)
    #expect(response.headers["content-type"] == "text/html; charset=utf-8")
    #expect(response.headers["content-security-policy"] == OperationsPage.policy)
    #expect(response.headers["cache-control"] == "no-store")
    let page = String(decoding: response.body, as: UTF8.self)
    #expect(page.contains("http-equiv=\"refresh\""))
    #expect(page.contains("SourceUnavailable: no &lt;answer&gt;"))
    #expect(!page.contains(Self.key))
    #expect(!String(decoding: get(router, "reload=false").body, as: UTF8.self).contains("http-equiv=\"refresh\""))
    let open = get(router, "reload=false&open=since-load-table")
    #expect(String(decoding: open.body, as: UTF8.self).contains(#"<details id="since-load-table" open="open">"#))
    #expect(get(router, "reload=x").status == 422)
    #expect(get(router, "other=1").status == 422)
  }

  @Test("Without a database, and without its tables, the page says so, and what to do")
  func outage() throws {
    let failures = Locked<[String?]>([])
    let away = get(
      try router("postgresql://nobody:hidden-word@127.0.0.1:1/none") { entry in
        failures.change { $0.append(entry.failure) }
      })
    #expect(away.status == 503)
    let logged = try #require(failures.change { $0.first ?? nil })
    #expect(logged.hasPrefix("DatabaseUnavailable") && !logged.contains("hidden-word"))
    let page = String(decoding: away.body, as: UTF8.self)
    #expect(page.contains("the database cannot be read"))
    #expect(page.contains("festvibes doctor"))
    #expect(page.contains("http-equiv=\"refresh\""))
    #expect(!page.contains("hidden-word"))
    let empty = try TestDatabase()
    defer { withExtendedLifetime(empty) {} }
    for migrations in [[], ConcertsSink.migrations] {
      let new = get(try router(empty.url, migrations: migrations))
      #expect(new.status == 503)
      #expect(String(decoding: new.body, as: UTF8.self).contains("festvibes migrate"))
    }
  }

  @Test("A reader without migrations reads what there is")
  func withoutMigrations() throws {
    let database = try database()
    // The database is dropped with the object.
    defer { withExtendedLifetime(database) {} }
    let response = get(try router(database.url, migrations: []))
    #expect(response.status == 200)
    #expect(String(decoding: response.body, as: UTF8.self).contains("festvibes retry r2"))
  }
}
