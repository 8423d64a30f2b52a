import Foundation
import JSON
import Testing

@testable import APIData

extension APIDataTests {
  @Suite("GET /stats")
  struct StatsRouteTests {
    @Test("GET /stats counts sources, kinds and categories that only Unicode calls equal apart")
    func equivalentNames() throws {
      let items = try ItemDatabase()
      try items.addItems(3)
      let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
      try items.run(
        """
        update unified_items set source_name = '\(composed)', category = '\(composed)' where external_id = 'id1';
        update unified_items set source_name = '\(decomposed)', category = '\(decomposed)' where external_id <> 'id1';
        """)
      let json = try items.get("/stats").json
      #expect(json["total_sources"] == 2)
      let categories = try #require(json["records_by_category"]?.object)
      #expect(categories[composed] == 1)
      #expect(categories[decomposed] == 2)
      let sources = try #require(json["source_statistics"]?.array).compactMap(\.object)
      #expect(
        sources.map { Array(($0["source_name"]?.string ?? "").utf8) } == [decomposed, composed].map { Array($0.utf8) })
      #expect(sources.map { $0["total_records"] } == [2, 1])
    }

    /// F60: GET /stats: real breakdowns.
    @Test("GET /stats has the true numbers (F60)")
    func stats() throws {
      let items = try ItemDatabase()
      try items.addItems(60)
      try items.run(
        HealthRouteTests.runs
          + [
            HealthRouteTests().run("source0", "1", "failed", day: 1),
            HealthRouteTests().run("source0", "2", "success", day: 2),
          ].joined(separator: ", "))
      let json = try items.get("/stats?limit=1").json
      #expect(json["total_records"] == 60)
      #expect(json["total_sources"] == 2)
      #expect(json["active_sources"] == 1)
      #expect(json["records_by_source_type"] == ["api": 20, "csv": 20, "rss": 20])
      #expect(json["records_by_category"] == ["c0": 12, "c1": 12, "c2": 12, "c3": 12, "c4": 12])
      #expect(json["last_etl_success"] == "2024-05-02T00:01:00.000Z")
      #expect(json["last_etl_failure"] == "2024-05-01T00:01:00.000Z")
      #expect(json["avg_etl_duration_seconds"] == 60)
      let source = try #require(json["source_statistics"]?.array?.first?.object)
      #expect(source["source_name"] == "source0")
      #expect(source["total_records"] == 30)
      #expect(source["active_records"] == 20)
      #expect(source["total_runs"] == 2)
      #expect(source["success_rate"] == 50)
      #expect(source["avg_records_per_run"] == 10)
      let documented = StatsDocumentation.source.object?["properties"]?.object
      #expect(Set(source.names) == Set(try #require(documented?.names)))
      let recent = try #require(json["recent_runs"]?.array)
      let members = StatsDocumentation.run.object?["properties"]?.object
      #expect(Set(try #require(recent.first?.object?.names)) == Set(try #require(members?.names)))
      #expect(recent.count == 1)
      #expect(recent.first?.object?["run_id"] == "2")
      #expect(recent.first?.object?["records_extracted"] == 10)
      #expect(recent.first?.object?["records_loaded"] == 9)
      #expect(recent.first?.object?["records_failed"] == 1)
      #expect(try items.get("/stats?limit=0").status == 422)
      #expect(try items.get("/stats?limit=101").status == 422)
    }
  }
}
