import APIRouting
import Glibc
import Text
import Time

/// Reads the requests of a connection, one after another. Bytes of the next one stay in the buffer, so a client may send
/// several without waiting. A body is read and dropped: no route takes one.
struct RequestReader {
  let socket: ClientSocket
  let limits: ServerLimits
  /// The client's address.
  let source: String
  private var buffer: [UInt8] = []
  /// True if bytes of the request that was read last, or that is being read, have come.
  private(set) var isWithinRequest = false

  init(_ socket: ClientSocket, limits: ServerLimits, source: String) {
    self.socket = socket
    self.limits = limits
    self.source = source
  }

  /// Reads the next request.
  /// - Returns: nil if the client has closed the connection, or sends nothing more, or the server stops.
  /// - Throws: `Refusal` for what is no request, too large or too slow.
  mutating func next() throws(Refusal) -> (request: APIRequest, isKeptAlive: Bool)? {
    isWithinRequest = !buffer.isEmpty
    if buffer.isEmpty {
      let idle = socket.deadline(after: limits.idleTime)
      guard socket.wait(for: POLLIN, until: idle, isStoppable: true) == .ready, socket.read(into: &buffer),
        !buffer.isEmpty
      else { return nil }
      isWithinRequest = true
    }
    guard let head = try readHead() else { return nil }
    guard head.length <= limits.body else { throw Refusal(413, "The body may have \(limits.body) bytes") }
    if head.isContinueExpected, head.length > buffer.count {
      let line = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
      guard socket.write(line[...], until: socket.deadline(after: .seconds(5))) else { return nil }
    }
    guard try dropBody(head.length) else { return nil }
    let request = APIRequest(
      method: head.method, path: head.path, query: head.query, headers: head.headers, source: source)
    return (request, head.isKeptAlive)
  }

  /// - Returns: false if the client has closed the connection.
  private mutating func dropBody(_ length: Int) throws(Refusal) -> Bool {
    let deadline = socket.deadline(after: limits.bodyTime)
    var left = length
    while true {
      let count = min(left, buffer.count)
      buffer.removeFirst(count)
      left -= count
      if left == 0 { return true }
      guard try readMore(until: deadline, "the body") else { return false }
    }
  }

  /// Reads up to the empty line.
  private mutating func readHead() throws(Refusal) -> RequestHead? {
    let deadline = socket.deadline(after: limits.headTime)
    var searched = 0
    while true {
      // A client may send an empty line before a request (RFC 9112, 2.2).
      if searched == 0, buffer.starts(with: [0x0D, 0x0A]) { buffer.removeFirst(2) }
      if let end = endOfHead(from: max(0, searched - 3)) {
        guard end <= limits.head else { throw tooLong }
        let head = try RequestHead(parsing: buffer[..<end])
        buffer.removeFirst(end + 4)
        return head
      }
      guard buffer.count <= limits.head else { throw tooLong }
      searched = buffer.count
      guard try readMore(until: deadline, "the headers") else { return nil }
    }
  }

  private var tooLong: Refusal {
    buffer.prefix(limits.head).contains(0x0A)
      ? Refusal(431, "The headers may have \(limits.head) bytes")
      : Refusal(414, "The path and the query may have \(limits.head) bytes")
  }

  private func endOfHead(from start: Int) -> Int? {
    guard buffer.count >= 4 else { return nil }
    for index in start...max(start, buffer.count - 4)
    where index + 3 < buffer.count && buffer[index] == 0x0D && buffer[index + 1] == 0x0A && buffer[index + 2] == 0x0D
      && buffer[index + 3] == 0x0A
    {
      return index
    }
    return nil
  }

  /// - Returns: false if the client has closed the connection.
  private mutating func readMore(until deadline: Deadline, _ part: String) throws(Refusal) -> Bool {
    guard socket.wait(for: POLLIN, until: deadline) == .ready else {
      throw Refusal(408, "\(part) did not arrive in time")
    }
    return socket.read(into: &buffer)
  }
}
