import Compression
import Foundation
import TestSupport
import Testing
import Time

@testable import HTTP

/// Bodies that are cut, coded, or end with their connection.
struct BodyTests {
  private var soon: Deadline { Deadline(after: .seconds(20), on: SystemTime()) }
  private let impatient = HTTPRetryPolicy(
    backoff: Backoff(base: .milliseconds(1), cap: .milliseconds(5), maximumAttempts: 3))
  private let text = Data((0..<3000).map { "<li>\($0)</li>\n" }.joined().utf8)

  private func gzip(_ text: Data) throws -> Data { try GzipCompressor().member(of: text) }

  private func outcome(
    _ replies: [ScriptedServer.Reply], _ change: (inout HTTPRequest) -> Void = { _ in }
  ) throws -> (result: Result<HTTPResponse, HTTPError>, requests: Int) {
    let server = try ScriptedServer(replies: replies)
    defer { server.stop() }
    var request = HTTPRequest("GET", server.url + "/")
    change(&request)
    let result = HTTPClient().sendAll([request], retrying: impatient, deadline: soon)[0]
    return (result, server.requests.count)
  }

  private func kind(_ result: Result<HTTPResponse, HTTPError>) -> HTTPError.Kind? {
    if case .failure(let error) = result { error.kind } else { nil }
  }

  @Test("A compressed body that ends early is an interrupted response, although its length is that of its bytes")
  func cutGzip() throws {
    let body = try gzip(text)
    let cut = ScriptedServer.Reply.http(200, [("Content-Encoding", "gzip")], body.prefix(body.count / 3))
    let outcome = try outcome([cut])
    #expect(kind(outcome.result) == .interrupted)
    #expect(outcome.requests == 3, "it is tried again")
    let repaired = try self.outcome([cut, .http(200, [("Content-Encoding", "gzip")], body)])
    #expect(try repaired.result.get().body == text)
    #expect(try repaired.result.get().received == body)
  }

  @Test("A deflate body that ends early is an interrupted response")
  func cutDeflate() throws {
    let raw = try gzip(text).dropFirst(10).dropLast(8)
    let cut = ScriptedServer.Reply.http(200, [("Content-Encoding", "deflate")], Data(raw.prefix(raw.count / 2)))
    #expect(try kind(outcome([cut]).result) == .interrupted)
    let whole = try outcome([.http(200, [("Content-Encoding", "deflate")], Data(raw))])
    #expect(try whole.result.get().body == text)
  }

  @Test("A compressed body without a length that ends early is an interrupted response")
  func cutWithConnection() throws {
    let body = try gzip(text)
    let head = Data("HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n".utf8)
    #expect(try kind(outcome([.init(bytes: head + body.prefix(100), closes: true)]).result) == .interrupted)
    #expect(
      try outcome([.init(bytes: head + body, closes: true)]) { $0.isWhole = { _ in false } }.result.get().body == text)
  }

  @Test("A damaged body is an error; with an error status, the status counts")
  func damaged() throws {
    let lie = [("Content-Encoding", "gzip")]
    #expect(try kind(outcome([.http(200, lie, "<html></html>")]).result) == .protocolViolation)
    #expect(try outcome([.http(404, lie, "<html></html>")]).result.get().body == Data("<html></html>".utf8))
    #expect(try kind(outcome([.http(200, [("Content-Encoding", "br")], "x")]).result) == .protocolViolation)
    #expect(try outcome([.http(200, [("Content-Encoding", "UTF-8")], "x")]).result.get().body == Data("x".utf8))
  }

  @Test("A body that grows beyond the limit when it is decompressed is too large")
  func bomb() throws {
    let bomb = try gzip(Data(count: 4 << 20))
    let outcome = try outcome([.http(200, [("Content-Encoding", "gzip")], bomb)]) { $0.maximumBodyBytes = 1 << 20 }
    #expect(kind(outcome.result) == .tooLarge)
    #expect(outcome.requests == 1)
  }

  @Test("A response that ends with its connection is interrupted unless its reader finds it whole")
  func endOfConnection() throws {
    func page(_ head: String) -> ScriptedServer.Reply {
      ScriptedServer.Reply(bytes: Data("\(head)\r\nContent-Type: text/html\r\n\r\n<html><p>x".utf8), closes: true)
    }
    for head in ["HTTP/1.0 200 OK", "HTTP/1.1 200 OK\r\nConnection: close"] {
      let outcome = try outcome([page(head)]) { $0.isWhole = { !$0.body.isEmpty && $0.body.last == UInt8(ascii: ">") } }
      #expect(kind(outcome.result) == .interrupted)
      #expect(outcome.requests == 3)
      #expect(try self.outcome([page(head)]).result.get().endsWithConnection)
      #expect(try self.outcome([page(head)]) { $0.isWhole = { _ in true } }.result.get().status == 200)
    }
    // Fields that do not show where the body ends.
    for field in ["Transfer-Encoding: identity", "Content-Length: 99999999999999999999"] {
      #expect(try outcome([page("HTTP/1.1 200 OK\r\n\(field)")]).result.get().endsWithConnection, "\(field)")
    }
    let counted = try outcome([.http(200, [], "x")]) { $0.isWhole = { _ in false } }
    #expect(try !counted.result.get().endsWithConnection)
    let missing = ScriptedServer.Reply(bytes: Data("HTTP/1.0 404 No\r\n\r\nx".utf8), closes: true)
    #expect(try outcome([missing]) { $0.isWhole = { _ in false } }.result.get().status == 404)
  }

  @Test("A body whose end is in doubt, although libcurl accepts it, is an error")
  func doubtfulEnd() throws {
    func reply(_ fields: String, _ body: Data) -> ScriptedServer.Reply {
      ScriptedServer.Reply(bytes: Data("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n".utf8) + body, closes: true)
    }
    let cut = try gzip(text).prefix(200)
    let chunk = Data("\(String(cut.count, radix: 16))\r\n".utf8) + cut + Data("\r\n0\r\n\r\n".utf8)
    #expect(try kind(outcome([reply("Transfer-Encoding: gzip, chunked", chunk)]).result) == .protocolViolation)
    #expect(try kind(outcome([reply("Transfer-Encoding: gzip", cut)]).result) == .protocolViolation)
    let lengths = "Content-Length: 10\r\nContent-Length: 5"
    #expect(try kind(outcome([reply(lengths, Data("helloworld".utf8))]).result) == .protocolViolation)
    let same = try outcome([reply("Content-Length: 5\r\nContent-Length: 5", Data("hello".utf8))])
    #expect(try same.result.get().body == Data("hello".utf8))
    let both = reply("Content-Length: 3\r\nTransfer-Encoding: chunked", Data("5\r\nhello\r\n0\r\n\r\n".utf8))
    #expect(try outcome([both]).result.get().body == Data("hello".utf8))
    let unfinished = reply("Transfer-Encoding: chunked", Data("5\r\nhello\r\n".utf8))
    #expect(try kind(outcome([unfinished]).result) == .interrupted)
  }

  @Test("A long body is sent whole, and again on another connection")
  func upload() throws {
    let body = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let server = try ScriptedServer(replies: [.http(200), .hangUp, .http(200)])
    defer { server.stop() }
    let client = HTTPClient()
    for _ in 1...2 {
      let request = HTTPRequest("PUT", server.url + "/", body: body)
      #expect(try client.sendAll([request], retrying: impatient, deadline: soon)[0].get().status == 200)
    }
    #expect(server.requests.count == 3)
    #expect(server.requests.allSatisfy { $0.body == body && $0.method == "PUT" })
  }

  @Test("A Location with bytes beyond ASCII keeps its bytes, other headers are read as Latin-1")
  func latin1() throws {
    let head: [UInt8] = Array("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /caf".utf8) + [0xE9, 0x3F, 0xFC]
    let rest: [UInt8] = Array("\r\nServer: Caf".utf8) + [0xE9] + Array("\r\nX-Utf: é\r\n\r\n".utf8)
    let headers = try outcome([.init(bytes: Data(head + rest))]).result.get().headers
    #expect(headers["Location"] == "/caf%E9?%FC")
    #expect(headers["Server"] == "Café")
    #expect(headers["X-Utf"] == "é")
  }
}
