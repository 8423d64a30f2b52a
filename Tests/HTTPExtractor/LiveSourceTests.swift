import Contracts
import Fetching
import Foundation
import HTTP
import Processing
import TestSupport
import Testing
import Time
import WARC

@testable import HTTPExtractor

/// The reader on a server that misbehaves.
@Suite("An API on a server")
struct LiveSourceTests {
  private static let plain = "url: \"{server}/items\"\nrobots: ignore"

  private func error(
    _ yaml: String = plain, within limit: Duration = .seconds(900),
    _ respond: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply
  ) throws -> (error: PipelineError, requests: Int) {
    let source = try LiveSource(yaml, respond)
    return (try source.error(within: limit), source.server.requests.count)
  }

  @Test("Pages are read, archived with their addresses, and read again from the archive without the server")
  func replay() throws {
    let source = try LiveSource(
      Self.plain + "\nquery: {d: \"{date}\"}\npaginate: {kind: page_number, size: 2, size_parameter: n}"
    ) { request in
      json(request.target.contains("page=1") ? list(1...2) : list(3...3))
    }
    let reading = try source.read()
    #expect(reading.records == [#"{"n":1}"#, #"{"n":2}"#, #"{"n":3}"#])
    #expect(source.requested.first == "GET /items?d=2024-05-31&n=2&page=1")
    let first = try #require(source.pages)
    #expect(try WARCReader.members(of: first.archive.bytes).count == 3)
    // A month later, and from another address of the source.
    source.time.advance(by: .seconds(30 * 86_400))
    let later = try makeReader(
      "url: https://new.example/items\nquery: {d: \"{date}\"}\npaginate: {kind: page_number, size: 2, size_parameter: n}",
      time: source.time)
    for reader in [source.reader, later] {
      let replayed = try source.replay(with: reader)
      #expect(replayed.records == reading.records && replayed.facts.readAt == reading.facts.readAt)
      #expect(replayed.facts.isComplete && source.server.requests.count == 2)
    }
  }

  @Test("A replay across midnight asks for the day at which the archive was begun")
  func replayOfTheDay() throws {
    let source = try LiveSource("url: \"{server}/{YYYY}{MM}{DD}\"\nrobots: ignore\nfallback_periods: 1\nperiod: day") {
      request in request.target == "/20240531" ? .http(404, [], "no") : json(list(1...1))
    }
    let reading = try source.read()
    #expect(source.requested == ["GET /20240531", "GET /20240530"])
    source.time.advance(by: .seconds(10 * 86_400))
    #expect(try source.replay().records == reading.records)
    #expect(source.server.requests.count == 2)
  }

  @Test("Requests with a body are distinguished in the archive")
  func post() throws {
    let yaml =
      "url: \"{server}/q\"\nrobots: ignore\nmethod: POST\nbody: '{\"p\": {page}}'\npaginate: {kind: page_number, size: 2}"
    let source = try LiveSource(yaml) { request in
      let body = String(decoding: request.body, as: UTF8.self)
      return request.header("Content-Type") == "application/json"
        ? json(body.contains("1") ? list(1...2) : list(3...3)) : .http(415)
    }
    let reading = try source.read()
    #expect(reading.records.count == 3 && source.requested == ["POST /q", "POST /q"])
    #expect(try source.replay().records == reading.records)
  }

  @Test("The origin of a body is its record in the archive")
  func origin() throws {
    let source = try LiveSource(Self.plain) { _ in json("[]") }
    let parser = ListParser()
    _ = try source.read()
    let bytes = try #require(source.pages).archive.bytes
    let record = try #require(try WARCReader.members(of: bytes).last?.record.id)
    let pages = try ArchivedPages(bytes, at: "a", policy: source.policy)
    var origins: [String] = []
    _ = try source.reader.read(makeItem(), via: pages, deadline: .none(on: source.time)) {
      (body) throws(PipelineError) in
      origins.append(body.origin)
      return .init(recordCount: try parser.parse(body).records.count)
    }
    #expect(origins == [record] && record.hasPrefix("urn:uuid:"))
  }

  @Test(
    "Each status has its error, and only passing ones are tried again (F26)",
    arguments: [
      (400, .sourceRefused, 1), (401, .sourceRefused, 1), (403, .sourceRefused, 1), (404, .sourceRefused, 1),
      (405, .sourceRefused, 1), (410, .sourceRefused, 1), (418, .sourceRefused, 1), (422, .sourceRefused, 1),
      (408, .sourceUnavailable, 3), (429, .sourceThrottled, 3), (500, .sourceUnavailable, 3),
      (502, .sourceUnavailable, 3), (503, .sourceUnavailable, 3), (206, .sourceUnavailable, 1),
      (304, .sourceUnavailable, 1),
    ] as [(Int, PipelineError.Name, Int)])
  func statuses(status: Int, name: PipelineError.Name, requests: Int) throws {
    let (error, count) = try error { _ in json(#"{"message": "the field\n 'q' is\u001b odd"}"#, status: status) }
    #expect(error.name == name && count == requests, "\(error)")
    #expect(error.message.contains("status \(status)"))
    if [400, 422].contains(status) { #expect(error.message.contains("'q' is")) }
    #expect(!error.message.unicodeScalars.contains { $0.value < 0x20 })
  }

  @Test("The beginning of a refusal's body is cut, and its control characters are spaces")
  func longRefusal() throws {
    let (error, _) = try error { _ in .http(422, [], "a\u{1B}[31m\r\nb\u{202E}" + String(repeating: "x", count: 5000)) }
    #expect(error.message.contains("'a [31m b xxx") && error.message.utf8.count < 500, "\(error)")
  }

  @Test("Retry-After is obeyed in seconds and as a date, up to the deadline (F25)")
  func retryAfter() throws {
    for value in ["20", "Fri, 31 May 2024 19:00:20 GMT", "20.0"] {
      let source = try LiveSource(Self.plain) { request in
        request.number == 1 ? .http(429, [("Retry-After", value)]) : json(list(1...1))
      }
      let start = source.time.uptime
      #expect(try source.read().records.count == 1)
      #expect(source.time.uptime - start >= .seconds(20) && source.time.uptime - start < .seconds(23), "\(value)")
    }
    let (error, count) = try error(within: .seconds(60)) { _ in .http(429, [("Retry-After", "3600")]) }
    #expect(error.name == .sourceThrottled && count == 1, "an hour is more than there is")
  }

  @Test("A storm of 429 ends after the attempts")
  func storm() throws {
    let (error, count) = try error(Self.plain + "\nretry: {attempts: 4, backoff_seconds: 2}") { _ in .http(429) }
    #expect(error.name == .sourceThrottled && count == 4)
    #expect(try self.error(Self.plain + "\nretry: {attempts: 1}") { _ in .http(503) }.requests == 1)
  }

  @Test("A body that is cut or garbage, or a hang-up, costs the item, and a cut one is tried again")
  func brokenBodies() throws {
    let cut = try error { _ in .http(200, [], Data("[1, 2, 3]".utf8), cutTo: 4) }
    #expect(cut.error.name == .sourceUnavailable && cut.requests == 3)
    let garbage = try error { _ in json("<html>sorry</html>") }
    #expect(garbage.error.name == .sourceChanged && garbage.requests == 1)
    #expect(try error { _ in .hangUp }.error.name == .sourceUnavailable)
    let later = try error(Self.plain + "\npaginate: {kind: page_number}") { request in
      request.target.hasSuffix("=1") ? json(list(1...2)) : json("[{\"n\":")
    }
    #expect(later.error.name == .sourceChanged && later.error.message.contains("page=2"))
  }

  @Test("A response without content is a page without records")
  func noContent() throws {
    let source = try LiveSource(Self.plain + "\npaginate: {kind: page_number, has_next: .more}") { request in
      request.target.hasSuffix("=1")
        ? json(#"{"data": [1], "more": true}"#) : .init(bytes: Data("HTTP/1.1 204 x\r\n\r\n".utf8))
    }
    let reading = try source.read()
    #expect(reading.records.count == 1 && reading.facts.isComplete && reading.facts.pagesRead == 2)
  }

  @Test("A text whose end nothing shows is not complete, in a replay neither; JSON shows its own end")
  func unknownEnd() throws {
    for (body, headers, isComplete) in [
      ("a,b\n1,2\n", "", false), ("a,b\n1,2\n", "Content-Length: 8\r\n", true), ("[1]", "", true),
      ("\u{FEFF} <a/>", "", true),
    ] {
      let source = try LiveSource(Self.plain) { _ in
        .init(bytes: Data("HTTP/1.1 200 OK\r\n\(headers)\r\n\(body)".utf8), closes: true)
      }
      func facts(_ fetcher: any PageFetcher) throws -> BodiesRead {
        try source.reader.read(makeItem(), via: fetcher, deadline: .none(on: source.time)) {
          (_) throws(PipelineError) in
          BodyFacts(recordCount: 1)
        }
      }
      _ = try? source.read()
      let pages = try #require(source.pages)
      #expect(try facts(pages).isComplete == isComplete, "\(body)")
      let archived = try ArchivedPages(pages.archive.bytes, at: "a", policy: source.policy)
      let replayed = try facts(archived)
      #expect(replayed.isComplete == isComplete && replayed.warnings.isEmpty == isComplete, "\(body)")
    }
  }

  @Test("A body over the limit names both numbers, and what to do")
  func tooLong() throws {
    let (error, count) = try error(Self.plain + "\nmax_body_mb: 1") { _ in
      json("[\"" + String(repeating: "x", count: 1_200_000) + "\"]")
    }
    #expect(error.name == .sourceChanged && count == 1)
    #expect(error.message.contains("longer than 1048576 bytes: it has at least 1200004"), "\(error)")
    #expect(error.message.contains("Raise max_body_mb, now 1"))
  }

  @Test("A slow response ends at the timeout (F28)")
  func slow() throws {
    let (error, count) = try error(Self.plain + "\ntimeout_seconds: 0.2\nretry: {attempts: 2}") { _ in
      .http(200, [], "[]", delay: 1)
    }
    #expect(error.name == .sourceUnavailable && count == 2)
  }

  @Test("A redirect is followed within the site with the credentials, and not to another one")
  func redirects() throws {
    let other = try ScriptedServer { _ in json(list(1...1)) }
    defer { other.stop() }
    let elsewhere = other.url.replacing("127.0.0.1", with: "localhost")
    let yaml = "url: \"{server}/old\"\nauth: {kind: header, name: X-Key, secret: KEY}"
    for (target, isRead) in [("/new", true), ("\(elsewhere)/new", false), ("/old", false)] {
      let source = try LiveSource(yaml, variables: ["KEY": "s3cr3t-value"]) { request in
        guard request.header("X-Key") == "s3cr3t-value" else { return .http(401) }
        return request.target == "/old" ? .http(302, [("Location", target)]) : json(list(1...1))
      }
      if isRead {
        #expect(try source.read().records.count == 1)
      } else {
        #expect(try source.error().name == .sourceUnavailable)
      }
    }
    #expect(other.requests.isEmpty)
  }

  @Test("robots.txt is obeyed without credentials, and its error says how to ignore it")
  func robots() throws {
    let respond: @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply = { request in
      request.target == "/robots.txt" ? .http(200, [], "User-agent: *\nDisallow: /items\n") : json("[]")
    }
    let (error, count) = try error("url: \"{server}/items\"", respond)
    #expect(error.name == .sourceChanged && error.message.contains("set robots: ignore") && count == 1)
    let source = try LiveSource(
      "url: \"{server}/items\"\nauth: {kind: bearer, secret: KEY}", variables: ["KEY": "s3cr3t-value"], respond)
    _ = try source.read()
    #expect(source.requested == ["GET /items"])
  }

  @Test("The rate is a token bucket whose burst the scrapers of a run divide, and in which retries count (F24)")
  func rate() throws {
    let yaml =
      Self.plain
      + "\npaginate: {kind: page_number}\nrate: {requests: 100, per_seconds: 60}\nretry: {attempts: 3, backoff_seconds: 0}"
    for (workers, burst, interval) in [(1, 100, 0.6), (5, 20, 3.0)] {
      let source = try LiveSource(yaml) { request in
        // The fourth request is a retry.
        if request.number == 3 { return .http(503) }
        let page = Int(request.target.split(separator: "=").last ?? "") ?? 0
        return json(page <= burst + 9 ? list(page...page) : "[]")
      }
      #expect(try source.read(workers: workers).records.count == burst + 9)
      #expect(source.server.requests.count == burst + 11)
      let waited = source.time.uptime.inSeconds
      #expect(abs(waited - 11 * interval) < 0.01, "\(workers): \(waited) s for 11 requests beyond the burst")
    }
  }

  @Test("After the configured failures the breaker refuses further requests")
  func breaker() throws {
    let source = try LiveSource(
      Self.plain + "\nbreaker: {failures: 2, cooldown_seconds: 60}\nretry: {attempts: 4, backoff_seconds: 0}"
    ) { _ in .hangUp }
    let error = try source.error()
    #expect(error.name == .sourceUnavailable)
    #expect(source.server.requests.count == 2)
  }
}
