import Foundation
import TestSupport
import Testing

extension StateMachineTests {
  /// The local AWS keeps bodies in memory, so that a body without end would take all of it.
  @Suite("A request body of more than 64 MB") struct RequestBodyTests {
    private let largest = 64 << 20

    @Test("is refused by its declared length, before any of it is sent")
    func declared() throws {
      let connection = try Connection(to: try #require(Interpreter.running))
      try connection.send("PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(largest + 1)\r\n\r\n")
      let response = try connection.response()
      #expect(response.hasPrefix("HTTP/1.1 413 "), "\(response)")
      #expect(response.contains("<Code>EntityTooLarge</Code>"), "\(response)")
    }

    @Test("is refused in chunks too, when it passes the limit")
    func chunked() throws {
      let connection = try Connection(to: try #require(Interpreter.running))
      try connection.send(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n")
      let chunk = "100000\r\n" + String(repeating: "x", count: 1 << 20) + "\r\n"
      for _ in 0...(largest >> 20) { try connection.send(chunk) }
      connection.finishSending()
      let response = try connection.response()
      #expect(response.hasPrefix("HTTP/1.1 413 "), "\(response)")
      #expect(response.contains("RequestEntityTooLargeException"), "\(response)")
    }

    @Test("is the only one that is refused: 64 MB reach the check of signatures", arguments: ["64 MB", "a little"])
    func allowed(size: String) throws {
      let connection = try Connection(to: try #require(Interpreter.running))
      let body = String(repeating: "x", count: size == "64 MB" ? largest : 1)
      try connection.send("PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.count)\r\n\r\n\(body)")
      let response = try connection.response()
      #expect(response.hasPrefix("HTTP/1.1 403 "), "\(response)")
    }

    @Test("cannot hide behind a length that is no number", arguments: ["-1", "1e3", "+5"])
    func noNumber(length: String) throws {
      let connection = try Connection(to: try #require(Interpreter.running))
      try connection.send("PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(length)\r\n\r\n")
      let response = try connection.response()
      #expect(response.hasPrefix("HTTP/1.1 400 "), "\(response)")
    }
  }
}

/// A connection to the local AWS that sends exactly the given bytes. HTTP clients would complete the request.
private final class Connection {
  private let descriptor: Int32

  init(to interpreter: Interpreter) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let port = URL(string: interpreter.environment["AWS_ENDPOINT_URL"] ?? "")?.port ?? 0
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  deinit { close(descriptor) }

  func send(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      bytes = bytes.dropFirst(sent)
    }
  }

  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Returns all bytes until the server closes the connection, or what came within the time limit.
  func response() throws -> String {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return String(decoding: received, as: UTF8.self) }
      received += buffer[..<count]
    }
  }
}
