import Glibc

/// Creates sockets on 127.0.0.1.
enum LoopbackSocket {
  /// Opens a socket and calls `body` with its descriptor and address.
  static func open<Result>(
    port: UInt16 = 0, _ body: (Int32, UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Result
  ) -> (descriptor: Int32, port: UInt16, result: Result) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body(descriptor, $0, &size) }
    }
    return (descriptor, UInt16(bigEndian: address.sin_port), result)
  }
}
