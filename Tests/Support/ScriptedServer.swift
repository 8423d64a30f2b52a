import Foundation

/// An HTTP/1.1 server on loopback that responds as a test specifies and records the exact bytes of requests.
public final class ScriptedServer: @unchecked Sendable {
  /// A request as received.
  public struct Request: Sendable {
    /// The number of the request over all connections, starting at 1.
    public let number: Int
    /// The number of the connection, starting at 1.
    public let connection: Int
    /// The request line and the header lines, including line ends.
    public let head: String
    public let body: Data

    /// `GET`, `PUT`, …
    public var method: String { String(head.prefix { $0 != " " }) }
    /// Path and query as sent.
    public var target: String { head.split(separator: " ", maxSplits: 2).dropFirst().first.map(String.init) ?? "" }

    /// Returns the first value of a header.
    public func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n").dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, parts[0].lowercased() == name.lowercased() {
          return parts[1].trimmingCharacters(in: .whitespaces)
        }
      }
      return nil
    }
  }

  /// A response.
  public struct Reply: Sendable {
    /// The bytes to send, unchanged.
    public var bytes: Data
    /// True if the connection is closed after the response.
    public var closes: Bool
    /// The delay before the response, in seconds.
    public var delay: TimeInterval

    public init(bytes: Data, closes: Bool = false, delay: TimeInterval = 0) {
      self.bytes = bytes
      self.closes = closes
      self.delay = delay
    }

    /// Returns a well-formed response. With `cutTo`, only that many bytes of the body are sent and the connection is closed.
    public static func http(
      _ status: Int = 200, _ headers: [(String, String)] = [], _ body: Data = Data(), cutTo: Int? = nil,
      delay: TimeInterval = 0
    ) -> Reply {
      var head = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(body.count)\r\n"
      for (name, value) in headers { head += "\(name): \(value)\r\n" }
      let sent = cutTo.map { body.prefix($0) } ?? body
      return Reply(bytes: Data((head + "\r\n").utf8) + sent, closes: cutTo != nil, delay: delay)
    }

    public static func http(
      _ status: Int = 200, _ headers: [(String, String)] = [], _ body: String, delay: TimeInterval = 0
    ) -> Reply {
      http(status, headers, Data(body.utf8), delay: delay)
    }

    /// A reply that closes the connection without a response.
    public static let hangUp = Reply(bytes: Data(), closes: true)
  }

  public let port: UInt16
  private let listener: Int32
  private let respond: @Sendable (Request) -> Reply
  private let lock = NSLock()
  private var kept: [Request] = []
  private var open: Set<Int32> = []
  private var connections = 0
  private var isStopped = false

  /// `http://127.0.0.1:PORT`.
  public var url: String { "http://127.0.0.1:\(port)" }

  /// All requests so far, in the order in which they were completely received.
  public var requests: [Request] { lock.withLock { kept } }

  /// Starts a server on a free port. `respond` is called on a separate thread for each connection.
  public init(_ respond: @escaping @Sendable (Request) -> Reply) throws {
    self.respond = respond
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(listener, generic, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, generic, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in acceptConnections() }
  }

  /// Starts a server that sends the given replies in turn, and then repeats the last one.
  public convenience init(replies: [Reply]) throws {
    try self.init { request in replies[min(request.number, replies.count) - 1] }
  }

  /// Closes the port and every connection.
  public func stop() {
    lock.withLock {
      guard !isStopped else { return }
      isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
    }
  }

  deinit { stop() }

  private func acceptConnections() {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else {
        // Not closed in `stop`: another server could get the same descriptor, and this thread, about to call `accept`
        // again, would take its connections.
        close(listener)
        return
      }
      let number = lock.withLock {
        connections += 1
        open.insert(connection)
        return connections
      }
      Thread.detachNewThread { [self] in
        serve(connection, number: number)
        lock.withLock { _ = open.remove(connection) }
        close(connection)
      }
    }
  }

  private func serve(_ connection: Int32, number: Int) {
    var buffer = Data()
    while let (head, body) = readRequest(connection, &buffer) {
      let request = lock.withLock {
        let request = Request(number: kept.count + 1, connection: number, head: head, body: body)
        kept.append(request)
        return request
      }
      var reply = respond(request)
      if reply.delay > 0 { Thread.sleep(forTimeInterval: reply.delay) }
      while !reply.bytes.isEmpty {
        let sent = reply.bytes.withUnsafeBytes {
          send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent > 0 else { return }
        reply.bytes.removeFirst(sent)
      }
      if reply.closes { return }
    }
  }

  private func readRequest(_ connection: Int32, _ buffer: inout Data) -> (head: String, body: Data)? {
    let end = Data("\r\n\r\n".utf8)
    while true {
      if let range = buffer.range(of: end) {
        let head = String(decoding: buffer[..<range.lowerBound], as: UTF8.self) + "\r\n"
        let length = Request(number: 0, connection: 0, head: head, body: Data()).header("Content-Length").flatMap(
          Int.init)
        let bodyEnd = range.upperBound + (length ?? 0)
        if buffer.count >= bodyEnd - buffer.startIndex {
          let body = Data(buffer[range.upperBound..<bodyEnd])
          buffer = Data(buffer[bodyEnd...])
          return (head, body)
        }
      }
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = recv(connection, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      buffer.append(contentsOf: chunk[..<count])
    }
  }
}
