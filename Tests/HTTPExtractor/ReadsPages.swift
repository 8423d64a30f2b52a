import Contracts
import Fetching
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import HTTPExtractor

/// Reads items with rules of paging.
protocol ReadsPages {}

extension ReadsPages {
  func read(_ paginate: String, _ api: FakeAPI, _ parameters: [String: String] = [:]) throws(PipelineError)
    -> Reading
  {
    let reader: HTTPReader
    let item: WorkItem
    do {
      reader = try makeReader("url: \(sourceURL)/items\npaginate: {\(paginate)}")
      item = try makeItem("all", parameters)
    } catch { throw PipelineError(.configurationInvalid, "\(error)") }
    return try HTTPExtractorTests.read(reader, item, via: api)
  }

  func error(_ paginate: String, _ api: FakeAPI) throws -> PipelineError {
    try #require(throws: PipelineError.self) { try read(paginate, api) }
  }
}
