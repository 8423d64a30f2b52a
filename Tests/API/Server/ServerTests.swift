import Foundation
import Testing

@testable import APIServer

@Suite("HTTP server, over real sockets")
struct ServerTests {
  @Test("A connection takes one request after another")
  func keepAlive() throws {
    let running = try RunningServer()
    let client = try running.client()
    for number in 0..<3 {
      client.get("/?q=\(number)")
      let response = try #require(client.response())
      #expect(response.status == 200)
      #expect(response.body == "hello \(number)")
      #expect(response.head.contains("connection: keep-alive"))
    }
    client.get("/", "Connection: close\r\n")
    #expect(client.response()?.head.contains("connection: close") == true)
    #expect(client.isClosed)
  }

  @Test("OPTIONS may ask about the server itself; other methods may not")
  func asterisk() throws {
    let running = try RunningServer()
    let client = try running.client()
    client.send("OPTIONS * HTTP/1.1\r\nHost: t\r\n\r\n")
    let response = try #require(client.response())
    #expect(response.status == 204)
    #expect(response.head.contains("allow: GET, HEAD"))
    client.send("GET * HTTP/1.1\r\nHost: t\r\n\r\n")
    #expect(client.response()?.status == 400)
  }

  @Test("HTTP/1.0 closes the connection, unless the client asks for more")
  func oldVersion() throws {
    let running = try RunningServer()
    let client = try running.client()
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    #expect(client.response()?.head.contains("keep-alive") == true)
    client.send("GET / HTTP/1.0\r\n\r\n")
    #expect(client.response()?.status == 200)
    #expect(client.isClosed)
  }

  @Test("Several requests at once are answered in their order, bodies included")
  func pipelining() throws {
    let running = try RunningServer()
    let client = try running.client()
    let post = "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nGET /"
    client.send(String(repeating: "GET /?q=a HTTP/1.1\r\nHost: t\r\n\r\n\(post)\r\n", count: 50))
    for _ in 0..<50 {
      #expect(client.response()?.body == "hello a")
      #expect(client.response()?.body == "posted")
    }
  }

  @Test("A request that comes byte by byte is read")
  func pieces() throws {
    let running = try RunningServer()
    let client = try running.client()
    for character in "GET / HTTP/1.1\r\nHost: t\r\n\r\n" { client.send(String(character)) }
    #expect(client.response()?.status == 200)
  }

  @Test("A client that ends its side early gets its response")
  func halfClosed() throws {
    let running = try RunningServer()
    let client = try running.client()
    client.get("/large")
    client.endSending()
    #expect(client.response()?.body.utf8.count == 8 << 20)
    #expect(client.isClosed)
  }

  @Test("100 Continue is sent to a client that waits for it")
  func continues() throws {
    let running = try RunningServer()
    let client = try running.client()
    client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    #expect(client.response()?.status == 100)
    client.send("abc")
    #expect(client.response()?.body == "posted")
  }

  @Test(
    "What is no request is refused, and the connection closed",
    arguments: [
      ("GET / HTTP/1.1\r\n\r\n", 400), ("GET  / HTTP/1.1\r\nHost: t\r\n\r\n", 400),
      ("GET / HTTP/2.0\r\nHost: t\r\n\r\n", 505), ("GET / ICY\r\nHost: t\r\n\r\n", 400),
      ("GET / HTTP/1.1\nHost: t\n\n\r\n\r\n", 400), ("GET x HTTP/1.1\r\nHost: t\r\n\r\n", 400),
      ("GET /\u{e9} HTTP/1.1\r\nHost: t\r\n\r\n", 400), ("G(T / HTTP/1.1\r\nHost: t\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: t\r\nHost: u\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : t\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: t\r\n folded: x\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: t\r\nX: a\u{0}b\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\nHost: t\r\n\r\n", 411),
      ("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
      ("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc", 411),
      ("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
      ("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 65537\r\n\r\n", 413),
      ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: t\r\nExpect: more\r\n\r\n", 417),
      ("\u{16}\u{3}\u{1}\u{2}\r\n\r\n", 400),
    ])
  func refusals(request: String, status: Int) throws {
    let running = try RunningServer()
    let client = try running.client()
    client.send(request)
    let response = try #require(client.response())
    #expect(response.status == status)
    #expect(response.head.contains("application/problem+json"))
    for header in ["x-request-id: id", "x-api-latency-ms: 0", "x-content-type-options: nosniff"] {
      #expect(response.head.contains(header), "\(header)")
    }
    #expect(client.isClosed)
    let entry = try #require(running.refused.change { $0 }.first)
    #expect(entry.status == status && entry.requestID == "id" && entry.source == "127.0.0.1" && entry.route == nil)
    #expect(response.body.contains(entry.failure ?? "none"))
  }

  @Test("A giant head is refused before it is read to its end")
  func giants() throws {
    let running = try RunningServer()
    let path = try running.client()
    path.send("GET /" + String(repeating: "a", count: 100_000))
    #expect(path.response()?.status == 414)
    let headers = try running.client()
    headers.send(
      "GET / HTTP/1.1\r\n" + String(repeating: "X-Long: \(String(repeating: "a", count: 90))\r\n", count: 900))
    #expect(headers.response()?.status == 431)
  }

  @Test("The form for proxies is read")
  func absoluteForm() throws {
    let running = try RunningServer()
    let client = try running.client()
    for scheme in ["http", "HTTP"] {
      client.send("GET \(scheme)://t/?q=b HTTP/1.1\r\nHost: t\r\n\r\n")
      #expect(client.response()?.body == "hello b")
    }
  }

  @Test("A response has its date, in the form of RFC 9110")
  func date() throws {
    let running = try RunningServer()
    let client = try running.client()
    client.get("/")
    let head = try #require(client.response()).head
    let line = try #require(head.split(separator: "\r\n").first { $0.hasPrefix("date: ") })
    let form = Date.VerbatimFormatStyle(
      format: """
        \(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .defaultDigits) \
        \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) GMT
        """, locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
    let read = try Date(String(line.dropFirst(6)), strategy: form.parseStrategy)
    #expect(abs(read.timeIntervalSinceNow) < 60)
  }
}
