import Contracts
import Fetching
import Foundation
import HTTP
import JSON
import TestSupport
import Testing
import Time

@testable import HTTPExtractor

/// Pages of an item, one after the other.
@Suite("Paging of an API")
struct PagingTests {
  private func read(_ paginate: String, _ api: FakeAPI, _ parameters: [String: String] = [:]) throws(PipelineError)
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

  private func error(_ paginate: String, _ api: FakeAPI) throws -> PipelineError {
    try #require(throws: PipelineError.self) { try read(paginate, api) }
  }

  @Test("Pages end at the first one without records; a full last page costs one request more, and no loop (F15)")
  func emptyPage() throws {
    let api = FakeAPI([
      "/items?page=1": list(1...2), "/items?page=2": list(3...4), "/items?page=3": "[]",
    ])
    let reading = try read("kind: page_number", api)
    #expect(reading.records.count == 4 && reading.facts.pagesRead == 3 && reading.facts.isComplete)
    #expect(api.targets == ["/items?page=1", "/items?page=2", "/items?page=3"])
  }

  @Test("A page shorter than the size is the last")
  func shortPage() throws {
    let api = FakeAPI(["/items?limit=2&p=0": list(1...2), "/items?limit=2&p=1": list(3...3)])
    let reading = try read("kind: page_number, parameter: p, first: 0, size: 2, size_parameter: limit", api)
    #expect(reading.records.count == 3 && reading.facts.isComplete)
    #expect(api.targets.count == 2)
  }

  @Test("The number of pages counts, from the body or from a header, and a short page does not end them (F18)")
  func totalPages() throws {
    let inBody = FakeAPI([
      "/items?page=0": #"{"data": [1, 2], "page": {"totalPages": 3}}"#,
      "/items?page=1": #"{"data": [3], "page": {"totalPages": 3}}"#,
      "/items?page=2": #"{"data": [4, 5], "page": {"totalPages": 3}}"#,
    ])
    let first = try read("kind: page_number, first: 0, size: 2, total_pages: .page.totalPages", inBody)
    #expect(first.records.count == 5 && first.facts.isComplete && inBody.targets.count == 3)

    let inHeader = FakeAPI { _, target in
      let number = Int(String(target.last ?? "0")) ?? 0
      return .success(FakeAPI.Response(headers: ["X-WP-TotalPages": "2"], body: list(number * 2...number * 2 + 1)))
    }
    let second = try read("kind: page_number, total_pages_header: X-WP-TotalPages", inHeader)
    #expect(second.records.count == 4 && second.facts.isComplete && inHeader.targets.count == 2)
  }

  @Test(
    "A source that caps its pages below the size loses no records in silence",
    arguments: ["page_number", "offset"])
  func cappedPages(kind: String) throws {
    let api = FakeAPI { _, target in
      let start = Int(target.split(separator: "=").last ?? "") ?? 0
      return .success(FakeAPI.Response(body: #"{"data": [\#(start * 10), \#(start * 10 + 1)], "total": 8}"#))
    }
    let reading = try read("kind: \(kind), size: 4, total_records: .total", api)
    #expect(reading.records.count == 4 && !reading.facts.isComplete)
    #expect(reading.facts.warnings.first?.reason.contains("has 8 records, and its pages had 4") == true)
  }

  @Test("A number of pages that is none is a change of the source", arguments: ["\"many\"", "-1", "1.5", "[]", "true"])
  func oddTotal(total: String) throws {
    let api = FakeAPI(["/items?page=1": #"{"data": [1], "total": \#(total)}"#])
    let error = try error("kind: page_number, total_pages: .total", api)
    #expect(error.name == .sourceChanged && error.message.contains(".total of \(sourceURL)/items?page=1"))
  }

  @Test("has_next decides; page 4 of case 09 is never asked for")
  func hasNext() throws {
    let api = FakeAPI([
      "/items?page=1": #"{"data": [1, 2, 3], "has_next": true}"#, "/items?page=2": #"{"data": [4], "has_next": true}"#,
      "/items?page=3": #"{"data": [], "has_next": false}"#,
    ])
    let reading = try read("kind: page_number, has_next: .has_next", api)
    #expect(reading.records.count == 4 && reading.facts.isComplete && reading.facts.warnings.isEmpty)
    #expect(api.targets == ["/items?page=1", "/items?page=2", "/items?page=3"])
  }

  @Test(
    "A full last page after which has_next is false ends without another request", arguments: ["false", "null", "0"])
  func noNext(flag: String) throws {
    let api = FakeAPI(["/items?page=1": #"{"data": [1, 2], "has_next": \#(flag)}"#])
    let reading = try read("kind: page_number, size: 2, has_next: .has_next", api)
    #expect(reading.facts.isComplete && api.targets.count == 1)
  }

  @Test("has_next that is always true ends at an empty page, and the item is not complete")
  func alwaysNext() throws {
    let api = FakeAPI { _, target in
      .success(FakeAPI.Response(body: #"{"data": [\#(target.hasSuffix("=1") ? "1" : "")], "has_next": true}"#))
    }
    let reading = try read("kind: page_number, has_next: .has_next", api)
    #expect(api.targets.count == 2 && !reading.facts.isComplete)
    #expect(reading.facts.warnings.first?.reason.contains("has no records, although the source says") == true)
  }

  @Test("A source that sends the same page whatever is asked for is named, and its pages end")
  func samePage() throws {
    let api = FakeAPI { _, _ in .success(FakeAPI.Response(body: list(1...2))) }
    let error = try error("kind: page_number", api)
    #expect(error.name == .sourceChanged && error.message.contains("page=2 is the same as a page before it"))
    #expect(error.message.contains("'page'") && api.targets.count == 2)
  }

  @Test("A number of pages that grows with each page ends at max_pages, and the item is not complete (F15)")
  func growingTotal() throws {
    let api = FakeAPI { _, target in
      let page = Int(target.split(separator: "=").last ?? "") ?? 0
      return .success(FakeAPI.Response(body: #"{"data": [\#(page)], "total": \#(page + 1)}"#))
    }
    let reading = try read("kind: page_number, total_pages: .total, max_pages: 7", api)
    #expect(api.targets.count == 7 && !reading.facts.isComplete && reading.records.count == 7)
    #expect(reading.facts.warnings.first?.reason.contains("max_pages") == true)
    #expect(reading.facts.notice == reading.facts.warnings.first?.reason, "the run's result says so, too")
    let limited = try read("kind: page_number, total_pages: .total, max_records: 2", api)
    #expect(!limited.facts.isComplete && limited.facts.notice == nil, "a limit of records is no surprise")
  }

  @Test("A status that ends paging is no error behind the first page, and one on it (F18)")
  func endStatus() throws {
    func api(_ last: Int) -> FakeAPI {
      FakeAPI { _, target in
        let page = Int(target.split(separator: "=").last ?? "") ?? 0
        return page <= last
          ? .success(FakeAPI.Response(body: list(page...page)))
          : .success(FakeAPI.Response(status: 400, body: #"{"code": "rest_post_invalid_page_number"}"#))
      }
    }
    let reading = try read("kind: page_number, end_status: [400]", api(2))
    #expect(reading.records.count == 2 && reading.facts.isComplete && reading.facts.pagesRead == 2)
    let first = try error("kind: page_number, end_status: [400]", api(0))
    #expect(first.name == .sourceRefused && first.message.contains("rest_post_invalid_page_number"))
    #expect(try error("kind: page_number", api(2)).name == .sourceRefused, "without the rule it is an error")
  }

  @Test(
    "A status that ends paging is an error before the announced number of pages, unless its code says that it is the end",
    arguments: [
      (#"{"code": "rest_invalid_param"}"#, false), ("<html>Bad Request</html>", false), ("", false), ("[]", false),
      (#"{"code": 400}"#, false), (#"{"code": "rest_post_invalid_page_number"}"#, true),
    ])
  func endCode(body: String, isEnd: Bool) throws {
    for announces in [true, false] {
      let api = FakeAPI { _, target in
        guard target.hasSuffix("=1") else { return .success(FakeAPI.Response(status: 400, body: body)) }
        let headers: HTTPHeaders = announces ? ["X-WP-TotalPages": "5"] : [:]
        return .success(FakeAPI.Response(headers: headers, body: list(1...1)))
      }
      let rules = "kind: page_number, total_pages_header: X-WP-TotalPages, end_status: [400]"
      if isEnd {
        let reading = try read("\(rules), end_code: invalid_page_number", api)
        #expect(reading.records.count == 1 && reading.facts.isComplete && api.targets.count == 2)
      } else {
        let error = try error("\(rules), end_code: invalid_page_number", api)
        #expect(error.name == .sourceRefused && error.message.contains("page=2 responds with status 400"))
      }
      if announces {
        #expect(try error(rules, api).name == .sourceRefused, "page 2 of 5 is missing")
      } else {
        #expect(try read(rules, api).facts.isComplete)
      }
    }
  }

  @Test("An offset grows by the size, and the number of records ends it")
  func offset() throws {
    let api = FakeAPI([
      "/items?limit=2&offset=0": #"{"data": [1, 2], "total": 4}"#,
      "/items?limit=2&offset=2": #"{"data": [3, 4], "total": 4}"#,
    ])
    let reading = try read("kind: offset, size: 2, size_parameter: limit, total_records: .total", api)
    #expect(reading.records.count == 4 && reading.facts.isComplete && api.targets.count == 2)
  }

  @Test("A cursor is followed until there is none; an empty page does not end it")
  func cursor() throws {
    let api = FakeAPI([
      "/items": #"{"data": [1], "meta": {"next": "a b/="}}"#,
      "/items?after=a%20b%2F%3D": #"{"data": [], "meta": {"next": 7}}"#,
      "/items?after=7": #"{"data": [2], "meta": {"next": ""}}"#,
    ])
    let reading = try read("kind: cursor, parameter: after, cursor: .meta.next", api)
    #expect(reading.records.count == 2 && reading.facts.isComplete && api.targets.count == 3)
  }

  @Test(
    "A first page without the place of the next one is read as the last, with a warning: the place may be wrong",
    arguments: [
      (#"{"data": [1]}"#, true), (#"{"data": [1], "meta": {}}"#, true),
      (#"{"data": [1], "meta": {"next": null}}"#, false),
      (#"{"data": []}"#, false),
    ])
  func noCursor(body: String, warns: Bool) throws {
    for key in ["kind: cursor, cursor: .meta.next", "kind: next_url, next_url: .meta.next"] {
      let facts = try read(key, FakeAPI(["/items": body])).facts
      #expect(facts.isComplete && facts.pagesRead == 1)
      #expect(
        facts.warnings.map(\.reason)
          == (warns ? ["the first page has no .meta.next, and was read as the last one"] : []))
    }
    let later = FakeAPI(["/items": #"{"data": [1], "next": "2"}"#, "/items?cursor=2": #"{"data": [2]}"#])
    #expect(try read("kind: cursor, cursor: .next", later).facts.warnings.isEmpty)
  }

  @Test("A cursor that comes again is a change of the source")
  func sameCursor() throws {
    let api = FakeAPI { request, _ in .success(FakeAPI.Response(body: #"{"data": [], "next": "x"}"#)) }
    let error = try error("kind: cursor, cursor: .next", api)
    #expect(
      error.name == .sourceChanged && error.message.contains("one that was read before") && api.targets.count == 2)
  }

  @Test("Link headers and addresses in the body are followed on the same site", arguments: ["link", "next_url"])
  func addresses(kind: String) throws {
    let api = FakeAPI { _, target in
      let next = ["/items": "?page=2", "/items?page=2": "\(sourceURL)/items?page=3#x"][target]
      let link = next.map { "<\($0)>; title=\"a, b\"; rel=\"last next\"" } ?? "</items>; rel=first"
      return .success(
        FakeAPI.Response(
          headers: ["Link": link],
          body: #"{"data": ["\#(target)"], "next": \#(next.map { "\"\($0)\"" } ?? "null")}"#))
    }
    let reading = try read(kind == "link" ? "kind: link" : "kind: next_url, next_url: .next", api)
    #expect(api.targets == ["/items", "/items?page=2", "/items?page=3"] && reading.facts.isComplete)
  }

  @Test(
    "A next page of another site is not read",
    arguments: [
      "https://evil.example/items?page=2", "//evil.example/", "https://api.example.org@evil.example/", "ftp://x/y",
      "https://api.example.org:8443/items",
    ])
  func otherSite(link: String) throws {
    let api = FakeAPI { _, _ in
      .success(FakeAPI.Response(headers: ["Link": "<\(link)>; rel=next"], body: #"{"data": [1], "next": "\#(link)"}"#))
    }
    for paginate in ["kind: link", "kind: next_url, next_url: .next"] {
      let error = try error(paginate, api)
      #expect(error.name == .sourceChanged && error.message.contains("another site"), "\(error)")
    }
    #expect(api.targets == ["/items", "/items"])
  }

  @Test("Addresses that run in a circle are a change of the source")
  func circle() throws {
    let api = FakeAPI { _, target in
      let next = target.hasSuffix("2") ? "/items" : "/items?page=2"
      return .success(FakeAPI.Response(headers: ["Link": "<\(next)>; rel=next"], body: "[]"))
    }
    #expect(try error("kind: link", api).name == .sourceChanged)
    #expect(api.targets.count <= 4)
  }

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
      #expect(reading.records.count == records && api.targets.count == pages, "\(own) \(share ?? "")")
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

  @Test("A selector needs a document")
  func noDocument() throws {
    let page = PageFacts(address: "a", headers: [:], recordCount: 1, document: nil)
    let selector = try #require(JSONSelector(".a"))
    let error = #expect(throws: PipelineError.self) { try page.value(selector) }
    #expect(error?.name == .configurationInvalid)
  }

  @Test(
    "A path finds the first value; a document of another shape has none, which is no error",
    arguments: [
      (".page.total", "3"), (#"."next-page""#, #""n""#), (".list[0].n", "1"), (".list[-1].n", "2"), (".list[].n", "1"),
      (".page.total.more", "null"), (".list.n", "null"), (".page[0]", "null"), (".none[].n", "null"), (".", "whole"),
    ])
  func paths(path: String, expected: String) throws {
    let document = try JSONValue(parsing: #"{"page":{"total":3},"next-page":"n","list":[{"n":1},{"n":2}]}"#)
    let page = PageFacts(address: "a", headers: [:], recordCount: 1, document: document)
    let value = try page.value(#require(JSONSelector(path)))
    #expect(value == (expected == "whole" ? document : try JSONValue(parsing: expected)))
  }
}
