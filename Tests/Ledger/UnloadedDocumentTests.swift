import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import Ledger

extension LedgerTests {
  @Suite("Documents of earlier runs in the ledger")
  final class UnloadedDocumentTests: LedgerSuite {
    private static let key = "raw/test/items/d.json"

    private func open(_ run: String, _ ids: [String], at start: Date = Date()) throws {
      let items = try ids.map { try WorkItem(id: $0) }
      try record(.opened(RunOpening(trigger: .schedule, startedAt: start, items: items)), run: run)
    }

    private func unloaded(besides run: String = "now") throws -> [String] {
      try ledger.unloaded(in: dataset, besides: run, deadline: within()).map { "\($0.run)/\($0.item)" }
    }

    private func document(_ item: String = "a", run: String = "r1") throws -> UnloadedDocument {
      UnloadedDocument(run: run, started: LedgerTests.start, item: try WorkItem(id: item))
    }

    /// - Returns: the number of attempts at which the document was set aside; nil if it was not.
    private func begin() throws -> Int? {
      try ledger.beginAttempt(document(), at: Self.key, of: dataset, deadline: within())?.attempts
    }

    private func end(_ end: AttemptEnd) throws -> SetAsideDocument? {
      try ledger.endAttempt(at: Self.key, end, deadline: within())
    }

    private func attempts() throws -> [String] {
      try connection.lines("attempts, state, error", from: "unloaded_documents")
    }

    @Test("are the items of other runs without a load, from the oldest run on")
    func listed() throws {
      try open("r2", ["a", "b"], at: Date() - 60)
      try open("r1", ["b", "a"], at: Date() - 3600)
      try open("old", ["a"], at: Date() - 40 * 86_400)
      try open("now", ["a"])
      try load(WorkItem(id: "a"), run: "r2")
      #expect(try unloaded() == ["r1/a", "r1/b", "r2/b"])
    }

    @Test("are counted before the load, and forgotten after it")
    func counted() throws {
      try open("r1", ["a"])
      #expect(try begin() == nil)
      #expect(try attempts() == ["1|open"])
      #expect(try end(.loaded) == nil)
      #expect(try attempts().isEmpty)
    }

    @Test("that fail three times are set aside with the last reason, and are not listed again")
    func failures() throws {
      try open("r1", ["a"])
      let error = PipelineError(.sourceChanged, "every record lacks its key")
      for _ in 0..<2 {
        #expect(try begin() == nil)
        #expect(try end(.failed(error)) == nil)
        #expect(try unloaded() == ["r1/a"])
      }
      #expect(try begin() == nil)
      let aside = try #require(try end(.failed(error)))
      #expect(aside.reason == "SourceChanged: every record lacks its key" && aside.attempts == 3)
      #expect(aside.run == "r1" && aside.item == "a" && aside.key == Self.key)
      #expect(try unloaded().isEmpty)
      #expect(try ledger.setAside(in: dataset, deadline: within()).map(\.key) == [Self.key])
    }

    @Test("whose loads end without an error are set aside before the fourth")
    func killers() throws {
      try open("r1", ["a"])
      #expect(try (0..<3).compactMap { _ in try begin() } == [])
      #expect(try begin() == 4)
      #expect(
        try ledger.setAside(in: dataset, deadline: within()).map(\.reason).first?.hasPrefix("the loader ended") == true)
    }

    @Test("are open again once the attempts that were under way at the same time were none")
    func together() throws {
      try open("r1", ["a"])
      for _ in 0..<4 { _ = try begin() }
      #expect(try attempts() == ["4|set aside"])
      #expect(try end(.notTried) == nil)
      #expect(try attempts() == ["2|open"])
      #expect(try unloaded() == ["r1/a"])
    }

    @Test("have failed once if the load of their own run has, for their own sake")
    func firstLoad() throws {
      try open("r1", ["a"])
      let item = try WorkItem(id: "a")
      let failure = ItemFailure(
        item: item, stage: .load, error: "SourceChanged", cause: "no key", failedAt: LedgerTests.start)
      try record(.failed(failure), run: "r1")
      _ = try begin()
      #expect(try attempts() == ["2|open|SourceChanged"])
    }

    @Test("have not failed if a store was away: then, and in an attempt")
    func stores() throws {
      try open("r1", ["a"])
      let item = try WorkItem(id: "a")
      let failure = ItemFailure(
        item: item, stage: .load, error: "DatabaseUnavailable", cause: "away", failedAt: LedgerTests.start)
      try record(.failed(failure), run: "r1")
      _ = try begin()
      #expect(try attempts() == ["1|open"])
      _ = try end(.notTried)
      #expect(try attempts() == ["0|open"])
    }

    @Test("that do not exist are asked for until no scraper of the run can still be working")
    func absent() throws {
      try open("r1", ["a"], at: Date() - 3600)
      _ = try begin()
      _ = try end(.absent)
      #expect(try unloaded() == ["r1/a"])
      let opening = RunOpening(
        trigger: .schedule, startedAt: Date() - 3600, items: [try WorkItem(id: "a")])
      let outcome = RunClosing.Outcome.failed(error: "States.Timeout", cause: nil)
      try record(.closed(RunClosing(opening: opening, endedAt: Date() - 1200, outcome: outcome)), run: "r1")
      _ = try begin()
      _ = try end(.absent)
      #expect(try unloaded().isEmpty)
    }

    @Test("that do not exist for a run that was never closed are asked for on its first day only")
    func neverClosed() throws {
      try open("r1", ["a"], at: Date() - 2 * 86_400)
      _ = try begin()
      _ = try end(.absent)
      #expect(try attempts() == ["0|absent"])
      #expect(try unloaded().isEmpty)
    }

    @Test("that a redriven run has stored after they were absent are tried like others")
    func redriven() throws {
      try open("r1", ["a"], at: Date() - 2 * 86_400)
      _ = try begin()
      _ = try end(.absent)
      _ = try begin()
      _ = try end(.failed(PipelineError(.sourceChanged, "no key")))
      #expect(try attempts() == ["1|open|SourceChanged"])
      #expect(try unloaded() == ["r1/a"])
    }

    @Test("that are set aside are shown until they are loaded: by a replay of their own run, not of another one")
    func replayed() throws {
      try open("r1", ["a"], at: Date() - 7200)
      let opening = RunOpening(trigger: .schedule, startedAt: Date() - 7200, items: [try WorkItem(id: "a")])
      let outcome = RunClosing.Outcome.failed(error: "States.Timeout", cause: nil)
      try record(.closed(RunClosing(opening: opening, endedAt: Date() - 7100, outcome: outcome)), run: "r1")
      for _ in 0..<3 {
        _ = try begin()
        _ = try end(.failed(PipelineError(.sourceChanged, "no key")))
      }
      func shown() throws -> Int { try ledger.setAside(in: dataset, deadline: within()).count }
      for (run, listed, count) in [("later", 3600.0, 1), ("same", 7150, 0)] {
        let item = try WorkItem(id: "a")
        try record(.opened(RunOpening(trigger: .replay, startedAt: Date(), items: [item])), run: run)
        try load(item, run: run, listedAt: Date() - listed)
        #expect(try shown() == count, "\(run)")
      }
    }

    @Test("that are set aside make the run that did it partial")
    func partialRun() throws {
      try open("r1", ["a"])
      for _ in 0..<3 {
        _ = try begin()
        _ = try end(.failed(PipelineError(.sourceChanged, "no key")))
      }
      let items = [try WorkItem(id: "b")]
      let opening = RunOpening(trigger: .schedule, startedAt: Date() - 60, items: items)
      try record(.opened(opening), run: "r2")
      try load(items[0], run: "r2")
      let closed = LedgerEvent.closed(
        RunClosing(opening: opening, endedAt: Date(), outcome: .finished(failedItems: [])))
      #expect(try record(closed, run: "r2")?.status == .partial)
      #expect(
        try connection.lines("cause", from: "etl_runs where run = 'r2'")
          == ["documents of earlier runs that were set aside: 1; festvibes state test says why"])
    }
  }
}
