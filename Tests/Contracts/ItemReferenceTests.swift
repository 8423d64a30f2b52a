import Contracts
import Foundation
import Testing
import Time

/// Requests that name their item twice, or not at all.
@Suite("Items of requests")
struct ItemReferenceTests {
  private let dataset = Dataset(id: "d", dataType: "events", timeZone: "UTC", extractor: "e", sinks: [])

  private func decoded<Value: Decodable>(_ json: String, as type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  @Test(
    "An item and the date of another day are refused",
    arguments: [
      #"{"item": {"id": "2024-05-31", "date": "2024-05-31"}, "date": "2024-06-01"}"#,
      #"{"item": {"id": "2024-05-31", "date": "2024-05-31"}, "queryStringParameters": {"date": "2024-06-01"}}"#,
      #"{"item": {"id": "austin"}, "date": "2024-06-01"}"#,
      #"{"item": {"id": "2024-05-31", "date": "2024-05-31"}, "date": "soon"}"#,
    ])
  func otherDay(json: String) throws {
    let scrape = #expect(throws: PipelineError.self) { try decoded(json, as: ScrapeRequest.self).workItem() }
    #expect(scrape?.name == .invalidInput)
  }

  @Test("A load whose scraper's response is of another day is refused")
  func otherResponse() throws {
    func target(_ day: String) throws -> LoadTarget {
      let json = """
        {"item": {"id": "2024-05-31", "date": "2024-05-31"}, "s3_key": "raw/k.json",
         "extractorData": {"statusCode": 200, "body": {"s3_key": "raw/k.json", "date": "\(day)"}}}
        """
      return try decoded(json, as: LoadRequest.self).target(in: dataset)
    }
    #expect(try target("2024-05-31").item.id == "2024-05-31")
    #expect(throws: PipelineError.self) { try target("2024-06-01") }
  }

  @Test("The dataset's day is found only for a request that means today")
  func today() throws {
    let failure = PipelineError(.configurationInvalid, "no zone")
    func noZone() throws(PipelineError) -> CalendarDate { throw failure }
    for json in [
      #"{"date": "2024-05-31"}"#, #"{"dates": ["2024-05-31"]}"#, #"{"item": {"id": "x"}}"#,
      #"{"items": [{"id": "x"}]}"#,
      #"{"queryStringParameters": {"start_date": "2024-05-31", "end_date": "2024-05-31"}}"#,
    ] { #expect(throws: Never.self) { try decoded(json, as: CacheRequest.self).scope(today: noZone()) } }
    #expect(throws: failure) { try decoded("{}", as: CacheRequest.self).scope(today: noZone()) }
  }
}
