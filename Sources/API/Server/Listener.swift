import Glibc

/// A socket that takes connections. Its pointers are those of the C library's own sockets, which no folder of Core wraps:
/// nothing else listens.
final class Listener: Sendable {
  let descriptor: Int32
  /// The port, also where the caller left the choice to the kernel.
  let port: Int

  /// - Parameters:
  ///   - host: a name or a numeric address of this machine.
  ///   - port: 0 for a free one.
  /// - Throws: if the address cannot be had.
  init(host: String, port: Int) throws(ListenFailure) {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0, let entry = list?.pointee else {
      throw .host(host)
    }
    defer { freeaddrinfo(list) }
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    descriptor = socket(entry.ai_family, kind, entry.ai_protocol)
    var isOn: Int32 = 1
    // A server that is started again need not wait for the old one's last connections.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout.size(ofValue: isOn)))
    guard descriptor >= 0, bind(descriptor, entry.ai_addr, entry.ai_addrlen) == 0, listen(descriptor, 128) == 0 else {
      let code = errno
      close(descriptor)
      guard code != EADDRNOTAVAIL else { throw .host(host) }
      throw ListenFailure(
        isHost: false,
        message: "\(host):\(port): \(String(cString: strerror(code))). Choose another port with --port or API_PORT")
    }
    self.port = Self.port(of: descriptor) ?? port
  }

  deinit { close(descriptor) }

  /// Takes no connection any more: a client is refused at once, and does not wait for a response.
  func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Takes a connection that waits.
  /// - Returns: nil if none does.
  func accept() -> (descriptor: Int32, source: String)? {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout.size(ofValue: address))
    let (client, source) = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        let client = Glibc.accept(descriptor, generic, &size)
        return (client, client < 0 ? "" : Self.name(of: generic, size))
      }
    }
    guard client >= 0 else {
      // The connection that cannot be taken still waits, so that each poll would return at once.
      if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { usleep(100_000) }
      return nil
    }
    _ = fcntl(client, F_SETFL, O_NONBLOCK)
    _ = fcntl(client, F_SETFD, FD_CLOEXEC)
    return (client, source)
  }

  private static func name(of address: UnsafePointer<sockaddr>, _ size: socklen_t) -> String {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard getnameinfo(address, size, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else { return "" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func port(of descriptor: Int32) -> Int? {
    var address = sockaddr_storage()
    var size = socklen_t(MemoryLayout.size(ofValue: address))
    let found = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    guard found == 0 else { return nil }
    // The port is at the same place in both families.
    return withUnsafeBytes(of: &address) { Int($0[2]) << 8 | Int($0[3]) }
  }
}
