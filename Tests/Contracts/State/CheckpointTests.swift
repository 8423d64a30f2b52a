import Contracts
import Foundation
import Testing

@Suite("A checkpoint")
struct CheckpointTests {
  @Test(
    "is compared by its type: times as instants, integers with all their digits, texts byte by byte (F36)",
    arguments: [
      (Checkpoint.Kind.time, "2024-05-31T10:00:00+02:00", "2024-05-31T08:00:01Z"),
      (.time, "2024-05-31T08:00:00Z", "2024-05-31T08:00:00.000000000000000001Z"),
      (.time, "2024-05-31T08:00:00.2Z", "2024-05-31T08:00:00.1999-01:00"),
      (.time, "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.75Z"),
      (.integer, "9", "10"), (.integer, "-10", "-9"), (.integer, "-1", "0"), (.integer, "-5", "3"),
      (.integer, "9007199254740992", "9007199254740993"),
      (.integer, "123456789012345678901234567890", "123456789012345678901234567891"),
      (.text, "10", "9"), (.text, "a", "ab"), (.text, "Z", "a"), (.text, "z", "é"),
    ])
  func order(_ type: Checkpoint.Kind, _ earlier: String, _ later: String) throws {
    let (left, right) = (try Checkpoint(earlier, type), try Checkpoint(later, type))
    #expect(left.isBefore(right) == true)
    #expect(right.isBefore(left) == false)
    #expect(left.isBefore(left) == false)
  }

  @Test(
    "is the same in another spelling",
    arguments: [
      (Checkpoint.Kind.time, "2024-05-31T10:00:00.500+02:00", "2024-05-31T08:00:00.5Z"),
      (.integer, "007", "7"), (.integer, "-0", "0"),
    ])
  func spelling(_ type: Checkpoint.Kind, _ text: String, _ plain: String) throws {
    let (left, right) = (try Checkpoint(text, type), try Checkpoint(plain, type))
    #expect(left.position == right.position)
    #expect(left.isBefore(right) == false)
    #expect(Checkpoint(left.position)?.value == plain)
  }

  @Test("of another type cannot be compared")
  func types() throws {
    #expect(try Checkpoint("7", .integer).isBefore(Checkpoint("7", .text)) == nil)
  }

  @Test(
    "is refused if it is not of its type, empty, or longer than 200 bytes",
    arguments: [
      (Checkpoint.Kind.time, "2024-05-31T08:00:00"), (.time, "2024-05-31T08:00:00.Z"), (.time, "soon"),
      (.time, "2024-02-30T08:00:00Z"), (.integer, "1.5"), (.integer, "1e3"), (.integer, "-"), (.integer, "+1"),
      (.integer, "٣"), (.text, ""), (.text, "a\0b"), (.text, "a\nb"), (.text, String(repeating: "é", count: 101)),
    ])
  func refused(_ type: Checkpoint.Kind, _ text: String) {
    let error = #expect(throws: PipelineError.self) { try Checkpoint(text, type) }
    #expect(error?.name == .invalidInput)
  }

  @Test("of exactly 200 bytes is accepted")
  func longest() throws {
    #expect(try Checkpoint(String(repeating: "é", count: 100), .text).value.utf8.count == 200)
  }

  @Test("travels in a work item, and is no part of the item's identity")
  func item() throws {
    let json = #"{"checkpoint":{"type":"integer","value":"41"},"id":"a"}"#
    let item = try JSONDecoder().decode(WorkItem.self, from: Data(json.utf8))
    #expect(item.checkpoint?.value == "41")
    #expect(item == (try WorkItem(id: "a")))
    #expect(item.hashValue == (try WorkItem(id: "a")).hashValue)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(item), as: UTF8.self) == json)
    #expect(String(decoding: try encoder.encode(WorkItem(id: "a")), as: UTF8.self) == #"{"id":"a"}"#)
    #expect(throws: PipelineError.self) {
      try JSONDecoder().decode(
        WorkItem.self, from: Data(#"{"id":"a","checkpoint":{"type":"integer","value":"x"}}"#.utf8))
    }
  }
}
