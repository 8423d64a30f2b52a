import Contracts
import Definitions
import Fetching
import Foundation
import HTTPExtractor
import LambdaRuntime
import Processing
import RawStore
import ScraperFunction
import ScrapingSupport
import TestSupport
import Testing
import Time

/// Pages that several datasets read at one address of one source.
@Suite("Stored pages of an API")
struct StoredPagesTests {
  /// Scrapes one item of each dataset in turn, within one run, and returns the documents.
  private func scrape(_ datasets: [(id: String, yaml: String)]) throws -> (documents: [String], s3: MemoryS3) {
    // The language and the key decide what the source answers. It confirms any validator, as a careless cache does.
    let server = try ScriptedServer { request in
      if request.header("If-None-Match") != nil { return .http(304, [("ETag", "\"1\"")]) }
      let said = [request.header("Accept-Language"), request.header("X-Api-Key")].compactMap(\.self)
      return .http(200, [("ETag", "\"1\"")], "[{\"said\": \"answer to \(said.map(\.count))\(said.first ?? "")\"}]")
    }
    defer { server.stop() }
    let s3 = try MemoryS3()
    let time = SystemTime()
    let store = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment, time: time)
    let started = RFC3339.utc(roundingToMilliseconds: time.now - 60)
    let documents = try datasets.enumerated().map { index, dataset in
      let yaml = "url: \(server.url)/items\nrobots: ignore\nrate: {requests: 100000}\n\(dataset.yaml)"
      let section = try #require(makeSection(yaml, variables: ["KEY": "s3cret-\(index)-value"]).section)
      let facts = Dataset(
        id: dataset.id, source: "api", dataType: "items", timeZone: "UTC", extractor: "http", sinks: [])
      let reader = try HTTPReader(facts, section: section, time: time)
      let extractor = ProcessedExtractor(facts, reader: reader, parser: ListParser(), transforms: [])
      let handler = ScraperHandler(defaultDataset: "x", registry: { _ in (facts, extractor) }, store: store)
      let context = LambdaContext(
        requestID: "\(index)", deadline: Deadline(after: .seconds(60), on: time),
        log: Logger(environment: [:], time: time) { _ in }, metrics: Metrics(time: time))
      let event = "{\"item\": {\"id\": \"all\"}, \"run\": \"r\(index)\", \"started\": \"\(started)\"}"
      let response = try handler.handle(JSONDecoder().decode(ScrapeRequest.self, from: Data(event.utf8)), context)
      return String(decoding: try #require(s3.body(of: response.body.s3Key)), as: UTF8.self)
    }
    return (documents, s3)
  }

  @Test(
    "Two datasets get their own answers from one address",
    arguments: [
      ("headers: {Accept-Language: en}", "headers: {Accept-Language: fr}"),
      ("", "headers: {Accept-Language: fr}"),
      ("auth: {kind: header, name: X-Api-Key, secret: KEY}", ""),
      // Two users of one API.
      (
        "auth: {kind: header, name: X-Api-Key, secret: KEY}",
        "headers: {X-Page: a}\nauth: {kind: header, name: X-Api-Key, prefix: 'Token ', secret: KEY}"
      ),
    ])
  func apart(first: String, second: String) throws {
    let (documents, s3) = try scrape([("a", first), ("b", second)])
    let answers = documents.map { $0.firstMatch(of: /answer to [^"]*/).map { String($0.output) } }
    #expect(answers[0] != nil && answers[1] != nil && answers[0] != answers[1], "\(answers)")
    let pages = s3.keys.filter { $0.hasPrefix("pages/api/") && !$0.contains("/claims/") }
    #expect(pages.count == 2 && pages.allSatisfy { !$0.contains("s3cret") }, "\(pages)")
  }

  @Test("A definition with another header does not get the former one's page confirmed")
  func changed() throws {
    let (documents, _) = try scrape([
      ("a", "headers: {Accept-Language: en}"), ("a", "headers: {Accept-Language: french}"),
    ])
    #expect(documents[0].contains("[2]en") && documents[1].contains("[6]french"), "\(documents)")
  }

  @Test("A dataset finds its own page again")
  func again() throws {
    let (documents, s3) = try scrape([("a", "headers: {Accept-Language: en}"), ("a", "headers: {Accept-Language: en}")])
    #expect(documents.allSatisfy { $0.contains("[2]en") })
    #expect(s3.keys.count { $0.hasPrefix("pages/api/") && !$0.contains("/claims/") } == 1)
  }
}
