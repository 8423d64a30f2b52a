import Foundation

/// Ports for servers that a test starts as processes.
public enum FreePort {
  /// Below the ports that the system gives to clients, and to servers that ask for any (ip(7), `ip_local_port_range`), and
  /// below those of the stack (statemachine/local/services/home.py): of the tests at the same time, only one that asks here
  /// for a port can take it before the process has it.
  private static let range: ClosedRange<UInt16> = 10_000...19_999

  /// Returns a port on 127.0.0.1 that nothing listens on.
  public static func find() throws -> UInt16 {
    for _ in 0..<100 {
      let port = UInt16.random(in: range)
      if isFree(port) { return port }
    }
    throw POSIXError(.EADDRINUSE)
  }

  private static func isFree(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = port.bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
