import Contracts
import Foundation
import TestSupport
import Testing

@testable import festvibes

@Suite("The JSON of a run")
struct RunObjectTests {
  private let progress = makeProgress(
    [
      makeItem(1, .done(makeOutcome(found: 7, rejected: 1, notice: "slow"))), makeItem(2, .failed("SourceChanged")),
      makeItem(3, .aborted(in: .stage(.load))), makeItem(4, .waiting),
    ], status: .aborted, endedAfter: 12.5)

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("The object has exactly these keys, which the README documents, and one line")
  func keys() throws {
    let line = try JSONText.line(
      RunObject(progress: progress, dataset: Dataset.wwoz, now: start, retryOf: "r").fields)
    #expect(!line.contains("\n"))
    let object = try object(line)
    let expected = [
      "run", "dataset", "status", "retry_of", "started_at", "ended_at", "seconds", "error", "message", "counts",
      "records", "remarks", "items", "next",
    ]
    #expect(Set(object.keys) == Set(expected))
    #expect(object["status"] as? String == "stopped")
    #expect(object["seconds"] as? Double == 12.5)
    #expect(
      object["counts"] as? [String: Int] == [
        "items": 4, "done": 1, "failed": 1, "aborted": 1, "not_tried": 1, "incomplete": 1,
      ])
    let items = try #require(object["items"] as? [[String: Any]])
    #expect(items.map { $0["state"] as? String } == ["done", "failed", "aborted", "not_tried"])
    #expect(items[1]["error"] as? String == "SourceChanged" && items[1]["stage"] as? String == "scrape")
    #expect((items[0]["records"] as? [String: Int])?["found"] == 7 && items[3]["records"] is NSNull)
    let readme = try String(
      contentsOf: URL(filePath: #filePath).appending(path: "../../../Sources/festvibes/README.md").standardizedFileURL,
      encoding: .utf8)
    let keys = expected + items[0].keys + (object["counts"] as? [String: Int] ?? [:]).keys
    for key in keys { #expect(readme.contains("`\(key)`"), "\(key)") }
  }

  @Test("--follow writes an object for each change of an item, and --json alone none")
  func changes() throws {
    var lines: [String] = []
    var display = JSONDisplay(dataset: Dataset.wwoz, follows: true) { lines.append($0) }
    try display.show(makeProgress([makeItem(1, .running(.scrape)), makeItem(2, .waiting)]), at: start)
    try display.show(makeProgress([makeItem(1, .running(.scrape)), makeItem(2, .waiting)]), at: start)
    try display.show(makeProgress([makeItem(1, .running(.load)), makeItem(2, .failed("E"))]), at: start)
    let shown = try lines.map(object)
    #expect(
      shown.map { "\($0["item"] ?? "") \($0["state"] ?? "") \($0["stage"] ?? "")" } == [
        "2024-05-01 running scrape", "2024-05-01 running load", "2024-05-02 failed scrape",
      ])
    #expect(shown.allSatisfy { $0["event"] as? String == "item" && $0["run"] as? String == "cli-1" })
    var silent = JSONDisplay(dataset: Dataset.wwoz, follows: false) { _ in Issue.record("written") }
    try silent.show(makeProgress([makeItem(1, .running(.scrape))]), at: start)
  }
}
