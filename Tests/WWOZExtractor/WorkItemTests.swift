import Contracts
import ScrapingSupport
import Settings
import Testing
import Time

@testable import WWOZExtractor

@Suite("WWOZ's work items")
struct WorkItemTests {
  @Test("An item that is not a day is refused before any request")
  func notADay() throws {
    var configuration = Configuration(environment: [:])
    let extractor = try WWOZExtractor(testDataset, settings: &configuration)
    let date = CalendarDate(daysSinceEpoch: 19_874)
    let items = try [
      WorkItem(id: "2024-05-31"), WorkItem(id: "today", date: date),
      WorkItem(id: "2024-05-31", date: date, parameters: ["page": "2"]),
    ]
    for item in items {
      let error = #expect(throws: PipelineError.self) {
        try extractor.extract(item, via: FakeSite(), deadline: .none(on: SystemTime()))
      }
      #expect(error?.name == .invalidInput, "\(item)")
    }
  }
}
