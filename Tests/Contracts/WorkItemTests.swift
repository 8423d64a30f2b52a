import Contracts
import Foundation
import Testing
import Time

@Suite("Work items")
struct WorkItemTests {
  private let date = CalendarDate(daysSinceEpoch: 19_874)

  private func decoded(_ json: String) throws -> WorkItem {
    try JSONDecoder().decode(WorkItem.self, from: Data(json.utf8))
  }

  private func encoded(_ item: WorkItem) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(item), as: UTF8.self)
  }

  @Test("An item of a day has the date as its id")
  func day() throws {
    let item = WorkItem(date: date)
    #expect(try encoded(item) == #"{"date":"2024-05-31","id":"2024-05-31"}"#)
    #expect(try decoded(#"{"id": "2024-05-31", "date": "2024-05-31"}"#) == item)
    #expect("\(item)" == "2024-05-31")
  }

  @Test("An item without a date has an id and parameters")
  func parameters() throws {
    let item = try WorkItem(id: "austin.music-1_a", parameters: ["city": "Austin"])
    #expect(try encoded(item) == #"{"id":"austin.music-1_a","parameters":{"city":"Austin"}}"#)
    #expect(try decoded(try encoded(item)) == item)
  }

  @Test(
    "An id that is not safe in a key is refused",
    arguments: ["", "a/b", "a b", "é", "..\\u002f", String(repeating: "a", count: 129)])
  func unsafe(id: String) {
    #expect(throws: PipelineError.self) { try decoded(#"{"id": "\#(id)"}"#) }
  }

  @Test("The longest id is accepted")
  func longest() throws {
    #expect(try WorkItem(id: String(repeating: "a", count: 128)).id.count == 128)
  }

  @Test("A malformed date is refused with its field's name")
  func malformedDate() {
    let error = #expect(throws: PipelineError.self) { try decoded(#"{"id": "a", "date": "2024-02-30"}"#) }
    #expect(error?.name == .invalidInput)
    #expect(error?.message.contains("item.date is '2024-02-30'") == true)
  }
}
