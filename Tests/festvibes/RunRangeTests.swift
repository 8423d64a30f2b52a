import Testing
import Time

@testable import festvibes

@Suite struct RunRangeTests {
  @Test func aRangeIsDaysOrTwoDatesOrThirtyDays() throws {
    #expect(try RunRange(days: nil, start: nil, end: nil) == .days(30))
    #expect(try RunInput(RunRange(days: 0, start: nil, end: nil)).json == #"{"days_ahead":0}"#)
    let range = try RunRange(days: nil, start: "2024-05-31", end: "2024-06-02")
    #expect(try RunInput(range).json == #"{"end_date":"2024-06-02","start_date":"2024-05-31"}"#)
    #expect(
      try RunInput(range, replay: .init(run: "r"), allowingShrinkage: true).json
        == #"{"allow_shrink":true,"end_date":"2024-06-02","replay":{"run":"r"},"start_date":"2024-05-31"}"#)
    #expect(
      try RunInput(range, replay: .init(run: nil)).json
        == #"{"end_date":"2024-06-02","replay":{},"start_date":"2024-05-31"}"#)
    #expect(range.description == "2024-05-31 to 2024-06-02")
    #expect(try RunRange(days: nil, start: "2024-01-01", end: "2024-12-31").description == "2024-01-01 to 2024-12-31")
  }

  @Test(
    arguments: [
      (nil, "2024-05-31", nil, "--start and --end go together"),
      (nil, nil, "2024-05-31", "--start and --end go together"),
      (1, "2024-05-31", nil, "either --days"), (-1, nil, nil, "--days must be between 0 and 365"),
      (366, nil, nil, "--days must be between 0 and 365"),
      (nil, "2024-06-02", "2024-05-31", "lies after"), (nil, "2024-02-30", "2024-05-31", "--start '2024-02-30'"),
      (nil, "2024-05-31", "tomorrow", "--end 'tomorrow'"), (nil, "2023-12-31", "2024-12-31", "367 dates"),
    ] as [(Int?, String?, String?, String)])
  func whatMakesNoRangeIsRefusedInWords(days: Int?, start: String?, end: String?, words: String) {
    let error = #expect(throws: CommandError.self) { try RunRange(days: days, start: start, end: end) }
    #expect(error?.description.contains(words) == true)
  }
}
