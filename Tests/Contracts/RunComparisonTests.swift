import Contracts
import Foundation
import Testing

@Suite("A run beside those before it")
struct RunComparisonTests {
  private func counts(found: Int, new: Int = 0, rejected: Int = 0, cancelled: Int? = nil) -> RecordCounts {
    RecordCounts(
      found: found, new: new, unchanged: found - new - rejected, rejected: rejected, cancelled: cancelled)
  }

  @Test("has the medians, and one line with the counts that are unusual")
  func line() throws {
    let earlier = [118, 120, 121, 119, 120, 122, 120].map { counts(found: $0) }
    let comparison = try #require(RunComparison(counts(found: 60, rejected: 3), to: earlier))
    #expect(comparison.runs == 7)
    #expect(comparison.usual == counts(found: 120, cancelled: 0))
    #expect(comparison.line == "found 60 (usually 120), rejected 3 (usually 0)")
    #expect(RunComparison(counts(found: 126), to: earlier)?.line == nil)
  }

  @Test(
    "A count is unusual beyond two, a fifth of the median, and what the earlier runs differ among themselves",
    arguments: [
      (102, [100, 100, 100], false), (120, [100, 100, 100], false), (121, [100, 100, 100], true),
      (79, [100, 100, 100], true), (2, [0, 0, 0], false), (3, [0, 0, 0], true), (160, [70, 100, 130], false),
      (161, [70, 100, 130], true), (0, [2, 2, 2], false), (0, [3, 3, 3], true),
    ])
  func rule(found: Int, earlier: [Int], isUnusual: Bool) throws {
    let comparison = try #require(RunComparison(counts(found: found), to: earlier.map { counts(found: $0) }))
    #expect((comparison.line != nil) == isUnusual, "\(comparison.line ?? "")")
  }

  @Test("Too few earlier runs are not compared", arguments: [0, 1, 2])
  func tooFew(count: Int) {
    #expect(RunComparison(counts(found: 9), to: Array(repeating: counts(found: 1), count: count)) == nil)
  }

  @Test("Cancelled records are compared, also where a kind of record is never cancelled")
  func cancelled() throws {
    let earlier = [1, 0, nil].map { counts(found: 9, cancelled: $0) }
    #expect(RunComparison(counts(found: 9, cancelled: 8), to: earlier)?.line == "cancelled 8 (usually 0)")
    #expect(RunComparison(counts(found: 9), to: earlier)?.line == nil)
  }

  @Test("The response to the end of a run has the medians and the remarks, and no other response does")
  func response() throws {
    var record = RunRecord(
      run: "r", trigger: .schedule, status: .success, startedAt: Date(), items: [], itemsLoaded: 0, itemsFailed: 0,
      records: counts(found: 9))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    func text() throws -> String {
      String(decoding: try encoder.encode(LedgerResponse(run: "r", record: record)), as: UTF8.self)
    }
    #expect(try !text().contains("usual") && !text().contains("remarks"))
    record.comparison = RunComparison(record.records, to: [40, 41, 40].map { counts(found: $0) })
    record.warnings = ["all: expect[0] rows: 9 records, and minimum is 10"]
    #expect(
      try text().contains(
        #""usual":{"cancelled":0,"changed":0,"found":40,"new":0,"rejected":0,"runs":3,"unchanged":40}"#))
    #expect(
      try text().contains(
        #""remarks":["Unusual: found 9 (usually 40)","Expectation: all: expect[0] rows: 9 records, and minimum is 10"]"#
      )
    )
  }
}
