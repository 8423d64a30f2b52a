import APIRouting
import Foundation
import JSON
import LambdaRuntime
import ReadAPIFunction
import Synchronization
import Testing
import Time

@Suite("The payload adapter of ReadAPI")
struct AdapterTests {
  /// A router whose one route answers with what it got.
  private func handler(body: String? = nil, page: Bool = false) -> ReadAPIHandler {
    ReadAPIHandler(reports: .none) { makeID, log in
      let route = Route(
        "GET", "/echo/{id}",
        [.path("id", .text(longest: 50), "An id"), RouteParameter("q", .text(longest: 50), "A text")],
        access: .open, maxAge: 60, "Echo"
      ) { call in
        if page { return APIResponse(Array((body ?? "").utf8), type: "text/html; charset=utf-8") }
        return APIResponse(json: [
          "id": .string(call.text("id") ?? ""), "q": .string(call.text("q") ?? ""),
          "source": .string(call.request.source),
          "body": .string(body ?? ""),
        ])
      }
      return Router([route], RouterSettings(makeID: makeID, log: log))
    }
  }

  private func respond(
    _ handler: ReadAPIHandler, _ event: String, log: @escaping (String) -> Void = { _ in }
  ) throws -> GatewayResponse {
    let request = try JSONDecoder().decode(ReadAPIEvent.self, from: Data(event.utf8))
    let context = LambdaContext(
      requestID: "lambda-1", deadline: .none(on: SystemTime()),
      log: Logger(environment: ["AWS_LAMBDA_LOG_FORMAT": "JSON"], write: log))
    guard case .response(let response) = try handler.handle(request, context) else { throw CancellationError() }
    return response
  }

  private func event(
    path: String = "/echo/é b", query: String = "q=x%20y", headers: String = "{}", method: String = "GET",
    host: String = "id.execute-api.us-east-1.amazonaws.com"
  ) -> String {
    """
    {"version":"2.0","routeKey":"$default","rawPath":"\(path)","rawQueryString":"\(query)","headers":\(headers),
    "requestContext":{"http":{"method":"\(method)","path":"/","sourceIp":"192.0.2.1"},"domainName":"\(host)","requestId":"gateway-1","stage":"$default"},
    "isBase64Encoded":false}
    """
  }

  @Test("A request is read from the raw path and the raw query, and its response has the gateway's id")
  func responds() throws {
    let response = try respond(handler(), event())
    #expect(response.statusCode == 200)
    #expect(!response.isBase64Encoded)
    #expect(response.headers["x-request-id"] == "gateway-1")
    #expect(response.headers["content-type"] == "application/json")
    let json = try JSONValue(parsing: response.body)
    #expect(json == ["id": "é b", "q": "x y", "source": "192.0.2.1", "body": ""])
  }

  @Test(
    "An HTTP API has resolved the escapes of a path, a function URL has not",
    arguments: ["100%", "A%42", "a b", "é"])
  func escapes(id: String) throws {
    let escaped = try #require(id.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
    for (path, host) in [
      ("/echo/\(id)", "id.execute-api.us-east-1.amazonaws.com"), ("/echo/\(id)", "api.example.com"),
      ("/echo/\(escaped)", "id.lambda-url.us-east-1.on.aws"),
    ] {
      let response = try respond(handler(), event(path: path, host: host))
      #expect(try JSONValue(parsing: response.body).object?["id"] == .string(id), "\(path) \(host)")
    }
  }

  @Test("A repeated parameter is refused: the raw query still has both")
  func repeated() throws { #expect(try respond(handler(), event(query: "q=1&q=2")).statusCode == 422) }

  @Test("Methods, unknown paths and broken escapes are refused")
  func refused() throws {
    #expect(try respond(handler(), event(method: "POST")).statusCode == 405)
    #expect(try respond(handler(), event(path: "/echo")).statusCode == 404)
    #expect(
      try respond(handler(), event(path: "/echo/%zz", host: "id.lambda-url.us-east-1.on.aws")).statusCode == 400)
  }

  @Test("A compressed body is base64; a client that has the response gets none")
  func bodies() throws {
    let handler = handler(body: String(repeating: "long ", count: 1000))
    let compressed = try respond(handler, event(headers: #"{"Accept-Encoding":"gzip"}"#))
    #expect(compressed.isBase64Encoded)
    #expect(compressed.headers["content-encoding"] == "gzip")
    let bytes = try #require(Data(base64Encoded: compressed.body))
    #expect(bytes.prefix(2) == Data([0x1F, 0x8B]))
    let tag = try #require(compressed.headers["etag"])
    let held = try respond(
      handler, event(headers: #"{"if-none-match":\#(JSONValue.string(tag).text)}"#))
    #expect(held.statusCode == 304)
    #expect(held.body.isEmpty)
  }

  /// The response as the runtime sends it.
  private func sent(_ response: GatewayResponse) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(response)
  }

  @Test(
    "A page of 4 MB fits Lambda's response, whatever its texts are",
    arguments: ["\"", "\\", "\n", "\u{1}", "\u{7F}", "\u{2028}", "é", "x", "/"])
  func fullPages(sign: String) throws {
    // The JSON document of the body has the sign's escape.
    let count = (4 << 20) / (JSONValue.string(sign).text.utf8.count - 2)
    let response = try respond(handler(body: String(repeating: sign, count: count)), event())
    #expect(response.statusCode == 200)
    #expect(try sent(response).count <= 6_291_556)
    let body = response.isBase64Encoded ? try #require(Data(base64Encoded: response.body)) : Data(response.body.utf8)
    #expect(try JSONValue(parsing: body).object?["body"]?.string?.utf8.count == count * sign.utf8.count)
    // `\u0001` is only one longer as a JSON string.
    #expect(response.isBase64Encoded == ["\"", "\\", "\n"].contains(sign))
  }

  @Test("A record that Lambda does not take is a problem document, unless the client takes it compressed")
  func tooLarge() throws {
    let lines = Mutex<[String]>([])
    let handler = handler(body: String(repeating: "x", count: 7_000_000))
    let response = try respond(handler, event(), log: { line in lines.withLock { $0.append(line) } })
    #expect(response.statusCode == 422)
    #expect(response.headers["content-type"] == "application/problem+json")
    #expect(response.headers["x-request-id"] == "gateway-1")
    #expect(response.headers["cache-control"] == "no-store")
    #expect(response.headers["etag"] == nil)
    let problem = try #require(try JSONValue(parsing: response.body).object)
    #expect(problem["request_id"] == "gateway-1")
    #expect(problem["detail"]?.string?.hasSuffix("6 MB: ask for it compressed, with Accept-Encoding: gzip") == true)
    #expect(lines.withLock { $0.joined() }.contains(#""status":422"#))
    #expect(try respond(handler, event(headers: #"{"accept-encoding":"gzip"}"#)).statusCode == 200)
  }

  @Test("What Lambda does not take compressed either is to be had elsewhere")
  func tooLargeCompressed() throws {
    // Signs at random, of which gzip saves a fifth, and does not see that they come again so far away.
    let block = String(decoding: (0..<100_000).map { _ in UInt8.random(in: 33..<127) }, as: UTF8.self)
    let body = String(repeating: block, count: 80)
    for (page, advice) in [
      (false, "`festvibes serve` sends such a record"), (true, "`festvibes report` writes the page as a file"),
    ] {
      let response = try respond(handler(body: body, page: page), event(headers: #"{"accept-encoding":"gzip"}"#))
      #expect(response.statusCode == 422)
      let detail = try #require(try JSONValue(parsing: response.body).object?["detail"]?.string)
      #expect(detail.hasSuffix(advice) && detail.contains("bytes, compressed, and"), "\(detail)")
    }
  }

  @Test("HEAD has the status and the length of GET, and no body", arguments: [10, 5_000_000, 7_000_000])
  func head(size: Int) throws {
    let handler = handler(body: String(repeating: "x", count: size))
    let lines = Mutex<[String]>([])
    let get = try respond(handler, event())
    let head = try respond(handler, event(method: "HEAD"), log: { line in lines.withLock { $0.append(line) } })
    #expect(head.statusCode == get.statusCode && get.statusCode == (size > 6_200_000 ? 422 : 200))
    #expect(head.body.isEmpty && !head.isBase64Encoded)
    #expect(head.headers["content-length"] == String(get.body.utf8.count))
    #expect(head.headers["content-type"] == get.headers["content-type"])
    #expect(lines.withLock { $0.joined() }.contains(#""method":"HEAD""#))
  }

  @Test("The log has the route and the status, and neither the query nor a key")
  func log() throws {
    let lines = Mutex<[String]>([])
    _ = try respond(
      handler(), event(query: "q=planted-query", headers: #"{"x-api-key":"planted-key"}"#),
      log: { line in lines.withLock { $0.append(line) } })
    let text = lines.withLock { $0.joined(separator: "\n") }
    #expect(text.contains(#""route":"/echo/{id}""#))
    #expect(text.contains(#""apiRequestId":"gateway-1""#))
    #expect(!text.contains("planted"))
  }
}
