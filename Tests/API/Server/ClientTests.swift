import APIRouting
import Foundation
import TestSupport
import Testing
import Time

@testable import APIServer

@Suite("The server's clients, without the server")
struct ClientTests {
  /// Two ends of a connection: the server's, which does not block, and the client's.
  private final class Connection {
    let server: Int32
    let client: Int32

    init() throws {
      var ends: [Int32] = [-1, -1]
      let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
      try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
      (server, client) = (ends[0], ends[1])
    }

    deinit {
      close(server)
      close(client)
    }

    func send(_ text: String) { #expect(Glibc.send(client, text, text.utf8.count, 0) == text.utf8.count) }

    /// True if bytes of the client wait to be read.
    var hasUnread: Bool {
      var byte: UInt8 = 0
      return recv(server, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0
    }
  }

  @Test("A connection is within a request from its first byte on, and not between two requests")
  func withinRequest() throws {
    let body = "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\n"
    for (rest, isWithin) in [("", false), ("GET / HT", true), (body, true)] {
      let connection = try Connection()
      let socket = ClientSocket(connection.server, stop: -1, time: SystemTime())
      var reader = RequestReader(socket, limits: ServerLimits(), source: "")
      connection.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
      #expect(try reader.next()?.request.path == "/")
      connection.send(rest)
      shutdown(connection.client, Int32(SHUT_WR))
      #expect(try reader.next()?.request.path == nil)
      #expect(reader.isWithinRequest == isWithin, "\(rest)")
    }
  }

  @Test("Of a refused client everything is read that came: with unread bytes it would lose its response")
  func refused() throws {
    let connection = try Connection()
    var clients = RefusedClients()
    connection.send("GET /" + String(repeating: "a", count: 30_000))
    clients.refuse(connection.server, with: Array("no".utf8), time: SystemTime())
    clients.tidy()
    #expect(!connection.hasUnread)
    #expect(!clients.isEmpty)
  }

  @Test("The server looks for its stop after some clients, however many come")
  func stop() throws {
    var limits = ServerLimits()
    limits.connections = 0
    let running = Locked<HTTPServer?>(nil)
    let refused = Locked(0)
    let server = try HTTPServer(
      host: "127.0.0.1", port: 0, router: Router([], RouterSettings(makeID: { "id" })), limits: limits,
      makeID: { "id" },
      log: { _ in
        refused.change { $0 += 1 }
        running.change { $0 }?.stop()
      })
    running.change { $0 = server }
    let clients = try (0..<100).map { _ in try RawClient(port: server.port) }
    server.run()
    #expect(refused.change { $0 } == 64)
    running.change { $0 = nil }
    withExtendedLifetime(clients) {}
  }
}
