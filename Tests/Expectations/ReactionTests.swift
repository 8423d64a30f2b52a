import Contracts
import Foundation
import JSON
import Testing
import Time

@testable import Expectations

@Suite("Breaches of expectations")
struct ReactionTests {
  private static let few = "{check: rows, minimum: 2"
  private static let blank = "{check: nulls, field: x"
  private let document = Expected.document(["{}"])

  @Test("warn, partial and fail: a warning, a notice, an error that names rule, value, limit and the next step")
  func reactions() throws {
    let warned = try Expected(["\(Self.few), on_breach: warn}"]).check(document)
    #expect(warned == CheckResult(warnings: ["expect[0] rows: 1 records, and minimum is 2"]))
    for rule in ["\(Self.few)}", "\(Self.few), on_breach: partial}"] {
      let result = try Expected([rule]).check(document)
      #expect(result == CheckResult(notice: "SourceChanged: expect[0] rows: 1 records, and minimum is 2"))
    }
    let error = #expect(throws: PipelineError.self) {
      try Expected(["\(Self.few), on_breach: fail}"]).check(document)
    }
    #expect(error?.name == .sourceChanged)
    #expect(
      error?.message
        == "the document of all is not as expected: expect[0] rows: 1 records, and minimum is 2. Nothing was changed. If the "
        + "document is right, a replay of all with --allow-shrink loads it")
  }

  @Test("Several breaches are said together, and one that fails is enough to refuse the document")
  func several() throws {
    let rules = ["\(Self.few), on_breach: warn}", "\(Self.few)}", "\(Self.blank)}", "{check: unique, fields: x}"]
    let result = try Expected(rules).check(document)
    #expect(
      result.notice
        == "SourceChanged: expect[1] rows: 1 records, and minimum is 2; "
        + "expect[2] nulls: 1 of 1 records (1) have no x, and maximum is 0")
    #expect(result.warnings.count == 1)
    let error = #expect(throws: PipelineError.self) {
      try Expected(rules + ["\(Self.few), on_breach: fail}", "\(Self.blank), on_breach: fail}"]).check(document)
    }
    #expect(error?.message.contains("expect[4] rows: ") == true && error?.message.contains("expect[5] nulls: ") == true)
    #expect(error?.message.contains("expect[1]") == false)
    #expect(error?.message.contains("`festvibes try d`") == true)
  }

  @Test("allow_shrink makes warnings of breaches of the number of records, and of no others")
  func allowShrink() throws {
    let rules = ["\(Self.few), on_breach: fail}", "{check: rows_ratio, minimum: 1, on_breach: fail}", "\(Self.few)}"]
    let result = try Expected(rules).check(document, earlier: [9, 9, 9], allowsShrinkage: true)
    #expect(result.notice == nil && result.warnings.count == 3)
    #expect(throws: PipelineError.self) {
      try Expected(["\(Self.blank), on_breach: fail}"]).check(document, allowsShrinkage: true)
    }
  }

  @Test("A document in parts is seen whole: the same as one with all records")
  func parts() throws {
    let rules = [
      "{check: rows, maximum: 5}", "{check: unique, fields: [id]}", "{check: nulls, field: x, maximum: 0.5}",
      "{check: range, field: id, maximum: 2}", "{check: freshness, field: at, maximum_age: 1h}",
    ]
    let records = [
      #"{"id":1,"at":"2024-05-31T07:00:00Z"}"#, #"{"id":2,"x":1}"#, #"{"id":1}"#, #"{"id":3}"#, #"{"id":2,"x":2}"#,
      #"{"id":9}"#,
    ]
    let alone = try Expected(rules).check(Expected.document(records))
    #expect(alone.notice?.contains("unique") == true && alone.notice?.contains("rows: 6") == true)
    func part(_ head: String, _ records: ArraySlice<String>, _ time: String = "") -> Data {
      let list = records.joined(separator: ",")
      return Data(#"{"parts":{\#(head)},"ingestion_result":{\#(time)},"records":[\#(list)],"rejected":[]}"#.utf8)
    }
    let second = part(#""number":2,"of":"raw/k""#, records[2..<4])
    let third = part(#""number":3,"of":"raw/k""#, records[4...])
    let head = part(
      #""keys":["raw/k_2","raw/k_3"],"number":1,"records":6,"rejected":0"#, records[..<2],
      #""timestamp":"2024-05-31T08:00:00Z""#)
    let parted = try PartedDocument(head, at: "raw/k") { (key, _) throws(PipelineError) in
      key == "raw/k_2" ? second : third
    }
    #expect(try Expected(rules).check(parted) == alone)
  }

  @Test(
    "What is no document is StorageCorrupt",
    arguments: ["", "{", "7", #"{"records":7}"#, #"{"records":[],"records":[]}"#])
  func malformed(text: String) throws {
    let error = #expect(throws: PipelineError.self) { try Expected(["\(Self.few)}"]).check(Data(text.utf8)) }
    #expect(error?.name == .storageCorrupt)
  }

  @Test("A bare list and elements that are no objects count as records")
  func bare() throws {
    let result = try Expected(["{check: rows, maximum: 1}", "\(Self.blank)}"]).check(Data("[7, {\"x\":1}]".utf8))
    #expect(result.notice == "SourceChanged: expect[0] rows: 2 records, and maximum is 1")
  }

  @Test("Records outside of a document are checked by the rules that need no history, with the consequence")
  func trial() throws {
    let expected = Expected([
      "\(Self.few), on_breach: fail}", "{check: rows_ratio, minimum: 1}", "\(Self.blank), on_breach: warn}",
    ])
    let definition = try #require(expected.definition)
    let expectations = try #require(try DocumentExpectations(definition) { _, _, _, _, _ in [] })
    let ratio = "expect[1] rows_ratio: not applied: it compares with earlier loads"
    let null = "expect[2] nulls: 1 of 1 records (1) have no x, and maximum is 0: a run would load the item, and note it"
    #expect(
      expectations.problems([JSONObject()], rejected: 0, readAt: nil, isCut: false) == [
        "expect[0] rows: 1 records, and minimum is 2: a run would refuse the item", null, ratio,
      ])
    #expect(
      expectations.problems([JSONObject()], rejected: 0, readAt: nil, isCut: true) == [
        null, "expect[0] rows: not applied: there may be more records than the limit", ratio,
      ])
    #expect(expectations.problems([JSONObject([("x", 1)])], rejected: 1, readAt: nil, isCut: false) == [ratio])
  }
}
