import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import PostgresSink

extension PostgresSinkTests {
  @Suite("The declared tables raw_data and unified_items")
  final class FragmentTests: TableSuite {
    private func declare(fragment name: String) throws {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fragments/\(name).yaml")
      let text = try String(contentsOf: file, encoding: .utf8)
      try declare(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n"))
    }

    @Test("raw_data has a payload once, and keeps the consumer's flag (F30)")
    func rawData() throws {
      try declare(fragment: "raw_data")
      let payload = #"[{"id": "a", "n": {"x": 1, "y": [1.0]}, "_record": "u#0"}, {"id": "b"}]"#
      #expect(try load(payload).records.new == 2)
      try run("update raw_data set processed = true, processed_at = now() where source_id = 'a'")
      let before = try versions("raw_data")
      let again = try load(#"[{"n": {"y": [1.0], "x": 1}, "_record": "u#9", "id": "a"}, {"id": "b"}]"#, item: "other")
      #expect(again.records == RecordCounts(found: 2, unchanged: 2))
      #expect(try versions("raw_data") == before)
      #expect(try load(#"[{"id": "a", "n": {"x": 2}}]"#).records.new == 1)
      #expect(
        try lines(
          "source_type, source_name, source_id, raw_payload, file_path, length(content_hash), processed, etl_run_id",
          "raw_data order by source_id, _first_seen") == [
            #"api|markets|a|{"n": {"x": 1, "y": [1.0]}, "id": "a"}|raw/1.json|64|t|r1"#,
            #"api|markets|a|{"n": {"x": 2}, "id": "a"}|raw/3.json|64|f|r3"#,
            #"api|markets|b|{"id": "b"}|raw/1.json|64|f|r1"#,
          ])
    }

    @Test("unified_items has limits, checks, defaults and metadata (F43)")
    func unifiedItems() throws {
      try declare(fragment: "unified_items")
      let base = #""source_type": "api", "source_name": "own_api""#
      let report = try load(
        """
        [{\(base), "external_id": "7", "title": "By title", "amount": 12.5, "quantity": 10, "tags": ["a", "5"],
          "status": "active", "published_at": "2024-01-02T03:04:05Z", "metadata": {"price": "1,5"}, "extra": {"a": [1, null]}},
         {\(base), "external_id": "8", "title": "x", "amount": -1}, {\(base), "external_id": "9", "title": "x", "rating": 5.5},
         {\(base), "external_id": "", "title": "x"}, {\(base), "external_id": "10", "title": "\(String(repeating: "t", count: 501))"},
         {\(base), "external_id": "11", "title": null}, {\(base), "external_id": "12", "title": "x", "status": "gone"}]
        """)
      #expect(report.records == RecordCounts(found: 7, new: 1, rejected: 6, cancelled: 0))
      #expect(
        report.rejections.map { $0.reason.prefix(24) } == [
          "amount is -1: it must sa", "rating is 5.5: it must s", "external_id is : it must",
          "title has 501 characters",
          "title is missing: the co", "status is gone: it must ",
        ])
      #expect(
        try lines(
          "external_id, title, amount, quantity, tags, status, published_at = '2024-01-02T03:04:05Z', metadata",
          "unified_items") == [
            #"7|By title|12.5|10|["a", "5"]|active|t|{"extra": {"a": [1, null]}, "price": "1,5"}"#
          ])
    }
  }
}
