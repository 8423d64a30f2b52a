import Contracts
import EventRecords
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink
@testable import Ledger

extension ConcertsSinkTests {
  @Suite("Concurrent loads")
  final class ConcurrencyTests: SinkSuite {
    override init() throws {
      try super.init()
      try sink.database.migrate(deadline: within())
    }

    /// Starts a load in another thread.
    /// - Returns: a function that waits for the load's end, and the name of its connection.
    private func startLoading(_ document: LoadDocument) throws -> (wait: () throws -> LoadReport, name: String) {
      let name = "loader-\(UInt32.random(in: 0 ... .max))"
      let outcome = Locked(Result<LoadReport, any Error>?.none)
      let done = DispatchSemaphore(value: 0)
      let url = testDatabase.url
      nonisolated(unsafe) let document = document
      Thread.detachNewThread {
        let result = Result {
          try makeSink(url, applicationName: name).load(document, deadline: within())
        }
        outcome.change { $0 = result }
        done.signal()
      }
      return (
        {
          done.wait()
          return try #require(outcome.change { $0 }).get()
        }, name
      )
    }

    /// Waits until a connection waits for a lock.
    /// - Returns: the id of its server process.
    private func waitUntilBlocked(_ name: String) throws -> Int {
      for _ in 0..<8000 {
        let rows = try connection.query(
          "select pid from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'", [.text(name)],
          deadline: within())
        if let row = rows.first { return try row[0] }
        SystemTime().sleep(for: .milliseconds(5))
      }
      throw PostgresError(.misuse, "the loader does not wait for a lock")
    }

    @Test("of twenty dates that share venues, artists and genres all succeed, and store each entity once")
    func twentyDates() throws {
      let url = testDatabase.url
      let reports = Locked([LoadReport]())
      let run: @Sendable (_ round: Int) -> Void = { round in
        concurrently(
          (0..<20).map { day in
            {
              do {
                let date = testDate.adding(days: day)
                // Each document has its own order, and its own facts of the shared artists and venues.
                let records = (0..<12).map { index in
                  let number = (index * 5 + day) % 12
                  return makeRecord(
                    href: "/events/\(day * 100 + index)", artist: "Artist \(number)", artistHref: "/artists/\(number)",
                    artistGenres: ["Genre \(number % 4)"], artistRelated: ["Artist \((number + 1) % 12)"],
                    venue: "Venue \(number % 5)", phone: "\(round)", date: "\(date)", time: nil,
                    genres: ["Genre \(number % 4)"])
                }
                let sink = try makeSink(url)
                let document = makeDocument(records, date: date, key: "raw/\(day)-\(round).json")
                let report = try sink.load(document, deadline: within(.seconds(60)))
                reports.change { $0.append(report) }
              } catch {
                Issue.record("\(error)")
              }
            }
          })
      }
      run(1)
      let first = reports.change { $0 }
      #expect(first.map(\.events.new).reduce(0, +) == 240)
      #expect(first.map(\.venues.new).reduce(0, +) == 5)
      #expect(first.map(\.artists.new).reduce(0, +) == 12)
      #expect(first.map(\.genres.new).reduce(0, +) == 4)
      run(2)
      let second = reports.change { $0 }.dropFirst(20)
      #expect(second.map(\.events.unchanged).reduce(0, +) == 240)
      #expect(second.map(\.venues.changed).reduce(0, +) == 5)
      #expect(second.map(\.artists.unchanged).reduce(0, +) == 240)
      #expect(try connection.count("events") == 240)
      #expect(try connection.count("venues") == 5)
      #expect(try connection.count("artists") == 12)
      #expect(try connection.count("artist_relations") == 12)
      #expect(try connection.count("loads") == 40)
    }

    @Test("of one document store it once")
    func sameDocument() throws {
      let loads = try (0..<4).map { _ in try startLoading(makeDocument([makeRecord()])) }
      let reports = try loads.map { try $0.wait() }
      #expect(reports.map(\.events.new).reduce(0, +) == 1)
      #expect(reports.map(\.events.unchanged).reduce(0, +) == 3)
      #expect(try connection.count("loads") == 1)
    }

    @Test("and another writer in a real deadlock: the load is retried")
    func deadlock() throws {
      try makeSink(testDatabase).load(makeDocument([makeRecord(artistHref: "/artists/kermit")]), deadline: within())
      let other = try testDatabase.connect()
      // The loader checks for deadlocks first, so the server cancels the loader's statement.
      try other.query("set deadlock_timeout = '30s'", deadline: within())
      try other.transaction(deadline: within()) {
        try other.query("update artists set popularity_score = 1", deadline: within())
        let changed = makeRecord(
          artistHref: "/artists/kermit", artistDescription: "Trumpet", phone: "504-555-0100", description: "Late show")
        let loading = try startLoading(makeDocument([changed], key: "raw/2.json"))
        // The loader has written the venue and waits for the artist; this waits for the venue.
        _ = try waitUntilBlocked(loading.name)
        try other.query("update venues set capacity = 200", deadline: within())
        lastLoad = loading.wait
      }
      let report = try #require(try lastLoad?())
      #expect(report.venues == RecordCounts(found: 1, changed: 1))
      #expect(
        try connection.lines("phone_number, capacity, a.description, popularity_score", from: "venues, artists a") == [
          "504-555-0100|200|Trumpet|1"
        ])
    }
    private var lastLoad: (() throws -> LoadReport)?

    @Test("whose server process is killed leave nothing half-written, and the retry writes everything")
    func killed() throws {
      try makeSink(testDatabase).load(makeDocument([makeRecord(artistHref: "/artists/kermit")]), deadline: within())
      let other = try testDatabase.connect()
      try other.transaction(deadline: within()) {
        try other.query("update artists set popularity_score = 1", deadline: within())
        let changed = makeRecord(artistHref: "/artists/kermit", artistDescription: "Trumpet", phone: "504-555-0100")
        let loading = try startLoading(makeDocument([changed], key: "raw/2.json"))
        let backend = try waitUntilBlocked(loading.name)
        try connection.query("select pg_terminate_backend($1::int4)", [.int(backend)], deadline: within())
        while try waitUntilBlocked(loading.name) == backend {}
        #expect(try connection.count("loads") == 1)
        #expect(try connection.lines("phone_number", from: "venues") == [""])
        lastLoad = loading.wait
      }
      #expect(try lastLoad?().artists == RecordCounts(found: 1, changed: 1))
      #expect(try connection.lines("phone_number", from: "venues") == ["504-555-0100"])
      #expect(try connection.count("loads") == 2)
    }

    @Test("wait for each other until the deadline at most")
    func lockDeadline() throws {
      let other = try testDatabase.connect()
      try other.transaction(deadline: within()) {
        try other.pipeline([Database.lock], deadline: within())
        let sink = try makeSink(testDatabase)
        let name = failureName { try sink.load(makeDocument([makeRecord()]), deadline: within(.milliseconds(300))) }
        #expect(name == .deadlineExceeded)
      }
      #expect(try connection.count("loads") == 0)
    }

    @Test("are retried after a writer without the advisory lock has inserted the same venue")
    func rudeWriter() throws {
      let other = try testDatabase.connect()
      let loading = try other.transaction(deadline: within()) {
        try other.query(
          "insert into venues (name, wwoz_venue_href) values ('Blue Nile', '/organizations/blue-nile')",
          deadline: within()
        )
        let loading = try startLoading(makeDocument([makeRecord()]))
        _ = try waitUntilBlocked(loading.name)
        return loading
      }
      #expect(try loading.wait().venues == RecordCounts(found: 1, changed: 1))
      #expect(try connection.count("venues") == 1)
    }

    @Test("report the kind of the database's failure, and never its address")
    func failures() throws {
      let cases: [(url: String, name: PipelineError.Name)] = [
        (TestDatabase.url(password: "hunter2"), .configurationInvalid),
        (TestDatabase.url(database: "hunter2"), .configurationInvalid),
        ("postgresql://user:hunter2@127.0.0.1:1/db?connect_timeout=1", .databaseUnavailable),
      ]
      for (url, name) in cases {
        let sink = try makeSink(url, time: ManualTime())
        do {
          try sink.load(makeDocument([]), deadline: within())
          Issue.record("it loaded")
        } catch {
          #expect(error.name == name)
          #expect(error.message.hasPrefix("PG_DATABASE_URL: "))
          #expect(!error.description.contains("hunter2"))
        }
      }
      #expect(failureName { _ = try makeSink("hunter2") } == .configurationInvalid)
    }
  }
}
