import Testing

extension StateMachineTests {
  /// Of a date that failed within what is tolerated the Map's result has the execution, with its input as a text.
  @Suite("The summary") struct SummaryTests {
    private static let done =
      #"{"date":"D1","found":3,"new":3,"changed":0,"unchanged":0,"rejected":0,"cancelled":0,"cached":3,"pages_failed":0}"#

    @Test(
      "counts a date that has no result as failed, whatever stands in its place",
      arguments: [
        "null", "{}",
        #"{"ExecutionArn":"a","Input":"{\"date\":\"D2\"}","Status":"FAILED","Error":"SourceChanged","Cause":"no frame"}"#,
        #""SourceChanged""#, nil,
      ])
    func tolerated(_ leftover: String?) throws {
      let results = ([Self.done] + [leftover].compactMap { $0 }).joined(separator: ",")
      let output = try summary(of: #""D1","D2""#, results)
      #expect(output["status"] as? String == "partial")
      #expect(output["dates"] as? Int == 2)
      #expect(output["failed_dates"] as? [String] == ["D2"])
      #expect(output["found"] as? Int == 3)
    }

    @Test("names failed dates in a list even when all failed, and adds nothing up to 0")
    func nothingDone() throws {
      let output = try summary(of: #""D1","D2""#, "null,null")
      #expect(output["failed_dates"] as? [String] == ["D1", "D2"])
      #expect(output["found"] as? Int == 0)
      #expect(try summary(of: #""D1""#, "")["failed_dates"] as? [String] == ["D1"])
    }

    /// What the definition makes of these results when it is entered where the Map has ended.
    private func summary(of dates: String, _ results: String) throws -> [String: Any] {
      let night = try Night.run(
        input:
          #"{"run":{"trigger":"manual","started_at":"2024-05-31T08:00:00Z","dates":[\#(dates)]},"results":[\#(results)]}"#,
        replacing: [#""StartAt": "DescribeRun""#: #""StartAt": "Summarise""#])
      #expect(night.execution.status == .succeeded)
      return try night.output()
    }
  }
}
