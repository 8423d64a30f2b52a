import Foundation

/// A client that sends bytes as they are, over a real socket.
final class RawClient {
  private let descriptor: Int32
  private var received: [UInt8] = []

  /// - Parameter receiveBuffer: the bytes that its kernel takes before they are read; nil for the standard.
  init(port: Int, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw POSIXError(.ECONNREFUSED) }
    // No test waits longer for a response.
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  func get(_ path: String, _ headers: String = "") { send("GET \(path) HTTP/1.1\r\nHost: t\r\n\(headers)\r\n") }

  /// A response: its status, the whole head, its body.
  struct Response {
    var status = 0
    var head = ""
    var body = ""
  }

  /// Reads the next response; nil if the server has closed the connection.
  func response() -> Response? {
    var end = received.firstRange(of: Self.endOfHead)
    while end == nil {
      guard readMore() else { return nil }
      end = received.firstRange(of: Self.endOfHead)
    }
    guard let end else { return nil }
    let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
    let length = head.components(separatedBy: "content-length: ").dropFirst().first
    let count = end.upperBound + (length.flatMap { Int($0.prefix { $0.isNumber }) } ?? 0)
    while received.count < count { guard readMore() else { return nil } }
    let body = String(decoding: received[end.upperBound..<count], as: UTF8.self)
    received.removeFirst(count)
    return Response(status: Int(head.split(separator: " ")[1]) ?? 0, head: head, body: body)
  }

  private static let endOfHead = Array("\r\n\r\n".utf8)

  /// True if the server closes the connection without sending more.
  var isClosed: Bool { received.isEmpty && !readMore() }

  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The text that was read and is no whole response yet.
  var unread: String { String(decoding: received, as: UTF8.self) }

  /// Reads so many bytes, or a few more; false if the server has closed the connection before.
  func read(_ count: Int) -> Bool {
    let end = received.count + count
    while received.count < end { if !readMore(atMost: 16 << 10) { return false } }
    return true
  }

  /// Reads some bytes; false if the server has closed the connection.
  func readMore(atMost most: Int = 65_536) -> Bool {
    var bytes = [UInt8](repeating: 0, count: most)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return false }
    received += bytes.prefix(count)
    return true
  }
}
