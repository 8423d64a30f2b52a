import Testing

@Suite("Expected numbers of records")
struct RowsTests {
  private func records(_ count: Int) -> [String] { Array(repeating: "{}", count: count) }

  @Test(
    "rows has both bounds, and counts what was rejected",
    arguments: [
      (0, 0, "0 records, and minimum is 2"), (1, 0, "1 records, and minimum is 2"), (2, 0, nil), (1, 1, nil),
      (4, 0, nil),
      (4, 1, "5 records, and maximum is 4"),
    ] as [(Int, Int, String?)])
  func rows(count: Int, rejected: Int, expected: String?) throws {
    let rule = "{check: rows, minimum: 2, maximum: 4}"
    #expect(try Expected.breach(rule, records(count), rejected: rejected) == expected)
  }

  @Test(
    "rows_ratio compares with the median of the last loads",
    arguments: [
      (50, [100, 90, 110], nil),
      (49, [100, 90, 110], "49 records are 0.49 of the median 100 of the last 3 loads, and minimum is 0.5"),
      (0, [100, 90, 110], "0 records are 0 of the median 100 of the last 3 loads, and minimum is 0.5"),
      (300, [100, 90, 110], nil),
      (301, [100, 90, 110], "301 records are 3.01 of the median 100 of the last 3 loads, and maximum is 3"),
      // The oldest are beyond of_last.
      (10, [10, 10, 10, 10, 1000, 1000], nil), (10, [100, 10, 10, 10, 1], nil),
    ] as [(Int, [Int], String?)])
  func ratio(count: Int, earlier: [Int], expected: String?) throws {
    let rule = "{check: rows_ratio, minimum: 0.5, maximum: 3, of_last: 4}"
    #expect(try Expected.breach(rule, records(count), earlier: earlier) == expected)
  }

  @Test("rows_ratio passes without a history, or with one of nothing, and says so")
  func noHistory() throws {
    let expected = Expected(["{check: rows_ratio, minimum: 0.5}"])
    let document = Expected.document(records(1))
    for (earlier, remark) in [
      ([], "the item has 0 earlier loads, and 3 are needed"),
      ([100, 100], "the item has 2 earlier loads, and 3 are needed"),
      ([0, 0, 0], "the median of the item's earlier loads is 0"),
    ] as [([Int], String)] {
      let result = try expected.check(document, earlier: earlier)
      #expect(result.notice == nil)
      #expect(result.remarks == ["expect[0] rows_ratio: not compared: \(remark)"])
    }
    let one = Expected(["{check: rows_ratio, minimum: 0.5, of_last: 1}"])
    #expect(try one.check(document, earlier: [100]).notice != nil)
  }

  @Test("nothing new in a document with what is new only is no breach")
  func incremental() throws {
    let rules = ["{check: rows, minimum: 2}", "{check: rows_ratio, minimum: 0.5}"]
    let expected = Expected(rules, isIncremental: true)
    #expect(try expected.check(Expected.document([]), earlier: [9, 9, 9]).notice == nil)
    #expect(try expected.check(Expected.document(["{}"]), earlier: [9, 9, 9]).notice != nil)
    #expect(try Expected(rules).check(Expected.document([]), earlier: [9, 9, 9]).notice != nil)
  }
}
