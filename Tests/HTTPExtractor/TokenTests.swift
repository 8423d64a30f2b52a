import Contracts
import Fetching
import Foundation
import HTTP
import TestSupport
import Testing
import Time
import WARC

@testable import HTTPExtractor

/// OAuth's client credentials.
@Suite("Access tokens")
struct TokenTests {
  private static let variables = ["ID": "client-id", "SECRET": "cl1ent/s3cret"]  // pragma: allowlist secret
  private static let yaml =
    "url: \"{server}/items\"\n"
    + "auth: {kind: oauth_client_credentials, token_url: \"{server}/token\", client_id: ID, client_secret: SECRET}"

  private func token(_ number: Int, lifetime: String = "3600") -> ScriptedServer.Reply {
    let token = "t0ken-\(number)"  // pragma: allowlist secret
    return json(#"{"access_token": "\#(token)", "token_type": "Bearer", "expires_in": \#(lifetime)}"#)
  }

  /// A source that accepts the tokens that the function returns true for.
  private func source(
    _ yaml: String = yaml, lifetime: String = "3600", isValid: @escaping @Sendable (String) -> Bool = { _ in true }
  ) throws -> LiveSource {
    let issued = Locked(0)
    return try LiveSource(yaml, variables: Self.variables) { request in
      if request.target == "/token" {
        return self.token(
          issued.change {
            $0 += 1
            return $0
          }, lifetime: lifetime)
      }
      let header = request.header("Authorization") ?? ""
      return header.hasPrefix("Bearer t0ken-") && isValid(String(header.dropFirst(7)))
        ? json(list(1...1)) : .http(401, [], "not with \(header)")
    }
  }

  private func tokenRequests(_ source: LiveSource) -> Int { source.requested.count { $0 == "POST /token" } }

  @Test(
    "A token is requested as the standard says, and kept over a warm function's items until 60 s before its end (F17)")
  func lifetime() throws {
    let source = try source(Self.yaml.dropLast() + ", scope: \"a b\"}")
    for _ in 1...3 { #expect(try source.read().records.count == 1) }
    #expect(tokenRequests(source) == 1)
    let request = try #require(source.server.requests.first)
    #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
    #expect(
      request.header("Authorization") == "Basic \(Data("client-id:cl1ent%2Fs3cret".utf8).base64EncodedString())")
    #expect(String(decoding: request.body, as: UTF8.self) == "grant_type=client_credentials&scope=a%20b")
    source.time.advance(by: .seconds(3530))
    _ = try source.read()
    #expect(tokenRequests(source) == 1)
    source.time.advance(by: .seconds(11))
    _ = try source.read()
    #expect(tokenRequests(source) == 2 && source.server.requests.last?.header("Authorization") == "Bearer t0ken-2")
  }

  @Test("Id and secret may be in the body")
  func inBody() throws {
    let source = try source(Self.yaml.dropLast() + ", send: body}")
    _ = try source.read()
    let request = try #require(source.server.requests.first)
    #expect(request.header("Authorization") == nil)
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == "grant_type=client_credentials&client_id=client-id&client_secret=cl1ent%2Fs3cret")
  }

  @Test("A withdrawn token is replaced once, and the page is read (F17)")
  func refresh() throws {
    let source = try source { $0 != "t0ken-1" }
    #expect(try source.read().records.count == 1)
    #expect(source.requested == ["POST /token", "GET /items", "POST /token", "GET /items"])
    #expect(try source.replay().records.count == 1, "the refused response is not in the archive")
  }

  @Test("After exactly one refresh the source has refused")
  func refused() throws {
    let source = try source { _ in false }
    let error = try source.error()
    #expect(error.name == .sourceRefused && error.message.contains("status 401"))
    #expect(error.message.contains("check auth") && !error.message.contains("t0ken"), "\(error)")
    #expect(source.requested == ["POST /token", "GET /items", "POST /token", "GET /items"])
  }

  @Test(
    "A short-lived token, or one that says its lifetime as a text, is used",
    arguments: ["30", "\"3600\"", "null", "1e400"])
  func oddLifetimes(lifetime: String) throws {
    let source = try source(lifetime: lifetime)
    for _ in 1...2 { #expect(try source.read().records.count == 1) }
    #expect(tokenRequests(source) == (lifetime == "30" ? 2 : 1))
  }

  @Test(
    "A token endpoint that fails, or sends something else, has its error, without what it repeats",
    arguments: [
      (json(#"{"error": "invalid_client", "error_description": "cl1ent/s3cret"}"#, status: 401), .sourceRefused, 1),
      (json(#"{"error": "cl1ent/s3cret"}"#, status: 400), .sourceRefused, 1), (.http(302), .sourceRefused, 1),
      (.http(429), .sourceThrottled, 3), (.http(503), .sourceUnavailable, 3), (.hangUp, .sourceUnavailable, 3),
      (json("{}"), .sourceChanged, 1), (json("not JSON cl1ent/s3cret"), .sourceChanged, 1),
      (json(#"{"access_token": "a\r\nX: y"}"#), .sourceChanged, 1), (json(#"{"access_token": 1}"#), .sourceChanged, 1),
      (json(#"{"access_token": "a1b2c3", "token_type": "mac"}"#), .sourceChanged, 1),
    ] as [(ScriptedServer.Reply, PipelineError.Name, Int)])
  func failures(reply: ScriptedServer.Reply, name: PipelineError.Name, requests: Int) throws {
    let source = try LiveSource(Self.yaml, variables: Self.variables) { _ in reply }
    let error = try source.error()
    #expect(error.name == name && error.message.contains("no access token"), "\(error)")
    #expect(source.requested == Array(repeating: "POST /token", count: requests))
    #expect(!error.message.contains("s3cret") && !error.message.contains("a1b2c3"))
    if reply.bytes.firstRange(of: Data("invalid_client".utf8)) != nil {
      #expect(error.message.contains("status 401 (invalid_client): check client id, client secret and scope"))
    }
  }

  @Test("A token is in no archive, even if the source repeats it, and neither is the token response")
  func archive() throws {
    let source = try LiveSource(Self.yaml, variables: Self.variables) { request in
      if request.target == "/token" { return token(7) }
      return json(
        #"[{"echo": "t0ken-7, t0ken%2D7 cl1ent\/s3cret"}]"#, [("X-Echo", "t0ken-7"), ("Authorization", "short")])
    }
    let reading = try source.read()
    #expect(reading.records == [#"{"echo":"REDACTED, REDACTED REDACTED"}"#])
    let pages = try #require(source.pages)
    let records = try WARCReader.members(of: pages.archive.bytes).map(\.record)
    #expect(records.count == 2 && records.allSatisfy { $0.targetURI?.contains("/token") != true })
    for record in records {
      let text = String(decoding: record.block, as: UTF8.self)
      #expect(!text.contains("t0ken") && !text.contains("s3cret") && !text.contains("Authorization: short"), "\(text)")
    }
    // A redactor that was made before the token knows it.
    #expect(source.reader.redactor.text("see t0ken-7") == "see REDACTED")
    #expect(!"\(source.policy.authentication.debugDescription)".contains("s3cret"))
  }

  @Test("A token of another host goes to the source only, and its request counts to the source's rate")
  func otherHost() throws {
    let accounts = try ScriptedServer { _ in self.token(1) }
    defer { accounts.stop() }
    let url = accounts.url.replacing("127.0.0.1", with: "localhost")
    let source = try LiveSource(
      Self.yaml.replacing("{server}/token", with: "\(url)/token") + "\nrate: {requests: 1, per_seconds: 10}",
      variables: Self.variables
    ) { _ in json(list(1...1)) }
    _ = try source.read()
    #expect(source.time.uptime == .seconds(10), "the page waits for the token's turn")
    #expect(accounts.requests.count == 1 && source.requested == ["GET /items"])
  }

  @Test("robots.txt gets no token")
  func robots() throws {
    let source = try source(Self.yaml + "\nrobots: obey")
    _ = try? source.read()
    #expect(source.requested.first == "GET /robots.txt")
    #expect(source.server.requests.first?.header("Authorization") == nil)
  }
}
