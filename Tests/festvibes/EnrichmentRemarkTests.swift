import Foundation
import Testing

@testable import festvibes

@Suite("The enrichment of a run, for the operator")
struct EnrichmentRemarkTests {
  private func remarks(_ summary: String) throws -> [String] {
    let run = FakeExecutions()
    run.hasMapRun = true
    run.items = ["a"]
    run.add("a", .init(status: "SUCCEEDED", output: itemOutput.replacing("\"rejected\":1", with: "\"rejected\":0")))
    run.status = "SUCCEEDED"
    run.output = #"{"status":"success",\#(summary)}"#
    let progress = try ExecutionFollower(run, arn: "run").poll()
    #expect(progress.isSuccess, "it changes no status")
    // The ledger has the same.
    #expect(
      EnrichmentRemarks(EnrichmentRemarks(run.output)?.json)?.lines ?? []
        == progress.remarks.filter {
          !$0.hasPrefix("Unusual")
        })
    return progress.remarks
  }

  private func summary(lookedUp: Int = 0, failed: Int = 0, more: Bool = false, notes: String = "") -> String {
    #""enrichment":{"embedded":{"events":118,"artists":97,"venues":60,"genres":12},"geocoded":{"looked_up":\#(lookedUp),"#
      + #""found":\#(lookedUp - failed - 1),"missed":1,"failed":\#(failed)},"more":\#(more),"notes":[\#(notes)]}"#
  }

  @Test("Its counts are a remark, after those of the ledger")
  func counts() throws {
    #expect(
      try remarks(#""remarks":["Unusual: found 3"],"# + summary()) == [
        "Unusual: found 3", "Enriched: 118 events, 97 artists, 60 venues and 12 genres embedded.",
      ])
    #expect(
      try remarks(summary(lookedUp: 60)) == [
        "Enriched: 118 events, 97 artists, 60 venues and 12 genres embedded; 59 of 60 venues located, 1 unknown."
      ])
    #expect(
      try remarks(summary(lookedUp: 60, failed: 2, more: true, notes: #""no pgvector""#)) == [
        "Enriched: 118 events, 97 artists, 60 venues and 12 genres embedded; "
          + "57 of 60 venues located, 1 unknown, 2 failed; more is left to the next run.",
        "Enrichment: no pgvector",
      ])
  }

  @Test("Its error is a remark")
  func failure() throws {
    let error = #""enrichment_error":"DatabaseUnavailable: {\"errorMessage\":\"it is down\"}""#
    #expect(
      try remarks(#""enrichment":null,"# + error) == [
        "Not all is enriched, the next run goes on: DatabaseUnavailable: it is down"
      ])
  }

  @Test(
    "A run without it has no such remark, whatever wrote its summary",
    arguments: [#""enrichment":null,"enrichment_error":null"#, #""items":1"#])
  func none(summary: String) throws {
    #expect(try remarks(summary).isEmpty)
  }
}
