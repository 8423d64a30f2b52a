import Foundation
import Glibc

/// A server on a free port of 127.0.0.1 that runs a test's script for one connection after another. It listens until the
/// test process ends.
struct ScriptedRedis: Sendable {
  let port: UInt16

  var url: String { "redis://127.0.0.1:\(port)" }

  /// - Parameters:
  ///   - backlog: the number of connections that may wait to be accepted.
  ///   - script: called for each connection, which is closed when it returns. Nil accepts no connection.
  init(backlog: Int32 = 16, _ script: (@Sendable (Peer) -> Void)?) {
    let (listener, port, _) = LoopbackSocket.open {
      bind($0, $1, $2) + listen($0, backlog) + getsockname($0, $1, &$2)
    }
    self.port = port
    guard let script else { return }
    Thread.detachNewThread {
      while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
        // Sends at once, without waiting until the previous packet is acknowledged.
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout.size(ofValue: isOn)))
        script(Peer(descriptor: descriptor))
        close(descriptor)
      }
    }
  }

  /// A connection from a client.
  struct Peer: Sendable {
    let descriptor: Int32

    /// Returns the bytes of one read; empty at the end of the stream.
    @discardableResult
    func receive() -> String {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = recv(descriptor, &buffer, buffer.count, 0)
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    func send(_ text: String) {
      let bytes = Array(text.utf8)
      _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Replies to CLIENT SETNAME, with which every connection begins.
    /// - Returns: the next bytes.
    @discardableResult
    func welcome() -> String {
      receive()
      send("+OK\r\n")
      return receive()
    }

    func waitUntilClosed() {
      while !receive().isEmpty {}
    }

    /// Makes the closing of the connection a reset.
    func dropHard() {
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
  }
}
