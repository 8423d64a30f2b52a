import Contracts
import Foundation
import Ledger
import Postgres
import TestSupport
import Testing
import Time

@testable import PostgresSink

extension PostgresSinkTests {
  @Suite("The checkpoint of a table's load")
  final class CheckpointTests: TableSuite {
    /// The dataset's definition has `incremental`.
    private var isIncremental = false
    private let name = CheckpointName(sourceType: "http", dataset: "markets", item: "all", isOnlyItem: true)

    private func load(
      _ ids: [String], _ before: Int?, _ after: Int, second: Int, rank: Int = 0,
      writesLedger: Bool = true, run: String? = nil
    ) throws -> LoadReport {
      let span = CheckpointSpan(
        before: try before.map { try Checkpoint("\($0)", .integer) }, after: try Checkpoint("\(after)", .integer))
      let records = "[\(ids.map { #"{"id":"\#($0)","rank":\#(rank)}"# }.joined(separator: ","))]"
      let member = String(decoding: try JSONEncoder().encode(span), as: UTF8.self)
      let plain = String(
        decoding: PostgresSinkTests.makeDocument(
          records, listed: "2024-05-31T08:00:0\(second).000Z", isComplete: false), as: UTF8.self)
      let document = Data((#"{"checkpoint":\#(member),"# + plain.dropFirst()).utf8)
      #expect(try CheckpointSpan(of: document, key: "k") == span)
      let dataset = Dataset(
        id: sink.dataset.id, dataType: sink.dataset.dataType, timeZone: "UTC", extractor: "http", sinks: ["postgres"],
        hasDates: false, state: isIncremental ? StateSettings(.postgres, hasOneItem: true) : nil)
      var target = try PostgresSinkTests.makeTarget(
        "raw/\(run ?? "\(second)").json", run: run ?? "r\(second)", dataset: dataset)
      target.checkpoint = CheckpointCommit(name, span)
      target.writesLedger = writesLedger
      return try sink.load(document, for: target, deadline: PostgresSinkTests.within(.seconds(60)))
    }

    private func declare(rank: String) throws {
      try declare(
        "table: prices\nkey: [id]\ncolumns: {id: text, price: \"numeric(12,2)\", rank: \(rank), seen: timestamptz}")
    }

    private func stored() throws -> [String] { try lines("checkpoint_value", "etl_checkpoints") }

    @Test("moves with the rows, and what a later document does not have stays")
    func moves() throws {
      #expect(try load(["a", "b"], nil, 5, second: 1).isInLedger)
      #expect(try load(["b", "c"], 5, 9, second: 2).records == RecordCounts(found: 2, new: 1, unchanged: 1))
      #expect(try stored() == ["9"])
      #expect(try lines("id") == ["a", "b", "c"])
      // A retry.
      _ = try load(["b", "c"], 5, 9, second: 2)
      #expect(try lines("total_runs, total_records_processed", "etl_checkpoints") == ["2|4"])
    }

    @Test("fails with them: if it cannot be written, no row is")
    func together() throws {
      _ = try load(["a"], nil, 5, second: 1)
      try connection.query(
        "update etl_checkpoints set checkpoint_value = 'soon'", deadline: PostgresSinkTests.within())
      let error = PostgresSinkTests.failure { _ = try load(["b"], 5, 9, second: 2) }
      #expect(error?.name == .storageCorrupt)
      #expect(try lines("id") == ["a"])
      #expect(try stored() == ["soon"])
      #expect(try lines("count(*)", "loads") == ["1"])
    }

    @Test("A document that is loaded late adds what no later one has, and changes nothing; the checkpoint stays")
    func late() throws {
      isIncremental = true
      _ = try load(["a", "b"], nil, 5, second: 1)
      // Unchanged, so that the row's times stay those of the first.
      _ = try load(["a"], 5, 9, second: 3)
      let before = try lines("id, rank, _run")
      let report = try load(["a", "b", "c"], 5, 12, second: 2, rank: 7)
      #expect(report.records == RecordCounts(found: 3, new: 1, unchanged: 2) && !report.isSuperseded)
      #expect(try lines("id, rank, _run") == before + ["c|7|r2"])
      #expect(try stored() == ["9"])
    }

    @Test("An edit that was rejected is loaded by a replay with another definition, unless a later document has it")
    func replayOfRejected() throws {
      isIncremental = true
      _ = try load(["a", "b"], nil, 5, second: 1)
      try declare(rank: "{type: integer, check: rank < 5}")
      #expect(try load(["a", "b"], 5, 9, second: 2, rank: 7).records.rejected == 2)
      // Later, the source has one of them as it was before.
      _ = try load(["b"], 9, 12, second: 3)
      try declare(rank: "integer")
      let replay = try load(["a", "b"], 5, 9, second: 2, rank: 7, run: "replay")
      #expect(replay.records == RecordCounts(found: 2, changed: 1, unchanged: 1) && replay.isLate)
      #expect(try lines("id, rank") == ["a|7", "b|0"])
      #expect(try lines("href, resolution", "rejected_records order by position") == ["a|loaded", "b|loaded"])
      #expect(try stored() == ["12"])
      // Once more, with other content.
      _ = try load(["a", "b"], 5, 9, second: 2, rank: 8, run: "replay again")
      #expect(try lines("id, rank") == ["a|8", "b|0"])
    }

    @Test("A late document leaves the rejection of an edit open that it does not write")
    func lateRejection() throws {
      isIncremental = true
      _ = try load(["a"], nil, 5, second: 1)
      try declare(rank: "{type: integer, check: rank < 5}")
      _ = try load(["a"], 5, 9, second: 2, rank: 7)
      _ = try load(["b"], 9, 12, second: 4)
      let late = try load(["a"], 9, 11, second: 3, rank: 3)
      #expect(late.isLate && late.records == RecordCounts(found: 1, unchanged: 1))
      #expect(try lines("id, rank") == ["a|0", "b|0"])
      #expect(try lines("href", "rejected_records where resolved_at is null") == ["a"])
    }

    @Test("stays for a document that a later one has superseded, and is left to the loader if there are several sinks")
    func stays() throws {
      _ = try load(["a"], nil, 5, second: 2)
      #expect(try load(["b"], nil, 9, second: 1).isSuperseded)
      #expect(try stored() == ["5"])
      _ = try load(["b"], 5, 9, second: 3, writesLedger: false)
      #expect(try stored() == ["5"])
    }
  }
}
