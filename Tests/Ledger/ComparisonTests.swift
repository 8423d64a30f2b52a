import ConcertsSink
import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger

extension LedgerTests {
  @Suite("What a document and a run are compared with")
  final class ComparisonTests: LedgerSuite {
    private func load(
      _ found: Int, _ key: String, item: WorkItem? = nil, run: String = "run-1", listed seconds: Double?,
      checked: CheckResult? = nil, superseded: Bool = false
    ) throws {
      let report = LoadReport(
        records: RecordCounts(found: found, new: found, cancelled: 0), isSuperseded: superseded,
        listedAt: seconds.map { LedgerTests.start + $0 })
      var target = LoadTarget(dataset: dataset, item: item ?? items[0], key: "raw/\(key)", run: run)
      target.checked = checked
      try ledger.recordLoad(report, of: Data("[]".utf8), for: target, deadline: within())
    }

    private func earlier(
      _ key: String = "new", before seconds: Double? = nil, last count: Int = 7, ignoresEmpty: Bool = false
    ) throws -> [Int] {
      try ledger.earlierCounts(
        of: LoadTarget(dataset: dataset, item: items[0], key: "raw/\(key)"),
        listedAt: seconds.map { LedgerTests.start + $0 }, last: count, ignoresEmpty: ignoresEmpty, migrates: true,
        deadline: within())
    }

    @Test("A document is compared with the item's loads before it, the newest first; a new database has none")
    func history() throws {
      #expect(try earlier() == [])
      for number in 1...9 { try load(number, "\(number)", listed: Double(number)) }
      try load(100, "other item", item: items[1], listed: 5)
      try load(200, "superseded", listed: 5.5, superseded: true)
      #expect(try earlier() == [9, 8, 7, 6, 5, 4, 3])
      #expect(try earlier(last: 2) == [9, 8])
      #expect(try earlier("4", before: 4) == [3, 2, 1])
      // A repeated load is not compared with itself.
      #expect(try earlier("9", last: 1) == [8])
    }

    @Test("Two loads of one listing are one, an empty load may be left out, and one without a listing has its own time")
    func oddLoads() throws {
      try load(5, "a", listed: 1)
      try load(6, "replayed", listed: 1)
      try load(0, "empty", listed: 2)
      try load(7, "b", listed: nil)
      #expect(try earlier() == [7, 0, 6])
      #expect(try earlier(ignoresEmpty: true) == [7, 6])
      #expect(try earlier(before: 1.5) == [6])
    }

    @Test("Without a migration an older database is refused")
    func dryRun() throws {
      let empty = try TestDatabase()
      let ledger = Ledger(try LedgerTests.makeDatabase(empty.url))
      let error = #expect(throws: PipelineError.self) {
        try ledger.earlierCounts(
          of: LoadTarget(dataset: dataset, item: items[0], key: "raw/x"), listedAt: nil, last: 7, ignoresEmpty: false,
          migrates: false, deadline: within())
      }
      #expect(error?.name == .schemaMismatch)
    }

    /// Writes a run that has ended, of one item or of all.
    @discardableResult
    private func run(
      _ number: Int, found: Int, trigger: RunOpening.Trigger = .schedule, items: [WorkItem]? = nil,
      failing: Bool = false, checked: CheckResult? = nil, outcome: RunClosing.Outcome? = nil
    ) throws -> RunRecord? {
      let items = items ?? [self.items[0]]
      let began = Double(number) * 1000
      let opening = RunOpening(trigger: trigger, startedAt: LedgerTests.start + began, items: items)
      try record(.opened(opening), run: "run-\(number)")
      if !failing {
        for item in items {
          try load(found, "\(number)-\(item)", item: item, run: "run-\(number)", listed: began + 1, checked: checked)
        }
      }
      return try record(
        .closed(
          RunClosing(
            opening: opening, endedAt: LedgerTests.start + began + 60,
            outcome: outcome ?? .finished(failedItems: failing ? items.map(\.id) : []))), run: "run-\(number)")
    }

    @Test("A run is compared with the last seven scheduled ones of as many items that loaded every item")
    func runs() throws {
      try run(1, found: 5000)
      for number in 2...8 { try run(number, found: 100 + number) }
      try run(9, found: 7, trigger: .manual)
      try run(10, found: 7, trigger: .replay)
      try run(11, found: 7, failing: true)
      try run(12, found: 7, items: Array(items[..<2]))
      let ended = try #require(try run(13, found: 40, trigger: .manual))
      #expect(ended.comparison?.runs == 7)
      #expect(ended.comparison?.usual.found == 105)
      #expect(ended.remarks == ["Unusual: found 40 (usually 105), new 40 (usually 105)"])
      let read = try #require(try ledger.run(named: "run-13", of: dataset, deadline: within()))
      #expect(read.record.comparison == ended.comparison)
      #expect(try run(14, found: 105)?.remarks == [])
    }

    @Test("A replay, a run that was given up, and one with too few before it are not compared")
    func notCompared() throws {
      for number in 1...3 { #expect(try run(number, found: 100)?.comparison == nil) }
      #expect(try run(4, found: 1, trigger: .replay)?.comparison == nil)
      #expect(try run(5, found: 1, outcome: .failed(error: "SourceChanged", cause: nil))?.comparison == nil)
      #expect(try run(6, found: 1)?.comparison?.runs == 3)
    }

    @Test("A notice of expectations makes the run partial, a warning does not; both are with the load")
    func breaches() throws {
      let warned = try #require(try run(1, found: 3, checked: CheckResult(warnings: ["few", "old"])))
      #expect(warned.status == .success && warned.cause == nil)
      #expect(warned.remarks == ["few", "old"].map { "Expectation: \(items[0].id): \($0)" })
      let noticed = try #require(try run(2, found: 3, checked: CheckResult(notice: "SourceChanged: few")))
      #expect(noticed.status == .partial && noticed.cause == "SourceChanged: few" && noticed.remarks == [])
      #expect(
        try connection.lines(
          "coalesce(counts ->> 'warnings', '-'), coalesce(counts ->> 'notice', '-')", from: "loads order by id")
          == [#"["few", "old"]|-"#, "-|SourceChanged: few"])
      let read = try #require(try ledger.run(named: "run-1", of: dataset, deadline: within()))
      #expect(read.record.warnings == warned.warnings)
    }

    @Test("A breach of an earlier run's document is also one of the run that has loaded it")
    func earlierDocument() throws {
      let item = items[0]
      func opening(_ start: Double) -> RunOpening {
        RunOpening(trigger: .schedule, startedAt: Date() + start, items: [item])
      }
      let failed = RunClosing.Outcome.failed(error: "States.Timeout", cause: nil)
      try record(.opened(opening(-100)), run: "r1")
      try record(.closed(RunClosing(opening: opening(-100), endedAt: Date() - 90, outcome: failed)), run: "r1")
      try record(.opened(opening(-10)), run: "r2")
      try load(3, "k1", item: item, run: "r1", listed: 1, checked: CheckResult(notice: "few", warnings: ["old"]))
      try load(3, "k2", item: item, run: "r2", listed: 2)
      let end = RunClosing(opening: opening(-10), endedAt: Date() + 1, outcome: .finished(failedItems: []))
      let ended = try #require(try record(.closed(end), run: "r2"))
      #expect(ended.status == .partial && ended.cause == "few")
      #expect(ended.remarks.contains("Expectation: \(item.id): old"))
      // The next run did not load it.
      try record(.opened(opening(5)), run: "r3")
      try load(3, "k3", item: item, run: "r3", listed: 3)
      let next = RunClosing(opening: opening(5), endedAt: Date() + 6, outcome: .finished(failedItems: []))
      #expect(try record(.closed(next), run: "r3")?.status == .success)
    }

    @Test("A load that is repeated without the breach loses it, and is otherwise as it was")
    func repeated() throws {
      try load(3, "k", listed: 1, checked: CheckResult(notice: "SourceChanged: few"))
      try load(3, "k", listed: 1)
      #expect(try connection.lines("coalesce(counts ->> 'notice', '-'), records_found", from: "loads") == ["-|3"])
    }
  }
}
