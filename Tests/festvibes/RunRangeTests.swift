import Contracts
import Testing
import Time

@testable import festvibes

@Suite("Run range")
struct RunRangeTests {
  private func json(
    _ range: RunRange, replay: ScrapeRequest.Replay? = nil, allowShrink: Bool? = nil
  ) throws -> String {
    try RunCommand.json(RunRequest(plan: range.plan, replay: replay, allowShrink: allowShrink))
  }

  @Test("A range is a number of days, two dates, or thirty days")
  func range() throws {
    #expect(try RunRange(days: nil, start: nil, end: nil) == .days(30))
    #expect(try json(RunRange(days: 0, start: nil, end: nil)) == #"{"days_ahead":0}"#)
    let range = try RunRange(days: nil, start: "2024-05-31", end: "2024-06-02")
    #expect(try json(range) == #"{"end_date":"2024-06-02","start_date":"2024-05-31"}"#)
    #expect(
      try json(range, replay: .init(run: "r"), allowShrink: true)
        == #"{"allow_shrink":true,"end_date":"2024-06-02","replay":{"run":"r"},"start_date":"2024-05-31"}"#)
    #expect(
      try json(range, replay: .init(run: nil))
        == #"{"end_date":"2024-06-02","replay":{},"start_date":"2024-05-31"}"#)
    #expect(range.description == "2024-05-31 to 2024-06-02")
    #expect(try RunRange(days: nil, start: "2024-01-01", end: "2024-12-31").description == "2024-01-01 to 2024-12-31")
  }

  @Test(
    "An invalid range is refused with a reason",
    arguments: [
      (nil, "2024-05-31", nil, "--start and --end go together"),
      (nil, nil, "2024-05-31", "--start and --end go together"),
      (1, "2024-05-31", nil, "either --days"), (-1, nil, nil, "--days must be between 0 and 365"),
      (366, nil, nil, "--days must be between 0 and 365"),
      (nil, "2024-06-02", "2024-05-31", "is after"), (nil, "2024-02-30", "2024-05-31", "--start '2024-02-30'"),
      (nil, "2024-05-31", "tomorrow", "--end 'tomorrow'"), (nil, "2023-12-31", "2024-12-31", "367 dates"),
    ] as [(Int?, String?, String?, String)])
  func invalid(days: Int?, start: String?, end: String?, text: String) {
    let error = #expect(throws: CommandError.self) { try RunRange(days: days, start: start, end: end) }
    #expect(error?.description.contains(text) == true)
  }
}
