import Foundation
import Glibc

/// A server on 127.0.0.1 or another loopback address that refuses each connection with an error, as Postgres and PgBouncer
/// do, swallows it, or replies without end. It listens until the test process ends.
struct ScriptedPostgres: Sendable {
  let port: UInt16

  /// Refuses each connection.
  /// - Parameters:
  ///   - fields: the fields of the ErrorResponse by their letters
  ///     (https://www.postgresql.org/docs/current/protocol-error-fields.html).
  init(refusing fields: [(Character, String)], host: String = "127.0.0.1") {
    let (listener, port) = Self.listen(host, port: 0, backlog: 16)
    self.port = port
    Thread.detachNewThread {
      while case let client = accept(listener, nil, nil), client >= 0 {
        Self.refuse(client, fields)
        close(client)
      }
    }
  }

  /// Swallows each connection: the listener's backlog is full, so that the kernel drops what a client sends.
  init(swallowingAt host: String, port: UInt16 = 0) {
    let (_, bound) = Self.listen(host, port: port, backlog: 0)
    self.port = bound
    for _ in 0..<4 {
      let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      _ = Self.withAddress(host, bound) { connect(filler, $0, $1) }
    }
    usleep(100_000)
  }

  /// Accepts each connection and replies to what the client sends first, its start; then to the statements that follow, with
  /// a beginning and a part that it repeats.
  /// - Parameters:
  ///   - limit: the number of bytes after which it stops, so that a client without a limit of its own fails its test and
  ///     not the machine.
  ///   - pause: the microseconds between two blocks of 64 KB, as a network has them.
  init(greeting: [UInt8], sending beginning: [UInt8], thenRepeating part: [UInt8], upTo limit: Int, pause: UInt32) {
    let (listener, port) = Self.listen("127.0.0.1", port: 0, backlog: 16)
    self.port = port
    let block = Array(repeatElement(part, count: max(1, (1 << 16) / part.count)).joined())
    Thread.detachNewThread {
      while case let client = accept(listener, nil, nil), client >= 0 {
        var buffer = [UInt8](repeating: 0, count: 4096)
        _ = recv(client, &buffer, buffer.count, 0)
        if !greeting.isEmpty {
          _ = send(client, greeting, greeting.count, Int32(MSG_NOSIGNAL))
          _ = recv(client, &buffer, buffer.count, 0)
        }
        var sent = send(client, beginning, beginning.count, Int32(MSG_NOSIGNAL))
        while sent < limit, case let count = send(client, block, block.count, Int32(MSG_NOSIGNAL)), count > 0 {
          sent += count
          if pause > 0 { usleep(pause) }
        }
        close(client)
      }
    }
  }

  /// Accepts one connection, and replies to each Sync that the client sends: first with the first reply, then with the other.
  init(greeting: [UInt8], sending first: [UInt8], then other: [UInt8]) {
    let (listener, port) = Self.listen("127.0.0.1", port: 0, backlog: 16)
    self.port = port
    Thread.detachNewThread {
      let client = accept(listener, nil, nil)
      var buffer = [UInt8](repeating: 0, count: 4096)
      _ = recv(client, &buffer, buffer.count, 0)
      _ = send(client, greeting, greeting.count, Int32(MSG_NOSIGNAL))
      var (received, isFirst): ([UInt8], Bool) = ([], true)
      while case let count = recv(client, &buffer, buffer.count, 0), count > 0 {
        received += buffer[..<count]
        while let sync = received.firstRange(of: [UInt8(ascii: "S"), 0, 0, 0, 4]) {
          received.removeFirst(sync.upperBound)
          let reply = isFirst ? first : other
          isFirst = false
          var sent = 0
          while sent < reply.count,
            case let count = send(client, Array(reply[sent...]), reply.count - sent, Int32(MSG_NOSIGNAL)),
            count > 0
          { sent += count }
        }
      }
      close(client)
    }
  }

  private static func refuse(_ client: Int32, _ fields: [(Character, String)]) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    // The requests for GSSAPI and for TLS have 8 bytes, and are declined with one letter.
    while case let count = recv(client, &buffer, buffer.count, 0), count > 0 {
      guard count > 8 else {
        _ = send(client, "N", 1, Int32(MSG_NOSIGNAL))
        continue
      }
      var body: [UInt8] = []
      for (letter, text) in fields { body += Array("\(letter)\(text)".utf8) + [0] }
      body.append(0)
      let length = UInt32(body.count + 4).bigEndian
      body = [UInt8(ascii: "E")] + withUnsafeBytes(of: length) { Array($0) } + body
      _ = send(client, body, body.count, Int32(MSG_NOSIGNAL))
      shutdown(client, Int32(SHUT_WR))
      _ = recv(client, &buffer, buffer.count, 0)
      return
    }
  }

  private static func listen(_ host: String, port: UInt16, backlog: Int32) -> (descriptor: Int32, port: UInt16) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var isOn: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout.size(ofValue: isOn)))
    let status = withAddress(host, port) { bind(listener, $0, $1) } + Glibc.listen(listener, backlog)
    precondition(status == 0, "\(host):\(port) cannot be bound")
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(listener, $0, &size) }
    }
    return (listener, UInt16(bigEndian: address.sin_port))
  }

  private static func withAddress(_ host: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32)
    -> Int32
  {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, host, &address.sin_addr)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
