import Testing

extension StateMachineTests {
  /// AWS documents no entry of the Map's result for an item that failed within the tolerance. The interpreter describes the
  /// item's execution there.
  @Suite("The summary") struct SummaryTests {
    private static let done =
      #"{"item":"D1","date":"D1","found":3,"new":3,"changed":0,"unchanged":0,"rejected":0,"cancelled":0,"cached":3,"pages_failed":0}"#

    @Test(
      "counts an item without a result as failed, whatever the Map returns for it",
      arguments: [
        "null", "{}",
        #"{"ExecutionArn":"a","Input":"{\"item\":{\"id\":\"D2\"}}","Status":"FAILED","Error":"SourceChanged","Cause":"no frame"}"#,
        #""SourceChanged""#, nil,
      ])
    func oneFailure(_ entry: String?) throws {
      let output = try summary(of: ["D1", "D2"], ([Self.done] + [entry].compactMap { $0 }).joined(separator: ","))
      #expect(output["status"] as? String == "partial")
      #expect(output["items"] as? Int == 2)
      #expect(output["dates"] as? Int == 2)
      #expect(output["failed_items"] as? [String] == ["D2"])
      #expect(output["failed_dates"] as? [String] == ["D2"])
      #expect(output["found"] as? Int == 3)
    }

    @Test("lists all items as failed, and sums up to 0, if none has a result")
    func onlyFailures() throws {
      let output = try summary(of: ["D1", "D2"], "null,null")
      #expect(output["failed_items"] as? [String] == ["D1", "D2"])
      #expect(output["failed_dates"] as? [String] == ["D1", "D2"])
      #expect(output["found"] as? Int == 0)
      #expect(try summary(of: ["D1"], "")["failed_items"] as? [String] == ["D1"])
    }

    /// Returns the summary of a run whose Map has these entries in its result.
    private func summary(of dates: [String], _ results: String) throws -> [String: Any] {
      let map = #"{"Type":"Pass","Output":[\#(results)],"Next":"ListChanged"}"#
      let run = try FinishedRun.run(dates, states: ["ProcessItems": map])
      #expect(run.execution.status == .succeeded)
      return try run.output()
    }
  }
}
