import Glibc
import Time

/// A TCP connection. Its descriptor is non-blocking: every wait is a poll(2) with a limit.
final class Socket: ByteStream {
  private let descriptor: Int32

  /// Connects to the first of the host's addresses that responds. The remaining time is divided evenly among the remaining
  /// addresses, so that one that drops packets does not use up the time of the others. The system's resolver looks names
  /// up and blocks for as long as resolv.conf(5) allows.
  static func connect(to host: String, port: UInt16, _ limit: WaitLimit) throws(RedisError) -> Socket {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &list)
    guard status == 0 else {
      throw RedisError(.connection, detail: "the host is not found: \(String(cString: gai_strerror(status)))")
    }
    defer { freeaddrinfo(list) }
    let addresses = Array(sequence(first: list) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap { $0?.pointee })

    var failure = RedisError(.connection, detail: "the host has no address")
    for (index, address) in addresses.enumerated() {
      let share = limit.deadline.remaining / (addresses.count - index)
      do {
        return try Socket(address, WaitLimit(timeout: share, deadline: limit.deadline))
      } catch {
        failure = error
      }
    }
    throw failure
  }

  private init(_ address: addrinfo, _ limit: WaitLimit) throws(RedisError) {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = try Self.check(socket(address.ai_family, type, 0), "no socket")
    // A command is sent as a whole, so Nagle's algorithm would only delay its last packet.
    try setOption(IPPROTO_TCP, TCP_NODELAY)
    try setOption(SOL_SOCKET, SO_KEEPALIVE)
    if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == -1 {
      guard errno == EINPROGRESS else { throw Self.failure("no connection") }
      try wait(for: POLLOUT, limit)
      var status: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      try Self.check(getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &status, &size), "no connection")
      guard status == 0 else { throw Self.failure("no connection", status) }
    }
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8], _ limit: WaitLimit) throws(RedisError) {
    var sent = 0
    while sent < bytes.count {
      // MSG_NOSIGNAL: a closed connection is an error here, not a signal to the process.
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        try wait(for: POLLOUT, limit)
      } else if errno != EINTR {
        throw Self.failure("the connection broke")
      }
    }
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer, _ limit: WaitLimit) throws(RedisError) -> Int {
    while true {
      // Checked even if bytes are available: a server that never stops sending must not outlast the deadline.
      guard !limit.deadline.hasPassed else { throw Self.timedOut }
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return count }
      if errno == EAGAIN {
        try wait(for: POLLIN, limit)
      } else if errno != EINTR {
        throw Self.failure("the connection broke")
      }
    }
  }

  var isQuiet: Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) == 0
  }

  /// Waits until the descriptor is ready or has an error, which the next call on it returns.
  private func wait(for events: Int32, _ limit: WaitLimit) throws(RedisError) {
    let end = Deadline(after: .milliseconds(Int64(limit.milliseconds)), on: SystemTime())
    while true {
      var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      let ready = poll(&request, 1, WaitLimit(timeout: end.remaining, deadline: limit.deadline).milliseconds)
      if ready > 0 { return }
      guard ready == -1 && errno == EINTR else { throw Self.timedOut }
    }
  }

  private func setOption(_ level: some BinaryInteger, _ name: Int32) throws(RedisError) {
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    try Self.check(setsockopt(descriptor, Int32(level), name, &on, size), "a socket option was refused")
  }

  @discardableResult
  private static func check(_ status: Int32, _ problem: String) throws(RedisError) -> Int32 {
    guard status != -1 else { throw failure(problem) }
    return status
  }

  private static func failure(_ problem: String, _ code: Int32 = errno) -> RedisError {
    RedisError(.connection, detail: "\(problem): \(String(cString: strerror(code)))")
  }

  private static var timedOut: RedisError { RedisError(.timedOut, detail: "the server did not respond in time") }
}
