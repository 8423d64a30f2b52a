import Contracts
import Fetching
import Foundation
import HTTPExtractor
import JSON
import LambdaRuntime
import Processing
import RawStore
import ScraperFunction
import ScrapingSupport
import TestSupport
import Testing
import Text
import Time
import WARC

/// Credentials of every kind, planted in a definition, on a server that repeats what it receives.
@Suite("Planted secrets of an API")
struct SecretsTests {
  /// Needs escapes in a URL, in JSON and in HTML.
  private static let secret = #"pl4nted/k+y"&='<>%2F"#
  private static let token = "pl4nted.t0ken_x/y+z="  // pragma: allowlist secret
  private static let variables = ["PLANTED": secret, "CLIENT": "client-id"]

  static let kinds = [
    "kind: query, name: apikey, secret: PLANTED", "kind: bearer, secret: PLANTED",
    "kind: header, name: X-Api-Key, prefix: \"Token \", secret: PLANTED",
    "kind: basic, user: reader, password: PLANTED",
    "kind: oauth_client_credentials, token_url: \"{server}/token\", client_id: CLIENT, client_secret: PLANTED",
    "kind: oauth_client_credentials, token_url: \"{server}/token\", client_id: CLIENT, client_secret: PLANTED, send: body",
  ]

  /// Every spelling that no output may contain.
  private static var spellings: [String] {
    let basics = ["reader", "client-id"].flatMap { user in
      [secret, PercentEncoding.encode(secret)].map { Data("\(user):\($0)".utf8).base64EncodedString() }
    }
    return [secret, token].flatMap { text in
      let json = String((try? JSONEncoder().encode([text])).map { String(decoding: $0, as: UTF8.self) } ?? "")
        .dropFirst(2).dropLast(2)
      return [text, PercentEncoding.encode(text), PercentEncoding.encode(text).lowercased(), String(json)]
    } + basics
  }

  /// Repeats the request, as a whole and in pieces, in headers, in the body, and in the address of the next page.
  private static func echo(_ request: ScriptedServer.Request) -> ScriptedServer.Reply {
    if request.target == "/token" {
      return json(#"{"access_token": "\#(token.replacing("/", with: #"\/"#))", "expires_in": 3600, "scope": "x"}"#)
    }
    let said = request.header("Authorization") ?? request.header("X-Api-Key") ?? ""
    let query = request.target.split(separator: "?").dropFirst().first.map(String.init) ?? ""
    let plain = [
      said, query, PercentEncoding.decode(query), secret, token,
      "Basic " + Data("reader:\(secret)".utf8).base64EncodedString(),
    ]
    let page = query.contains("page=2") ? 2 : 1
    let body = (try? JSONEncoder().encode(["said": plain])).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let headers = [
      ("Content-Type", "application/json"), ("X-Said", said), ("X-Api-Key", said), ("Authorization", said),
      ("Set-Cookie", "key=\(PercentEncoding.encode(secret))"),
      ("Link", page == 1 ? "</items?page=2&apikey=\(PercentEncoding.encode(secret))>; rel=next" : "</>; rel=first"),
    ]
    if request.target.hasPrefix("/refused") { return .http(422, headers, "no: " + plain.joined(separator: " ")) }
    if request.target.hasPrefix("/broken") { return .hangUp }
    return .http(200, headers, "[\(body), {\"page\": \(page)}]")
  }

  @Test(
    "They are in no archive, document, stored page, key, response, log line, metric or error", arguments: kinds,
    ["items", "refused", "broken", "garbage"])
  func secrecy(auth: String, path: String) throws {
    let server = try ScriptedServer { Self.echo($0) }
    defer { server.stop() }
    let yaml =
      "url: \"\(server.url)/\(path)\"\npaginate: {kind: link}\nrate: {requests: 100000}\nretry: {attempts: 2, backoff_seconds: 0}\n"
      + "auth: {\(auth.replacing("{server}", with: server.url))}\nquery: {q: \"{city}\"}"
    let s3 = try MemoryS3()
    let time = SystemTime()
    let store = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment, time: time)
    let reader = try makeReader(yaml, variables: Self.variables, time: time)
    let extractor = ProcessedExtractor(
      itemsDataset, reader: reader, parser: path == "garbage" ? EchoingParser() : ListParser(), transforms: [])
    let handler = ScraperHandler(
      defaultDataset: "items", registry: { _ in (itemsDataset, extractor) }, store: store)
    var outputs: [String] = []
    let metrics = Metrics(time: time)
    func handle(_ event: String) throws {
      let context = LambdaContext(
        requestID: UUID().uuidString, deadline: Deadline(after: .seconds(60), on: time),
        log: Logger(environment: ["AWS_LAMBDA_LOG_LEVEL": "TRACE"], time: time) { outputs.append($0) }, metrics: metrics
      )
      do {
        let response = try handler.handle(JSONDecoder().decode(ScrapeRequest.self, from: Data(event.utf8)), context)
        outputs.append(String(decoding: try JSONEncoder().encode(response), as: UTF8.self))
      } catch { outputs.append("\(error)") }
    }
    let item = #""item": {"id": "a", "parameters": {"city": "x"}}"#
    try handle("{\(item), \"run\": \"r1\"}")
    try handle("{\(item), \"run\": \"r2\", \"replay\": {}}")
    outputs.append("\(metrics.values) \(reader.policy)")

    // The server got the credentials, so that they were in use.
    let sent = server.requests.filter { $0.target != "/token" }.map { $0.head }.joined()
    let isOAuth = auth.hasPrefix("kind: oauth")
    #expect(
      sent.contains(isOAuth ? "Bearer \(Self.token)" : auth.hasPrefix("kind: query") ? "apikey=pl4nted%2F" : ": "))
    #expect(server.requests.count { $0.target == "/token" } == (isOAuth ? 1 : 0))
    for key in s3.keys {
      outputs.append(key)
      let object = try #require(s3.body(of: key))
      outputs.append(String(decoding: object, as: UTF8.self))
      guard s3.gzipKeys.contains(key) else { continue }
      for record in try WARCReader.members(of: object).map(\.record) {
        outputs.append("\(record.targetURI ?? "") \(record.fields)")
        outputs.append(String(decoding: record.block, as: UTF8.self))
      }
    }
    if path == "items" {
      #expect(s3.keys.contains { $0.hasSuffix(".json") } && s3.gzipKeys.contains { $0.hasSuffix(".warc.gz") })
      #expect(outputs.contains { $0.contains(Redactor.mark) })
    }
    for output in outputs {
      for spelling in Self.spellings where spelling != Self.token || isOAuth {
        // A source of another kind does not know the token, which is plain text there.
        guard isOAuth || !spelling.contains("t0ken") else { continue }
        // Only what the reader sends is its secret.
        guard isSecret(spelling, of: auth) else { continue }
        #expect(!output.contains(spelling), "\(auth) \(path): \(spelling) in \(output.prefix(2000))")
      }
    }
  }

  /// The password's base64 is a secret of the kind that sends it.
  private func isSecret(_ spelling: String, of auth: String) -> Bool {
    guard let text = Data(base64Encoded: spelling).map({ String(decoding: $0, as: UTF8.self) }) else { return true }
    return text.hasPrefix("reader:")
      ? auth.hasPrefix("kind: basic") && text.hasSuffix(Self.secret) : auth.hasPrefix("kind: oauth")
  }
}

/// Refuses every body with a message that repeats it.
private final class EchoingParser: Parser {
  func parse(_ body: RawBody) throws(PipelineError) -> Records {
    throw PipelineError(.sourceChanged, "\(body.address) has \(String(decoding: body.bytes, as: UTF8.self))")
  }

  func structure(of body: RawBody) throws(PipelineError) -> JSONValue { .null }
}
