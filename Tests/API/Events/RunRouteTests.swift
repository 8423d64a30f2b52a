import Contracts
import Foundation
import JSON
import TestSupport
import Testing

@testable import APIEvents

extension APIEventsTests {
  @Suite("GET /runs, /rejected and /datasets")
  struct RunRouteTests {
    private let world: EventWorld

    init() throws {
      world = try EventWorld(isFilled: false)
      try world.run(
        """
        insert into etl_runs (dataset, run, trigger, status, dates, items, started_at, ended_at, items_aborted, items_not_tried,
          dates_loaded, records_found, records_new, records_changed, records_unchanged, records_rejected, records_cancelled)
        values
          ('d', 'first', 'schedule', 'success', '{2024-05-31}', '{2024-05-31}', '2024-05-30 06:00Z', '2024-05-30 06:01Z',
            null, null, 1, 0, 0, 0, 0, 0, 0),
          ('d', 'second', 'manual', 'partial', '{2024-05-31,2024-06-01,null}', '{2024-05-31,2024-06-01,x}',
            '2024-05-31 06:00Z', '2024-05-31 06:01Z', '{}', '{x}', 1, 3, 1, 0, 1, 1, 0),
          ('e', 'second', 'manual', 'running', '{null}', '{all}', '2024-05-31 06:00Z', null, null, null, null, null, null,
            null, null, null, null);
        insert into loads (id, dataset, event_date, item, raw_key, run, counts, loaded_at, superseded) values
          (1, 'd', '2024-05-31', '2024-05-31', 'raw/1.json', 'second',
            '{"records": {"found": 3, "new": 1, "changed": 0, "unchanged": 1, "rejected": 1, "cancelled": 0}}',
            '2024-05-31 06:00:30Z', false);
        insert into etl_failures (dataset, run, event_date, item, stage, error, cause, failed_at) values
          ('d', 'second', '2024-06-01', '2024-06-01', 'scrape', 'SourceUnavailable', 'no connection', '2024-05-31 06:00:40Z');
        insert into rejected_records (id, dataset, event_date, item, raw_key, position, reason, record, rejected_at, load_id,
          resolved_at, resolved_by, resolution) values
          (1, 'd', '2024-05-31', '2024-05-31', 'raw/0.json', 2, 'no name', '{"a":[1,null]}', '2024-05-30Z', null,
            '2024-05-31Z', 1, 'loaded'),
          (2, 'd', '2024-05-31', '2024-05-31', 'raw/1.json', 0, 'no venue', null, '2024-05-31Z', 1, null, null, null);
        """)
    }

    @Test("The ledger is for those with a key, also where the data is public")
    func access() {
      for path in ["/runs", "/runs/second", "/rejected", "/datasets"] {
        #expect(world.response(path, headers: [:]).status == 401, "\(path)")
        #expect(world.response(path).status == 200, "\(path)")
      }
      #expect(world.response("/events", headers: [:]).status == 200)
    }

    private func ids(_ target: String) throws -> [String] {
      try world.items(target).compactMap { $0["id"]?.string ?? $0["id"]?.number?.text }
    }

    @Test("Runs are listed from the newest on, by dataset and status, page by page")
    func runs() throws {
      #expect(try ids("/runs") == ["second", "second", "first"])
      #expect(try ids("/runs?dataset=d") == ["second", "first"])
      #expect(try ids("/runs?status=partial") == ["second"])
      let pages = try world.pages("/runs?limit=1").compactMap { $0["dataset"]?.string }
      #expect(pages == ["e", "d", "d"])
      let run = try #require(try world.items("/runs?dataset=d&status=partial").first)
      #expect(run["items"] == 3)
      #expect(run["items_failed"] == 1)
      #expect(run["ended_at"] == "2024-05-31T06:01:00Z")
    }

    @Test("A run has its items: loaded, failed with stage and cause, not tried, open")
    func run() throws {
      let run = try world.get("/runs/second?dataset=d")
      let items = try #require(run["items"]?.array).compactMap(\.object)
      #expect(items.map { $0["id"]?.string } == ["2024-05-31", "2024-06-01", "x"])
      #expect(items.map { $0["status"]?.string } == ["loaded", "failed", "not tried"])
      #expect(items[0]["records_found"] == 3)
      #expect(items[1]["stage"] == "scrape")
      #expect(items[1]["cause"] == "no connection")
      let open = try #require(try world.get("/runs/second?dataset=e")["items"]?.array?.first?.object)
      #expect(open["status"] == "open")
      #expect(world.response("/runs/third").status == 404)
      #expect(world.response("/runs/first?dataset=e").status == 404)
    }

    @Test("A cause is a text, also where the ledger has a function's error document")
    func causes() throws {
      let document = #"{"errorMessage":"no \"connection\"","errorType":"SourceUnavailable","stackTrace":[]}"#
      try world.run(
        """
        update etl_runs set status = 'failed', error = 'SourceUnavailable', cause = '\(document)' where run = 'first';
        update etl_failures set cause = '\(document)';
        """)
      let text = #"no "connection""#
      #expect(try world.items("/runs?status=failed").map { $0["cause"]?.string } == [text])
      let run = try world.get("/runs/first")
      #expect(run["cause"]?.string == text)
      #expect(run["records_found"] == 0)
      #expect(try world.get("/runs/second?dataset=d")["items"]?.array?[1].object?["cause"]?.string == text)
    }

    @Test("An item that was stopped is not loaded, as for the command line; each stored status can be asked for")
    func states() throws {
      try world.run("update etl_runs set items_aborted = '{2024-05-31}' where run = 'second' and dataset = 'd'")
      let items = try #require(try world.get("/runs/second?dataset=d")["items"]?.array).compactMap(\.object)
      #expect(items.first?["status"] == "aborted")
      for status in RunRecord.Status.allCases {
        #expect(world.response("/runs?status=\(status.rawValue)").status == 200, "\(status)")
      }
    }

    @Test("Rejected records are listed while they are open, and on request those that are resolved")
    func rejected() throws {
      #expect(try ids("/rejected") == ["2"])
      #expect(try ids("/rejected?state=any") == ["2", "1"])
      #expect(try ids("/rejected?state=any&run=second") == ["2"])
      #expect(try ids("/rejected?state=any&date=2024-06-01") == [])
      let resolved = try #require(try world.items("/rejected?state=resolved&dataset=d").first)
      #expect(resolved["record"] == ["a": [1, nil]])
      #expect(resolved["resolution"] == "loaded")
    }

    @Test("Datasets have their last run")
    func datasets() throws {
      let datasets = try world.pages("/datasets?limit=1")
      #expect(datasets.map { $0["id"]?.string } == ["d", "e"])
      #expect(datasets[0]["last_run"] == "second")
      #expect(datasets[0]["last_loaded_at"] == "2024-05-31T06:00:30Z")
      #expect(datasets[0]["open_rejections"] == 1)
      #expect(datasets[1]["last_success_at"] == .null)
      // The partial run after it does not count.
      #expect(datasets[0]["last_success_at"] == "2024-05-30T06:01:00Z")
    }
  }
}
