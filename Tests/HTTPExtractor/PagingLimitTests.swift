import Contracts
import Fetching
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import HTTPExtractor

/// Limits of an item, pages that fail, and the places of a page in a request.
@Suite("Limits and requests of paging")
struct PagingLimitTests: ReadsPages {
  @Test("max_records limits an item, its share of the plan's as well, and the records beyond it are left out (F16)")
  func recordLimit() throws {
    func api() -> FakeAPI {
      FakeAPI { _, target in
        let page = Int(target.split(separator: "=").last ?? "") ?? 0
        return .success(FakeAPI.Response(body: page > 3 ? "[]" : list(page * 2 - 1...page * 2)))
      }
    }
    for (own, share, records, pages, complete) in [
      (3, nil, 3, 2, false), (4, nil, 4, 2, false), (100, "3", 3, 2, false), (2, "100", 2, 1, false),
      (100, nil, 6, 4, true), (6, nil, 6, 3, false),
    ] as [(Int, String?, Int, Int, Bool)] {
      let api = api()
      let reading = try read(
        "kind: page_number, max_records: \(own)", api, share.map { ["max_records": $0] } ?? [:])
      // No page is asked for in another size because less is left.
      #expect(api.targets == (1...pages).map { "/items?page=\($0)" }, "\(own) \(share ?? "")")
      #expect(reading.records.count == records, "\(own) \(share ?? "")")
      #expect(reading.facts.isComplete == complete, "\(own) \(share ?? "")")
    }
    let idle = api()
    let reading = try read("kind: page_number", idle, ["max_records": "0"])
    #expect(idle.targets.isEmpty && !reading.facts.isComplete && reading.facts.pagesRead == 0)
    let odd = #expect(throws: PipelineError.self) { try read("kind: page_number", api(), ["max_records": "many"]) }
    #expect(odd?.name == .invalidInput)
  }

  @Test("A limit that the last page reaches exactly leaves the item complete if the source says that it is the last")
  func exactLimit() throws {
    let api = FakeAPI(["/items?page=1": #"{"data": [1, 2], "more": false}"#])
    let reading = try read("kind: page_number, has_next: .more, max_records: 2", api)
    #expect(reading.facts.isComplete && reading.records.count == 2)
  }

  @Test(
    "A page that fails in the middle fails the item", arguments: [FetchError.Reason.unavailable, .throttled, .timedOut])
  func failedPage(reason: FetchError.Reason) throws {
    let api = FakeAPI { _, target in
      target.hasSuffix("=1")
        ? .success(FakeAPI.Response(body: list(1...2))) : .failure(FetchError(reason, "it broke"))
    }
    let error = try error("kind: page_number", api)
    #expect(error.name.isRetryable && error.message.contains("page=2 cannot be read: it broke"))
  }

  @Test("The page may stand in the address, a form or a body instead of the query")
  func inTemplates() throws {
    let api = FakeAPI { request, _ in
      let body = request.body.map { String(decoding: $0, as: UTF8.self) } ?? ""
      return .success(
        FakeAPI.Response(
          body: body.contains("3") || request.url.contains("/3")
            ? "[]" : "[\"\(body.utf8.count), \(request.url)\", \"\(body.filter(\.isNumber))\"]"))
    }
    for (yaml, last) in [
      ("url: \(sourceURL)/items/{page}", "/items/3"),
      ("url: \(sourceURL)/q\nmethod: POST\nform: {p: \"{page}\"}", "p=3"),
      ("url: \(sourceURL)/q\nmethod: POST\nbody: '{\"page\": {page}}'", "{\"page\": 3}"),
    ] {
      let reader = try makeReader(yaml + "\npaginate: {kind: page_number}")
      _ = try HTTPExtractorTests.read(reader, makeItem(), via: api)
      let request = try #require(api.requests.last)
      #expect(request.body.map { String(decoding: $0, as: UTF8.self) } == last || request.url.hasSuffix(last))
      #expect(!request.url.contains("?"))
    }
  }
}
