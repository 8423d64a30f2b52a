import Foundation
import JSON
import Testing

@testable import APIData

extension APIDataTests {
  /// F58: GET /health: database, checkpoints, three states.
  @Suite("GET /health (F58)")
  struct HealthRouteTests {
    static let runs = """
      insert into etl_runs (dataset, run, trigger, status, dates, items, started_at, ended_at, dates_loaded, records_found,
        records_new, records_changed, records_unchanged, records_rejected, records_cancelled, error, cause)
      values
      """

    func run(_ dataset: String, _ name: String, _ status: String, day: Int) -> String {
      let error = status == "failed" ? "'SourceUnavailable', 'at host.internal'" : "null, null"
      let end = status == "running" ? "null" : "'2024-05-0\(day)T00:01:00Z'"
      let counts = status == "running" ? "null, null, null, null, null, null, null" : "1, 10, 6, 2, 1, 1, 0"
      return "('\(dataset)', '\(name)', 'schedule', '\(status)', '{null}', '{a}', '2024-05-0\(day)T00:00:00Z', \(end), "
        + "\(counts), \(error))"
    }

    private func health(_ runs: [String]) throws -> (status: Int, json: JSONObject) {
      let items = try ItemDatabase(hasTable: false)
      if !runs.isEmpty { try items.run(Self.runs + runs.joined(separator: ", ")) }
      return try items.get("/health")
    }

    @Test("Without a source it is healthy")
    func empty() throws {
      let (status, json) = try health([])
      #expect(status == 200)
      #expect(json["status"] == "healthy")
      #expect(json["database_connected"] == true)
      #expect(json["total_sources"] == 0)
    }

    @Test("It is healthy while no source's last finished run has failed")
    func healthy() throws {
      let (status, json) = try health([
        run("a", "1", "failed", day: 1), run("a", "2", "success", day: 2), run("a", "3", "running", day: 3),
        run("b", "1", "partial", day: 1),
      ])
      #expect(status == 200)
      #expect(json["status"] == "healthy")
      #expect(json["total_sources"] == 2)
      #expect(json["successful_sources"] == 1)
      #expect(json["failed_sources"] == 0)
      let first = try #require(json["etl_checkpoints"]?.array?.first?.object)
      #expect(first["source_name"] == "a")
      #expect(first["status"] == "running")
      #expect(first["last_run_at"] == "2024-05-03T00:00:00.000Z")
      #expect(first["last_success_at"] == "2024-05-02T00:01:00.000Z")
      #expect(first["last_failure_at"] == "2024-05-01T00:01:00.000Z")
      #expect(first["total_records_processed"] == 20)
      #expect(first["last_records_processed"] == 10)
      #expect(first["error_message"]?.isNull == true)
    }

    @Test("Some failed sources: degraded. All of them: unhealthy, with status 503")
    func failures() throws {
      let some = try health([run("a", "1", "failed", day: 1), run("b", "1", "success", day: 1)])
      #expect(some.status == 200)
      #expect(some.json["status"] == "degraded")
      let all = try health([run("a", "1", "failed", day: 1)])
      #expect(all.status == 503)
      #expect(all.json["status"] == "unhealthy")
      // The cause may name hosts, and everybody may ask for the health.
      #expect(all.json["etl_checkpoints"]?.array?.first?.object?["error_message"] == "SourceUnavailable")
      #expect(!JSONValue.object(all.json).text.contains("internal"))
    }

    @Test("A run whose items have all failed is a failure, with the error of an item")
    func allItemsFailed() throws {
      let items = try ItemDatabase(hasTable: false)
      let nothing = run("a", "1", "partial", day: 1).replacing("1, 10, 6, 2, 1, 1, 0", with: "0, 0, 0, 0, 0, 0, 0")
      try items.run(Self.runs + [nothing, run("b", "1", "success", day: 1)].joined(separator: ", "))
      try items.run(
        """
        insert into etl_failures (dataset, run, item, stage, error, cause, failed_at)
        values ('a', '1', 'x', 'scrape', 'SourceRefused', 'cause', now())
        """)
      let json = try items.get("/health").json
      #expect(json["status"] == "degraded")
      let source = try #require(json["etl_checkpoints"]?.array?.first?.object)
      #expect(source["status"] == "failed")
      #expect(source["error_message"] == "SourceRefused")
      #expect(source["last_success_at"]?.isNull == true)
      #expect(source["last_failure_at"] == "2024-05-01T00:01:00.000Z")
    }

    @Test("Without a database it is unhealthy, and says so soon; the log says which")
    func disconnected() throws {
      let items = try ItemDatabase(hasTable: false) { _ in "postgresql://nobody:x@127.0.0.1:1/none" }
      let start = ContinuousClock.now
      let (status, json) = try items.get("/health")
      #expect(status == 503)
      #expect(json["status"] == "unhealthy")
      #expect(json["database_connected"] == false)
      #expect(ContinuousClock.now - start < .seconds(8))
      let cause = try #require(items.failures.change { $0.first ?? nil })
      #expect(cause.contains("127.0.0.1:1"))
      #expect(!JSONValue.object(json).text.contains("127.0.0.1"))
      #expect(try items.get("/data").status == 503)
    }

    @Test("The response is kept for some seconds; the document knows of both forms of 503")
    func kept() throws {
      let items = try ItemDatabase(hasTable: false)
      #expect(try items.get("/health").json["total_sources"] == 0)
      try items.run(Self.runs + run("a", "1", "success", day: 1))
      #expect(try items.get("/health").json["total_sources"] == 0)
      let route = try #require(items.router.routes.first { $0.path == "/health" })
      #expect(route.documentation.sameFormStatuses == [503])
    }

    @Test("A busy server does not say that there is no database")
    func busy() throws {
      let items = try ItemDatabase(hasTable: false)
      let (held, released) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
      for _ in 0..<4 {
        Thread.detachNewThread { [reader = items.reader] in
          _ = try? reader.read { _, _, _ in
            held.signal()
            released.wait()
          }
        }
      }
      defer { for _ in 0..<4 { released.signal() } }
      for _ in 0..<4 { try #require(held.wait(timeout: .now() + 30) == .success) }
      let (status, json) = try items.get("/health")
      #expect(status == 200)
      #expect(json["status"] == "degraded")
      #expect(json["database_connected"] == true)
    }

    @Test("A database that takes the connection and does not answer in time is degraded, and the log says why")
    func locked() throws {
      let items = try ItemDatabase(hasTable: false)
      try items.run("begin; lock table etl_runs in access exclusive mode")
      let (status, json) = try items.get("/health")
      #expect(status == 200)
      #expect(json["status"] == "degraded")
      #expect(json["database_connected"] == true)
      #expect(try #require(items.failures.change { $0.first ?? nil }).contains("DeadlineExceeded"))
      try items.run("rollback")
    }

    @Test("A server that takes connections and never begins to speak is no database")
    func silent() throws {
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(listener) }
      var (address, size) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      let port = withUnsafeMutablePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          // The kernel accepts for it.
          guard bind(listener, $0, size) == 0, listen(listener, 8) == 0 else { return nil as UInt16? }
          return getsockname(listener, $0, &size) == 0 ? UInt16(bigEndian: address.pointee.sin_port) : nil
        }
      }
      let url = "postgresql://nobody:x@127.0.0.1:\(try #require(port))/none?sslmode=disable"
      let items = try ItemDatabase(hasTable: false) { _ in url }
      let (status, json) = try items.get("/health")
      #expect(status == 503)
      #expect(json["database_connected"] == false)
      #expect(try #require(items.failures.change { $0.first ?? nil }).contains("DeadlineExceeded"))
    }

    @Test(
      "A database whose tables are missing or others is unhealthy; a route says what to do, the log why",
      arguments: ["drop table etl_runs cascade", "alter table etl_runs rename column records_found to other"])
    func unreadable(change: String) throws {
      let items = try ItemDatabase(hasTable: false)
      try items.run(change)
      let (status, json) = try items.get("/health")
      #expect(status == 503)
      #expect(json["status"] == "unhealthy")
      #expect(json["database_connected"] == true)
      #expect(try #require(items.failures.change { $0.first ?? nil }).contains("SchemaMismatch"))
      let stats = try items.get("/stats")
      #expect(stats.status == 500)
      #expect(stats.json["detail"]?.string?.contains("`festvibes migrate`") == true)
    }

    @Test("A database that refuses the login is unhealthy, too")
    func refusedLogin() throws {
      let items = try ItemDatabase(
        hasTable: false, url: { $0.replacing(/\/[^\/?]+(?=\?|$)/, with: "/no_such_database") })
      let (status, json) = try items.get("/health")
      #expect(status == 503)
      #expect(json["status"] == "unhealthy")
      #expect(json["database_connected"] == false)
      #expect(try #require(items.failures.change { $0.first ?? nil }).contains("ConfigurationInvalid"))
    }

    @Test("A partial run is no success: /health and /stats name none, and the source is active")
    func partial() throws {
      let items = try ItemDatabase()
      try items.run(
        Self.runs + [run("a", "1", "partial", day: 2), run("b", "1", "success", day: 1)].joined(separator: ", "))
      let sources = try #require(try items.get("/health").json["etl_checkpoints"]?.array).compactMap(\.object)
      #expect(sources.map { $0["last_success_at"]?.string } == [nil, "2024-05-01T00:01:00.000Z"])
      let stats = try items.get("/stats").json
      #expect(stats["last_etl_success"] == "2024-05-01T00:01:00.000Z")
      #expect(stats["active_sources"] == 2)
      let own = try #require(stats["source_statistics"]?.array?.first?.object)
      #expect(own["success_rate"] == 0)
      #expect(own["last_success_at"]?.isNull == true)
    }

    @Test("The checkpoint of a source is shown")
    func checkpoints() throws {
      let items = try ItemDatabase(hasTable: false)
      try items.run(Self.runs + run("a", "1", "success", day: 1))
      try items.run(
        """
        insert into etl_checkpoints (source_type, source_name, checkpoint_type, checkpoint_value)
        values ('http', 'a', 'integer', '42')
        """)
      let entry = try #require(try items.get("/health").json["etl_checkpoints"]?.array?.first?.object)
      #expect(entry["source_type"] == "http")
      #expect(entry["checkpoint_value"] == "42")
    }
  }
}
