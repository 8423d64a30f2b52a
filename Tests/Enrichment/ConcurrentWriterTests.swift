import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink
@testable import Enrichment

extension EmbeddingTests {
  @Suite("Embedding beside other writers, and after failures")
  final class ConcurrentWriterTests: EmbeddingSuite {
    @Test("ends as an undisturbed run does, whichever call of the model it is killed at")
    func killed() throws {
      try fill(events: 30)
      try run()
      let undisturbed = try vectors()
      let clear = EmbeddedTable.all.map { table in
        let columns = table.columns.map { "\($0.name) = null, \($0.hash) = null" }.joined(separator: ", ")
        return "update \(table.name) set embedding_model = null, embedding_source = null, \(columns);"
      }.joined()
      try execute(clear)
      let counter = FakeEmbedder()
      try run(counter)
      let calls = counter.texts.count
      #expect(calls > 20)
      for call in 1...calls {
        try execute(clear)
        let killed = FakeEmbedder(failingCall: call)
        #expect(throws: PipelineError.self) { try self.run(killed) }
        let rest = FakeEmbedder()
        try run(rest)
        #expect(try vectors() == undisturbed, "killed at \(call)")
        #expect(rest.texts.count <= calls - call + 1 + 2 * EmbeddingService.batchSize, "at most a batch is lost")
      }
    }

    @Test("goes on after the server has ended its connection")
    func lostConnection() throws {
      try fill()
      try run()
      let undisturbed = try vectors()
      try execute("update events set embedding_model = null")
      let embedder = FakeEmbedder(version: "fake-1")
      embedder.beforeCall = { [self] number, _ in
        guard number % 5 == 1 else { return }
        _ = try? connection.query(
          """
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()
          """, deadline: within())
      }
      let report = try run(embedder)
      #expect(report.rows == ["events": 20] && !embedder.texts.isEmpty)
      #expect(try vectors() == undisturbed)
    }

    @Test("leaves a row that a load holds to the next run, and does not wait for it")
    func lockedRow() throws {
      try fill(events: 5)
      #expect(try EmbeddingSchema(makeDatabase()).prepare(deadline: within()) == nil)
      let load = try testDatabase.connect()
      try load.execute(script: "begin; update events set description = 'loading' where id = 2", deadline: within())
      let began = SystemTime().uptime
      let report = try run()
      #expect(report.rows["events"] == 4 && report.busy == 1)
      #expect(report.notes == ["others were writing 1 rows: the next run embeds what is left of them"])
      #expect(SystemTime().uptime - began < .seconds(10))
      try load.execute(script: "commit", deadline: within())
      let embedder = FakeEmbedder()
      #expect(try run(embedder).rows["events"] == 1)
      #expect(embedder.texts == ["loading", "artist 2 venue 2 loading"])
    }

    @Test("writes no vector of a text that has changed meanwhile")
    func changedMeanwhile() throws {
      try fill(events: 3)
      let embedder = FakeEmbedder()
      let other = try testDatabase.connect()
      embedder.beforeCall = { [self] _, text in
        guard text == "artist 2 venue 2 description 2" else { return }
        _ = try? other.query("update events set description = 'newer' where id = 2", deadline: within())
      }
      let report = try run(embedder)
      #expect(report.busy == 1)
      #expect(try lines("select description from events where event_text_embedding is null") == ["newer"])
      #expect(try run().rows["events"] == 1)
    }

    @Test("of two versions of the model at once relabels no vector of the other one")
    func twoModels() throws {
      try fill(events: 2)
      try run()
      try execute("update events set artist_name = 'newer' where id = 2")
      let embedder = FakeEmbedder()
      embedder.beforeCall = { [self] _, _ in _ = try? run(FakeEmbedder(version: "fake-2")) }
      // The description's vector would be kept.
      let report = try run(embedder)
      #expect(embedder.texts == ["newer venue 2 description 2"] && report.busy == 1)
      #expect(try lines("select distinct embedding_model from events") == ["fake-2"])
    }

    @Test("of two at once ends as one does")
    func two() async throws {
      try fill(events: 200)
      try run()
      let undisturbed = try vectors()
      try execute(
        """
        update events set embedding_model = null, embedding_source = null, event_text_embedding = null,
          event_text_embedding_hash = null
        """)
      let services = try (0..<3).map { _ in try makeService(FakeEmbedder()) }
      let reports = Locked<[EmbeddingReport]>([])
      await withTaskGroup(of: Void.self) { group in
        for service in services {
          nonisolated(unsafe) let service = service
          group.addTask {
            do {
              let report = try service.run(deadline: EmbeddingTests.within())
              reports.change { $0.append(report) }
            } catch { Issue.record(error) }
          }
        }
      }
      #expect(reports.change { $0.count } == 3)
      try run()
      #expect(try vectors() == undisturbed)
    }

    @Test("delays no load and fails none: documents are loaded while the same rows are embedded")
    func loads() async throws {
      try fill(events: 60)
      let zone = try TimeZoneRules(identifier: "America/Chicago")
      let sink = ConcertsSink(try makeDatabase(), zone: zone, minimumListingRatio: 0)
      let service = try makeService(FakeEmbedder())
      let (url, isDone) = (testDatabase.url, Locked(false))
      nonisolated(unsafe) let (loader, enricher) = (sink, service)
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          do {
            for round in 1...15 { try Self.load(round, with: loader) }
          } catch { Issue.record(error) }
          isDone.change { $0 = true }
        }
        group.addTask {
          do {
            let connection = PostgresConnection(try PostgresURL(url), applicationName: "tests")
            while !isDone.change({ $0 }) {
              _ = try enricher.run(deadline: EmbeddingTests.within())
              try connection.query(
                "update events set embedding_model = null where id % 3 = 0", deadline: EmbeddingTests.within())
            }
          } catch { Issue.record(error) }
        }
      }
      try run()
      let embedder = FakeEmbedder()
      try run(embedder)
      #expect(embedder.texts.isEmpty)
      #expect(try lines("select description from events where event_text_embedding is null").isEmpty)
      #expect(try lines("select description from events where wwoz_event_href = '/events/1'") == ["round 15"])
    }

    private static func load(_ round: Int, with sink: ConcertsSink) throws {
      let events = (1...60).map { number in
        """
        {"artist_data":{"name":"artist \(number % 7)","genres":[],"related_artists":[]},
        "venue_data":{"name":"venue \(number % 3)"},
        "event_data":{"event_date":"2024-05-31","wwoz_event_href":"/events/\(number)",
        "event_artist":"artist \(number % 7)","description":"round \(round)","genres":["Jazz"],"related_artists":[]},
        "performance_time":"2024-05-31T20:00:00-05:00","scrape_time":"2024-05-30T03:00:00-05:00"}
        """
      }
      let dataset = Dataset(
        id: "wwoz", dataType: "events", timeZone: "America/Chicago", extractor: "none", sinks: ["concerts"])
      let target = LoadTarget(
        dataset: dataset, item: WorkItem(date: CalendarDate(daysSinceEpoch: 19_874)), key: "raw/\(round).json",
        run: "r",
        allowsShrinkage: true)
      _ = try sink.load(Data("[\(events.joined(separator: ","))]".utf8), for: target, deadline: EmbeddingTests.within())
    }
  }
}
