import Contracts
import Foundation
import Testing

@Suite("The pages of a load")
struct LoadPagesTests {
  private let dataset = Dataset(
    id: "wwoz", dataType: "events", timeZone: "America/Chicago", extractor: "none", sinks: [])

  private func pages(_ body: String) throws -> PageCounts? {
    let request = try JSONDecoder().decode(
      LoadRequest.self,
      from: Data(#"{"date":"2024-05-31","s3_key":"raw/a.json","extractorData":{"body":{\#(body)}}}"#.utf8))
    return try request.target(in: dataset).pages
  }

  @Test("come from the scraper's response")
  func response() throws {
    let body = #""run":"r","pages":{"read":58,"failed":2,"fetched":60,"validated":0,"shared":0}"#
    #expect(try pages(body) == PageCounts(read: 58, failed: 2))
  }

  @Test(
    "are unknown, and the document is loaded, if they are missing or cannot be",
    arguments: [
      "", #""pages":null"#, #""pages":"many""#, #""pages":{"read":1}"#, #""pages":{"read":-1,"failed":0}"#,
      #""pages":{"read":1,"failed":99999999999}"#,
    ])
  func unknown(body: String) throws {
    #expect(try pages(body) == nil)
  }
}
