import Contracts
import Fetching
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

@testable import HTTPExtractor

/// Pages of which each says where the next one is: cursors and addresses.
@Suite("Paging of an API by the next page")
struct NextPageTests: ReadsPages {
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
}
