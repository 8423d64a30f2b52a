import Contracts
import Foundation
import Testing
import Time

@Suite("Documents in parts")
struct DocumentPartsTests {
  private let dataset = Dataset(id: "d", dataType: "items", timeZone: "UTC", extractor: "file", sinks: [])
  private var deadline: Deadline { Deadline(after: .seconds(10), on: SystemTime()) }

  private func document(_ parts: DocumentParts?) throws -> Data {
    var part = DocumentPart()
    (part.records, part.recordCount) = (Data(#"{"a":1}"#.utf8), 1)
    return try part.document(of: dataset, archive: "raw/x.warc.gz", parts: parts)
  }

  @Test("A part says so at its beginning; a document that is alone has nothing there")
  func roundTrip() throws {
    let head = DocumentParts(keys: ["raw/a}\"_2.json"], isComplete: true, records: 2, rejected: 0)
    #expect(try DocumentParts(of: document(head), key: "k") == head)
    #expect(try DocumentParts(of: document(DocumentParts(2, of: "raw/a.json")), key: "k")?.of == "raw/a.json")
    #expect(try DocumentParts(of: document(nil), key: "k") == nil)
    #expect(
      try String(decoding: document(nil), as: UTF8.self).hasPrefix(#"{"ingestion_result":{"archive":"raw/x.warc.gz""#))
    // The positions of raw records are found behind the member.
    #expect(try RawRecords(document(head)).entries(at: [0]) == [0: #"{"a":1}"#])
  }

  @Test(
    "A member that cannot be read is StorageCorrupt",
    arguments: [
      #"{"parts":"#, #"{"parts":{"number":1"#, #"{"parts":{"number":1}}"#, #"{"parts":{"number":0,"of":"x"}}"#,
      #"{"parts":{"keys":[],"number":1,"of":"x"}}"#, #"{"parts":7}"#,
    ])
  func damaged(_ text: String) {
    let error = #expect(throws: PipelineError.self) { try DocumentParts(of: Data(text.utf8), key: "raw/k.json") }
    #expect(error?.name == .storageCorrupt && error?.message.hasPrefix("raw/k.json is not") == true)
  }

  @Test("Parts are read one by one; one that is missing, too large or of another document is named")
  func reading() throws {
    let head = try document(DocumentParts(keys: ["2", "3", "4"], isComplete: true, records: 3, rejected: 0))
    let parts = [
      "2": try document(DocumentParts(2, of: "1")), "3": try document(DocumentParts(2, of: "1")),
      "4": Data(count: Limits.maximumDocumentBytes + 1),
    ]
    let document = try PartedDocument(head, at: "1") { (key, _) throws(PipelineError) in
      guard let part = parts[key] else { throw PipelineError(.invalidInput, "none") }
      return part
    }
    #expect(try document.count == 4 && document.part(0, deadline: deadline) == head)
    #expect(try document.part(1, deadline: deadline) == parts["2"])
    for index in 2...3 {
      let error = #expect(throws: PipelineError.self) { try document.part(index, deadline: deadline) }
      #expect(error?.name == .storageCorrupt && error?.message.hasPrefix("\(index + 1) ") == true)
    }
    let alone = try PartedDocument(alone: head, at: "1")
    #expect(throws: PipelineError.self) { try alone.part(1, deadline: deadline) }
    let error = #expect(throws: PipelineError.self) { try PartedDocument(alone: parts["2"] ?? Data(), at: "2") }
    #expect(error?.name == .invalidInput)
  }
}
