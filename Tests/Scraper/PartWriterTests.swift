import Contracts
import EventRecords
import Fetching
import Foundation
import RawStore
import ScrapingSupport
import Testing
import Time

@testable import ScraperFunction

/// Documents in parts of a few bytes.
@Suite("Writing documents in parts")
struct PartWriterTests {
  /// A record of a text.
  private struct Line: DocumentRecord, Codable, Equatable {
    let text: String
    static var isDivisible: Bool { true }
  }

  private let store = MemoryStore()
  private let key = RawKey(
    dataset: testDataset, item: WorkItem(date: .init(daysSinceEpoch: 0)), run: "r",
    started: Date(timeIntervalSince1970: 0))

  private func writer(bytes: Int, records: Int = 20_000) -> PartWriter<Line> {
    PartWriter(
      testDataset, key: key, attempt: key.archive(begun: Date(timeIntervalSince1970: 0), request: "q"), archive: "a",
      store: store, redactor: Redactor(makePolicy(site)), deadline: Deadline(after: .seconds(9), on: SystemTime()),
      maximumBytes: bytes, maximumRecords: records)
  }

  private func read(_ head: Data) throws -> [[String]] {
    let document = try PartedDocument(head, at: "\(key)") { [store] (key, _) throws(PipelineError) in
      guard let part = store.documents[key] else { throw PipelineError(.invalidInput, "none") }
      return part
    }
    return try (0..<document.count).map { index in
      let part = try document.part(index, deadline: Deadline(after: .seconds(9), on: SystemTime()))
      return try ExtractDocument<Line>(part, key: "k").records.compactMap {
        if case .record(let line) = $0 { line.text } else { nil }
      }
    }
  }

  private func end(_ records: [Line] = [], rejected: [RejectedRow] = []) -> Extract<Line> {
    Extract(
      records: records, rejected: rejected, pagesRead: 1, listedAt: Date(timeIntervalSince1970: 0), isComplete: true)
  }

  @Test("No part is larger than a document may be, whatever the batches; order and number of records stay")
  func sizes() throws {
    for (bytes, batch) in [(4000, 1), (4000, 7), (4000, 700), (40_000, 100)] {
      let store = store
      store.documents = [:]
      let texts = (0..<700).map { "record \($0) " + String(repeating: "x", count: $0 % 90) }
      let writer = PartWriter<Line>(
        testDataset, key: key,
        attempt: key.archive(begun: Date(timeIntervalSince1970: Double(batch + bytes)), request: "q"),
        archive: "a", store: store, redactor: Redactor(makePolicy(site)),
        deadline: Deadline(after: .seconds(9), on: SystemTime()), maximumBytes: bytes)
      for start in stride(from: 0, to: texts.count, by: batch) {
        try writer.add(ExtractBatch(texts[start..<min(start + batch, texts.count)].map { Line(text: $0) }))
      }
      let head = try writer.finish(end())
      #expect(try read(head).flatMap { $0 } == texts && writer.records == 700)
      #expect(head.count <= bytes + 4000 && store.documents.values.allSatisfy { $0.count <= bytes })
      #expect(!store.documents.isEmpty)
    }
  }

  @Test("The number of records and rejected rows of a part is limited; all that fits into one has no parts")
  func counts() throws {
    let writer = writer(bytes: 1 << 20, records: 10)
    try writer.add(
      ExtractBatch((0..<25).map { Line(text: "\($0)") }, rejected: [RejectedRow(RowProblem(reason: "bad"))]))
    #expect(try read(writer.finish(end([Line(text: "last")]))).map(\.count) == [10, 10, 6])
    let alone = self.writer(bytes: 1 << 20)
    try alone.add(ExtractBatch([Line(text: "a")]))
    let document = try alone.finish(end([Line(text: "b")]))
    #expect(try document == end([Line(text: "a"), Line(text: "b")]).document(of: testDataset, archive: "a"))
  }

  @Test("A part has no more values than a loader reads, also if it has room for their bytes")
  func values() throws {
    let writer = PartWriter<Line>(
      testDataset, key: key, attempt: key.archive(begun: Date(timeIntervalSince1970: 0), request: "q"), archive: "a",
      store: store, redactor: Redactor(makePolicy(site)), deadline: Deadline(after: .seconds(9), on: SystemTime()),
      maximumValues: 300)
    try writer.add(
      ExtractBatch(
        (0..<10).map { _ in Line(text: String(repeating: ",", count: 90)) },
        rejected: [RejectedRow(RowProblem(reason: "bad"), text: String(repeating: "[", count: 250))]))
    #expect(try read(writer.finish(end())).map(\.count) == [3, 3, 3, 1, 0])
    #expect(store.documents.values.allSatisfy { Limits.values(in: $0.span) < 400 })
    #expect(throws: PipelineError.self) {
      try self.writer(bytes: 1 << 20).add(ExtractBatch([Line(text: String(repeating: ",", count: 2_000_000))]))
    }
  }

  @Test("A record that no document holds is refused with both numbers; so are too many rejected rows")
  func refused() throws {
    let writer = writer(bytes: 2000)
    try writer.add(ExtractBatch([Line(text: "a")]))
    let error = #expect(throws: PipelineError.self) {
      try writer.add(ExtractBatch([Line(text: String(repeating: "x", count: 3000))]))
    }
    #expect(
      error?.name == .sourceChanged && error?.message.contains("3011 bytes, and a document has at most 2000") == true,
      "\(error?.message ?? "")")
    let many = self.writer(bytes: 1 << 20)
    let rows = Array(
      repeating: RejectedRow(RowProblem(reason: "bad"), text: "x"), count: Limits.maximumItemRejections + 1)
    let other = #expect(throws: PipelineError.self) { try many.add(ExtractBatch(rejected: rows)) }
    #expect(other?.message.contains("more than 20000 rows") == true && other?.message.contains("bad") == true)
  }
}
