import Foundation
import TestSupport
import Testing
import Time

@testable import HTTP

/// Requests that must not reach the network in which this program runs.
struct PeerTests {
  private var soon: Deadline { Deadline(after: .seconds(20), on: SystemTime()) }

  private func address(_ text: String) -> NetworkAddress? { NetworkAddress.addresses(of: text).first }

  @Test(
    "Addresses that are not public",
    arguments: [
      "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
      "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
      "224.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
      "64:ff9b::7f00:1", "2002:7f00:1::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001::1",
      "100::1",
    ])
  func notPublic(text: String) throws {
    #expect(try !#require(address(text)).isPublic)
  }

  @Test(
    "Public addresses",
    arguments: [
      "1.1.1.1", "9.255.255.255", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1",
      "198.17.0.1", "223.255.255.255", "2606:4700::1111", "2001:4860:4860::8888", "2400:cb00::1", "::ffff:1.1.1.1",
    ])
  func isPublic(text: String) throws {
    #expect(try #require(address(text)).isPublic)
  }

  @Test("A redirect's target on a private address is refused in every spelling, and gets no request")
  func spellings() throws {
    let server = try ScriptedServer(replies: [.http(200)])
    defer { server.stop() }
    for host in [
      "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.1",
      "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0", "0", "169.254.169.254", "127.0.0.1.", "LOCALHOST", "user@127.0.0.1",
    ] {
      var request = HTTPRequest("GET", "http://\(host):\(server.port)/2018-06-01/runtime/invocation/next")
      request.peers = .publicOr(host: "203.0.113.7")
      let outcome = HTTPClient().sendAll([request], retrying: HTTPRetryPolicy(), deadline: soon)[0]
      guard case .failure(let error) = outcome else {
        Issue.record("\(host) got a request")
        continue
      }
      // Some spellings are no address to curl.
      #expect([.addressRefused, .connection, .invalidURL].contains(error.kind), "\(host): \(error)")
      if host == "127.0.0.1" {
        #expect(error.kind == .addressRefused && !error.isTransient)
        #expect(error.detail.contains("127.0.0.1, which is not a public address"))
      }
    }
    #expect(server.requests.isEmpty)
  }

  @Test("A host that is on a private address itself may be reached there, but never the refused authority")
  func exception() throws {
    let server = try ScriptedServer(replies: [.http(200)])
    let runtime = try ScriptedServer(replies: [.http(200)])
    defer {
      server.stop()
      runtime.stop()
    }
    var options = HTTPClient.Options()
    options.refusedAuthority = "127.0.0.1:\(runtime.port)"
    let client = HTTPClient(options)
    func send(_ url: String) -> HTTPError.Kind? {
      var request = HTTPRequest("GET", url)
      request.peers = .publicOr(host: "localhost")
      if case .failure(let error) = client.sendAll([request], retrying: .never, deadline: soon)[0] { return error.kind }
      return nil
    }
    #expect(send(server.url) == nil)
    #expect(send(runtime.url) == .addressRefused)
    #expect(send("http://0x7f000001:\(runtime.port)/") == .addressRefused)
    #expect(send("http://169.254.169.254/latest/meta-data/") == .addressRefused)
    #expect(send("http://[::1]:\(runtime.port)/") == .addressRefused, "a server may listen on all addresses")
    #expect(runtime.requests.isEmpty)
  }

  @Test("Loopback and unspecified addresses lead to this machine")
  func thisMachine() throws {
    for text in ["127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0"] {
      #expect(try #require(address(text)).isThisMachine, "\(text)")
    }
    for text in ["10.0.0.1", "169.254.169.254", "::2", "fe80::1", "::ffff:10.0.0.1", "2606:4700::1111"] {
      #expect(try !#require(address(text)).isThisMachine, "\(text)")
    }
  }

  @Test("A proxy of the environment does not carry a request to an address that is not public")
  func proxy() async {
    await #expect(processExitsWith: .success) {
      let proxy = try ScriptedServer(replies: [.http(200)])
      setenv("http_proxy", proxy.url, 1)
      var request = HTTPRequest("GET", "http://169.254.169.254/latest/meta-data/")
      request.peers = .publicOr(host: "127.0.0.1")
      let outcome = HTTPClient().sendAll(
        [request], retrying: .never, deadline: Deadline(after: .seconds(5), on: SystemTime()))
      guard case .failure(let error) = outcome[0], error.kind == .addressRefused, proxy.requests.isEmpty else {
        exit(1)
      }
    }
  }

  @Test("An IPv6 address is read to its end")
  func ipv6() {
    var request = HTTPRequest("GET", "http://[2001:db8:1:2:3:4:5:6]:9/")
    request.peers = .publicOr(host: "203.0.113.7")
    guard case .failure(let error) = HTTPClient().sendAll([request], retrying: .never, deadline: soon)[0] else {
      return
    }
    #expect(error.detail.contains("its host is at 2001:db8:1:2:3:4:5:6,"))
    var ownHost = HTTPRequest("GET", "http://[::1]:9/")
    ownHost.peers = .publicOr(host: "[::1]")
    guard case .failure(let refused) = HTTPClient().sendAll([ownHost], retrying: .never, deadline: soon)[0] else {
      return
    }
    #expect(refused.kind == .connection, "nothing listens there, but it may be asked: \(refused)")
  }

  @Test("Cookies are sent back to their host until they are forgotten")
  func cookies() throws {
    let server = try ScriptedServer { request in
      .http(200, request.target == "/set" ? [("Set-Cookie", "seen=1; Path=/"), ("Set-Cookie", "b=2")] : [])
    }
    defer { server.stop() }
    var options = HTTPClient.Options()
    options.keepsCookies = true
    let client = HTTPClient(options)
    func cookie(_ path: String, _ client: HTTPClient) throws -> String? {
      _ = try client.send(HTTPRequest("GET", server.url + path), deadline: soon)
      return server.requests.last?.header("Cookie")
    }
    #expect(try cookie("/set", client) == nil)
    #expect(try cookie("/a", client)?.split(separator: "; ").sorted() == ["b=2", "seen=1"])
    client.forgetCookies()
    #expect(try cookie("/a", client) == nil)
    // A host cannot fill the memory with cookies.
    let many = try ScriptedServer { request in
      .http(200, (0..<40).map { ("Set-Cookie", "c\(request.number)-\($0)=\(String(repeating: "x", count: 3000))") })
    }
    defer { many.stop() }
    for _ in 0..<12 { _ = try client.send(HTTPRequest("GET", many.url + "/"), deadline: soon) }
    #expect(many.requests.count { $0.header("Cookie") == nil } == 2, "the first, and one after a megabyte")
    let forgetful = HTTPClient()
    #expect(try cookie("/set", forgetful) == nil)
    #expect(try cookie("/a", forgetful) == nil)
  }
}
