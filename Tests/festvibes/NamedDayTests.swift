import Testing
import Time

@testable import festvibes

@Suite("Named day")
struct NamedDayTests {
  /// A Friday.
  private let today = CalendarDate(daysSinceEpoch: 19_874)

  @Test(
    "A day is a date, a word or the next weekday, today included",
    arguments: [
      ("2024-02-29", "2024-02-29"), ("today", "2024-05-31"), ("Tomorrow", "2024-06-01"), ("yesterday", "2024-05-30"),
      ("friday", "2024-05-31"), ("FRI", "2024-05-31"), ("saturday", "2024-06-01"), ("thu", "2024-06-06"),
      ("sun", "2024-06-02"), ("tues", "2024-06-04"),
    ])
  func days(_ text: String, _ expected: String) throws {
    #expect(try NamedDay(text, of: "DATE").date(today: today).description == expected)
  }

  @Test("Anything else is refused", arguments: ["", "th", "t", "fridays", "2024-02-30", "next friday", "-1", "todays"])
  func refused(_ text: String) {
    #expect(throws: CommandError.self) { try NamedDay(text, of: "DATE") }
  }
}
