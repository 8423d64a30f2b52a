import Contracts
import Definitions
import Testing
import Time

@testable import JSONLinesSink

@Suite("Settings of json_lines")
struct SettingsTests {
  private static let weekly = "weekly/{min}__{max}--5-day-weightlifting-program.json"

  @Test("A key has the first and the last date, and is read again")
  func key() throws {
    let key = try #require(LinesKey(Self.weekly))
    let dates = try #require(CalendarDate("2024-02-26"))...(try #require(CalendarDate("2024-03-02")))
    #expect(key.key(of: dates) == "weekly/2024-02-26__2024-03-02--5-day-weightlifting-program.json")
    #expect(key.dates(of: key.key(of: dates)) == dates)
    #expect(key.folder == "weekly/")
    for text in [
      "weekly/", "weekly/2024-03-02__2024-02-26--5-day-weightlifting-program.json",
      "weekly/2024-02-26__2024-03-02.json",
    ] {
      #expect(key.dates(of: text) == nil, "\(text)")
    }
  }

  @Test(
    "A key without both dates, or with other fields, is refused",
    arguments: ["weekly.json", "{min}.json", "{max}_{min}.json", "{min}_{max}_{slug}.json", "{min}_{max}_{min}"])
  func keys(text: String) { #expect(LinesKey(text) == nil) }

  @Test("The files of the bucket itself have no folder")
  func folder() { #expect(LinesKey("{min}__{max}.json")?.folder == "") }
}
