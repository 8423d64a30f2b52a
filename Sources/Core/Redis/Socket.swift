import Glibc
import Time

/// A TCP connection. Its descriptor never blocks: every wait is a poll(2) with a limit.
final class Socket: ByteStream {
  private let descriptor: Int32

  /// Connects to the first of the host's addresses that answers. The deadline is shared out evenly among the addresses
  /// that are left, so that one which swallows packets does not use up the others' time. Looking a name up is the
  /// system's resolver's work, which blocks as long as resolv.conf(5) says.
  static func connect(to host: String, port: UInt16, _ patience: Patience) throws(RedisError) -> Socket {
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
      let share = patience.deadline.remaining / (addresses.count - index)
      do {
        return try Socket(address, Patience(timeout: share, deadline: patience.deadline))
      } catch {
        failure = error
      }
    }
    throw failure
  }

  private init(_ address: addrinfo, _ patience: Patience) throws(RedisError) {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = try Self.check(socket(address.ai_family, type, 0), "no socket")
    // A command is sent in one piece and waited for: holding its tail back would only delay it.
    try setOption(IPPROTO_TCP, TCP_NODELAY)
    try setOption(SOL_SOCKET, SO_KEEPALIVE)
    if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == -1 {
      guard errno == EINPROGRESS else { throw Self.failure("no connection") }
      try wait(for: POLLOUT, patience)
      var status: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      try Self.check(getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &status, &size), "no connection")
      guard status == 0 else { throw Self.failure("no connection", status) }
    }
  }

  deinit { close(descriptor) }

  func send(_ bytes: [UInt8], _ patience: Patience) throws(RedisError) {
    var sent = 0
    while sent < bytes.count {
      // MSG_NOSIGNAL: a peer that has gone is an error here, not a signal to the process.
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        try wait(for: POLLOUT, patience)
      } else if errno != EINTR {
        throw Self.failure("the connection broke")
      }
    }
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer, _ patience: Patience) throws(RedisError) -> Int {
    while true {
      // Checked even when bytes are there: a peer that never stops must not outlast the deadline.
      guard !patience.deadline.hasPassed else { throw Self.tooLate }
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count >= 0 { return count }
      if errno == EAGAIN {
        try wait(for: POLLIN, patience)
      } else if errno != EINTR {
        throw Self.failure("the connection broke")
      }
    }
  }

  var isQuiet: Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) == 0
  }

  /// Waits until the descriptor is ready or has an error, which the next call on it will tell.
  private func wait(for events: Int32, _ patience: Patience) throws(RedisError) {
    let limit = Deadline(after: .milliseconds(Int64(patience.milliseconds)), on: SystemTime())
    while true {
      var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      let ready = poll(&request, 1, Patience(timeout: limit.remaining, deadline: patience.deadline).milliseconds)
      if ready > 0 { return }
      guard ready == -1 && errno == EINTR else { throw Self.tooLate }
    }
  }

  private func setOption(_ level: some BinaryInteger, _ name: Int32) throws(RedisError) {
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    try Self.check(setsockopt(descriptor, Int32(level), name, &on, size), "a socket option is refused")
  }

  @discardableResult
  private static func check(_ status: Int32, _ what: String) throws(RedisError) -> Int32 {
    guard status != -1 else { throw failure(what) }
    return status
  }

  private static func failure(_ what: String, _ code: Int32 = errno) -> RedisError {
    RedisError(.connection, detail: "\(what): \(String(cString: strerror(code)))")
  }

  private static var tooLate: RedisError { RedisError(.timedOut, detail: "the server did not answer in time") }
}
