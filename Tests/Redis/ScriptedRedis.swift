import Foundation
import Glibc

/// A server on a free port of this machine that does what a test tells it to, with one connection after another.
/// It listens for as long as the tests run.
struct ScriptedRedis: Sendable {
  let port: UInt16

  var url: String { "redis://127.0.0.1:\(port)" }

  /// - Parameters:
  ///   - backlog: how many connections wait unaccepted.
  ///   - script: called for each connection, which is closed when it returns; nil accepts none.
  init(backlog: Int32 = 16, _ script: (@Sendable (Peer) -> Void)?) {
    let (listener, port, _) = LoopbackSocket.open {
      bind($0, $1, $2) + listen($0, backlog) + getsockname($0, $1, &$2)
    }
    self.port = port
    guard let script else { return }
    Thread.detachNewThread {
      while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
        // What is sent is there, and does not wait until what was sent before is acknowledged.
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout.size(ofValue: isOn)))
        script(Peer(descriptor: descriptor))
        close(descriptor)
      }
    }
  }

  /// One connection.
  struct Peer: Sendable {
    let descriptor: Int32

    /// What comes in one read; empty at the end.
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

    /// Takes the client's name in, as every connection begins, and then its next words.
    @discardableResult
    func welcome() -> String {
      receive()
      send("+OK\r\n")
      return receive()
    }

    func waitUntilClosed() {
      while !receive().isEmpty {}
    }

    /// Makes the close a reset.
    func dropHard() {
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
  }
}
