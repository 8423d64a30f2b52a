import Contracts
import Enrichment
import Foundation
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import festvibes

@Suite("Status as JSON")
struct StatusJSONTests {
  private let item = WorkItem(date: CalendarDate(daysSinceEpoch: 19_874))

  /// A state of which every field is known.
  private var overview: StatusOverview {
    let failure = ItemFailure(
      item: item, stage: .load, error: "E", cause: #"{"errorMessage":"why"}"#, failedAt: start)
    var fresh = ItemFreshness(
      item: item, loadedAt: start, run: "cli-1", openRejections: 1, failure: failure, failedRun: "cli-2")
    (fresh.listedAt, fresh.cachedAt, fresh.expiresAt) = (start, start, start + 60)
    fresh.pages = PageCounts(read: 9, failed: 1)
    let record = RunRecord(
      run: "cli-2", trigger: .manual, status: .failed, startedAt: start, endedAt: start + 60, items: [item],
      itemsLoaded: 1, itemsFailed: 1, records: RecordCounts(found: 1, new: 1), error: "E", cause: "why"
    ).with {
      $0.pagesFailed = 1
      $0.comparison = RunComparison($0.records, to: Array(repeating: RecordCounts(found: 9, unchanged: 9), count: 4))
      $0.warnings = ["2024-05-31: few"]
      $0.origin = RunOrigin(jobType: "hourly", key: "k", host: "etl-1:7")
      $0.enrichment = EnrichmentRemarks(enrichment: EnrichmentCounts(), enrichmentError: "E: why").json
    }
    let load = RunItem.Load(
      rawKey: "raw/1", loadedAt: start, isSuperseded: false, records: RecordCounts(found: 1, new: 1),
      pages: PageCounts(read: 9, failed: 1))
    return StatusOverview(
      dataset: .wwoz, runs: [RunStatus(record: record, items: [RunItem(item: item, load: load, failure: failure)])],
      items: [ItemStatus(fresh, stored: 1, check: .absent, now: start + 1)], notes: ["a note"])
  }

  private func object(_ overview: StatusOverview) throws -> [String: Any] {
    let text = try StatusJSON(overview, next: overview.next(call: "fv"), now: start + 5).text()
    #expect(!text.contains("\n"))
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// Returns the paths of all fields. The keys of `item_states` are values.
  private func paths(_ value: Any, at path: String = "") -> Set<String> {
    switch value {
    case let object as [String: Any] where !path.hasSuffix("item_states"):
      Set(
        object.flatMap { key, value in
          let inner = path.isEmpty ? key : "\(path).\(key)"
          return paths(value, at: inner).union([inner])
        })
    case let list as [Any]: list.first.map { paths($0, at: path + "[]") } ?? []
    default: []
    }
  }

  /// Returns the paths in the first column of the table in the README. `.name` continues the path before it.
  private func documented() throws -> Set<String> {
    let file = URL(fileURLWithPath: #filePath).appending(path: "../../../Sources/Pipeline/README.md")
      .standardizedFileURL
    let text = try String(contentsOf: file, encoding: .utf8)
    let section = try #require(
      text.components(separatedBy: "## Status as JSON\n").last?.components(separatedBy: "\n## ").first)
    var found: Set<String> = []
    for row in section.split(separator: "\n") where row.hasPrefix("| `") {
      let cell = row.dropFirst(2).components(separatedBy: " |")[0]
      var parent = ""
      for name in cell.split(separator: "`").map(String.init) where !name.allSatisfy({ ", ".contains($0) }) {
        if name.hasPrefix(".") {
          found.insert(parent + name)
        } else {
          found.insert(name)
          parent = name.components(separatedBy: ".").dropLast().joined(separator: ".")
        }
      }
    }
    return found
  }

  @Test("Its fields are those that the README describes")
  func documentedFields() throws {
    let (written, described) = (paths(try object(overview)), try documented())
    #expect(written.subtracting(described).isEmpty, "not in the README: \(written.subtracting(described).sorted())")
    #expect(described.subtracting(written).isEmpty, "not written: \(described.subtracting(written).sorted())")
  }

  @Test("It says what is wrong, what each item is, and what to do next")
  func values() throws {
    let object = try object(overview)
    #expect(object["ok"] as? Bool == false)
    #expect(object["next"] as? [String] == ["fv logs --run cli-2 --errors", "fv cache 2024-05-31"])
    let item = try #require((object["items"] as? [[String: Any]])?.first)
    #expect(item["cache"] as? String == "missing")
    #expect(item["problems"] as? [String] == ["failed in load: E", "the cache has lost it"])
    #expect(item["age_seconds"] as? Int == 5)
    let run = try #require((object["runs"] as? [[String: Any]])?.first)
    #expect((run["usual"] as? [String: Int])?["found"] == 9)
    #expect(run["remarks"] as? [String] == ["Unusual: found 1 (usually 9)", "Expectation: 2024-05-31: few"])
    #expect(run["job_type"] as? String == "hourly" && run["bucket"] is NSNull && run["host"] as? String == "etl-1:7")
    #expect((run["enrichment"] as? [String: Any])?["more"] as? Bool == false)
    #expect(run["enrichment_error"] as? String == "E: why")
    #expect(run["item_states"] as? [String: Int] == ["failed": 1])
    #expect(run["started_at"] as? String == "2024-05-31T19:00:00Z")
    #expect(((run["items"] as? [[String: Any]])?.first?["failure"] as? [String: Any])?["cause"] as? String == "why")
  }

  @Test("What is not known is null, so that every object has every field")
  func unknown() throws {
    let fresh = ItemFreshness(item: item, loadedAt: nil, run: nil, openRejections: 0, failure: nil, failedRun: nil)
    let object = try object(
      StatusOverview(dataset: .wwoz, runs: [], items: [ItemStatus(fresh, stored: nil, check: nil, now: start)]))
    #expect(object["ok"] as? Bool == true)
    let item = try #require((object["items"] as? [[String: Any]])?.first)
    let full = try #require((try self.object(overview)["items"] as? [[String: Any]])?.first)
    #expect(item.keys.sorted() == full.keys.sorted())
    #expect(item["loaded_at"] is NSNull && item["failure"] is NSNull)
    #expect(item["gap"] as? Bool == true)
  }
}
