import Contracts
import Foundation
import Testing

@Suite("The checkpoints of a document")
struct CheckpointSpanTests {
  private static func checkpoint(_ number: Int?) -> Checkpoint? {
    number.flatMap { try? Checkpoint("\($0)", .integer) }
  }

  private static func span(_ before: Int?, _ after: Int?) -> CheckpointSpan {
    CheckpointSpan(before: checkpoint(before), after: checkpoint(after))
  }

  @Test(
    "move the stored one only forward, and not over a gap",
    arguments: [
      // A first load, and the next one.
      (stored: Int?.none, before: Int?.none, after: Int?(5), moves: true), (5, 5, 9, true),
      // The stored one is later than what the document started from: another run has loaded meanwhile.
      (7, 5, 9, true), (7, nil, 9, true),
      // An older document, and the same one again.
      (9, 5, 7, false), (9, 5, 9, false), (9, nil, 3, false),
      // After a reset, a document of before would leave out what is between.
      (nil, 5, 9, false), (3, 5, 9, false),
      // Nothing new.
      (5, 5, 5, false), (nil, nil, nil, false), (5, 5, nil, false),
    ])
  func rule(_ stored: Int?, _ before: Int?, _ after: Int?, _ moves: Bool) {
    #expect(Self.span(before, after).moves(Self.checkpoint(stored)) == moves)
  }

  @Test("of another type than the stored one never move it")
  func types() throws {
    let text = try Checkpoint("9", .text)
    #expect(!Self.span(nil, 9).moves(text))
    #expect(!CheckpointSpan(before: text, after: Self.checkpoint(9)).moves(Self.checkpoint(1)))
  }

  private func document(_ checkpoint: CheckpointSpan?, parts: DocumentParts? = nil) throws -> Data {
    var part = DocumentPart()
    part.records = Data(#"{"checkpoint":{"before":1}}"#.utf8)
    part.recordCount = 1
    return try part.document(
      of: Dataset(id: "d", dataType: "items", timeZone: "UTC", extractor: "http", sinks: []), archive: "a",
      parts: parts,
      listedAt: Date(timeIntervalSince1970: 0), isComplete: false, checkpoint: checkpoint)
  }

  @Test("are read from a document, alone or in parts, and its other members stay")
  func member() throws {
    for parts in [nil, DocumentParts(keys: ["raw/k"], isComplete: false, records: 2, rejected: 0)] {
      for span in [Self.span(nil, 7), Self.span(3, 7), Self.span(nil, nil)] {
        let document = try document(span, parts: parts)
        #expect(try CheckpointSpan(of: document, key: "k") == span)
        #expect(try DocumentParts(of: document, key: "k") == parts)
        struct Head: Decodable {
          let ingestion_result: IngestionResult
        }
        #expect(try JSONDecoder().decode(Head.self, from: document).ingestion_result.archive == "a")
        #expect(RawRecords(document).entries(at: [0])[0] == #"{"checkpoint":{"before":1}}"#)
      }
      let without = try document(nil, parts: parts)
      #expect(try CheckpointSpan(of: without, key: "k") == nil)
      #expect(!String(decoding: without, as: UTF8.self).contains(#""before":null"#))
    }
  }

  @Test("of a document without them are none: a bare array, an object, an empty one")
  func without() throws {
    for text in ["", "{", "[]", #"{"records":[]}"#, #"{"ingestion_result":{},"checkpoint":{}}"#] {
      #expect(try CheckpointSpan(of: Data(text.utf8), key: "k") == nil)
    }
  }

  @Test(
    "that cannot be read are StorageCorrupt",
    arguments: [
      #"{"checkpoint":{"before":"#, #"{"checkpoint":7,"records":[]}"#,
      #"{"checkpoint":{"before":null,"after":{"value":"x","type":"integer"}},"records":[]}"#,
      #"{"checkpoint":{"after":{"value":"1","type":"number"}},"records":[]}"#,
    ])
  func damaged(_ text: String) {
    let error = #expect(throws: PipelineError.self) { try CheckpointSpan(of: Data(text.utf8), key: "raw/k") }
    #expect(error?.name == .storageCorrupt)
    #expect(error?.message.contains("raw/k") == true)
  }

  @Test("are found in no cut or damaged document by chance: reading ends")
  func cut() throws {
    let whole = try document(
      Self.span(3, 7), parts: DocumentParts(keys: ["raw/k"], isComplete: false, records: 2, rejected: 0))
    for end in whole.indices { _ = try? CheckpointSpan(of: whole.prefix(end), key: "k") }
  }
}
