import Contracts
import JSON
import Testing

@testable import HTTPExtractor

/// The values that paging reads from a document.
@Suite("Values of a page")
struct PageFactsTests {
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
