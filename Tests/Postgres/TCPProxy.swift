import Foundation
import TestSupport

/// A server that accepts connections and sends nothing.
final class SilentServer {
  private let listener: Listener
  var port: UInt16 { listener.port }

  init() throws { listener = Listener() }
}

/// A proxy that forwards bytes in both directions, and stops forwarding between `hang` and `resume`.
final class TCPProxy {
  /// The server's address through the proxy, without TLS.
  let url: String
  private let listener = Listener()
  private let hangs = Locked(false)

  init(to server: String) throws {
    let target = URLComponents(string: server)?.port ?? 5432
    var parts = URLComponents(string: server) ?? URLComponents()
    parts.host = "127.0.0.1"
    parts.port = Int(listener.port)
    parts.query = "sslmode=disable"
    url = parts.string ?? ""
    let (hangs, listener) = (hangs, listener.descriptor)
    Thread.detachNewThread {
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        _ = Listener.withAddress(port: UInt16(target)) { connect(server, $0, $1) }
        for (from, to) in [(client, server), (server, client)] {
          Thread.detachNewThread { Self.pass(from, to, hangs) }
        }
      }
    }
  }

  func hang() { hangs.change { $0 = true } }

  func resume() { hangs.change { $0 = false } }

  private static func pass(_ from: Int32, _ to: Int32, _ hangs: Locked<Bool>) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(from, &buffer, buffer.count, 0)
      // Bytes that arrive meanwhile are neither forwarded nor refused, as on a machine that hangs.
      while hangs.change({ $0 }) { usleep(5000) }
      guard count > 0, send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
    }
    shutdown(to, Int32(SHUT_RDWR))
    shutdown(from, Int32(SHUT_RDWR))
  }
}

/// A listening socket on a free port of 127.0.0.1.
private final class Listener: Sendable {
  let descriptor: Int32
  let port: UInt16

  init() {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    _ = Self.withAddress(port: 0) { bind(descriptor, $0, $1) }
    listen(descriptor, 8)
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
    }
    self.descriptor = descriptor
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  static func withAddress(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
