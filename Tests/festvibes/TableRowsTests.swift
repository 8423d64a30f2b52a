import Foundation
import JSON
import TestSupport
import Testing

@testable import festvibes

@Suite("festvibes show of a table")
struct TableRowsTests {
  private let pipe = Terminal(isInteractive: false, colors: false, size: nil)

  private func rows(_ texts: String...) throws -> TableRows {
    TableRows(
      table: "items", columns: ["id", "price", "note"],
      rows: try texts.map { try #require(try JSONValue(parsing: $0).object) })
  }

  @Test("has the declared columns in their order, and when a row changed last; null is blank, and a list its JSON")
  func table() throws {
    let lines = try rows(
      #"{"note":null,"price":1.5,"id":"a","_last_seen":"2026-11-28T03:00:00.123+00:00","_dataset":"d"}"#,
      #"{"note":["x"],"price":2,"id":"b","_last_seen":"2026-11-27T03:00:00+00:00"}"#
    ).lines(for: pipe, isWide: false)
    func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }
    #expect(words(lines[0]) == ["id", "price", "note", "changed"])
    #expect(lines.contains { words($0) == ["a", "1.5", "2026-11-28T03:00"] }, "\(lines)")
    #expect(lines.contains { words($0) == ["b", "2", #"["x"]"#, "2026-11-27T03:00"] }, "\(lines)")
    #expect(lines.last == "The 2 rows of items that changed last.")
  }

  @Test("has every table of the dataset, one after the other")
  func tables() throws {
    let row = #"{"id":"a","_last_seen":"2026-11-28T03:00:00+00:00"}"#
    let lines = TableRows.lines(of: [try rows(row), try rows()], for: pipe, isWide: false)
    #expect(lines.suffix(3) == ["The 1 rows of items that changed last.", "", "items has no row of the dataset."])
  }

  @Test("says that a table has no row of the dataset")
  func empty() throws {
    #expect(try rows().lines(for: pipe, isWide: true) == ["items has no row of the dataset."])
  }

  @Test("as JSON has all columns of the rows, with those of their lineage")
  func json() throws {
    let text = try rows(#"{"id":"a","_dataset":"d"}"#).json(of: "d")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["dataset"] as? String == "d" && object["table"] as? String == "items")
    #expect(object["rows"] as? [[String: String]] == [["id": "a", "_dataset": "d"]])
  }
}
