import Glibc

extension StringProtocol {
  /// True for a host that can only be this machine: `localhost`, an address of 127.0.0.0/8, or `::1` (without brackets).
  /// Other names are not looked up, because whoever answers for them decides where they lead.
  public var isLoopbackHost: Bool {
    if lowercased() == "localhost" { return true }
    var (v4, v6) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, String(self), &v4) == 1 { return UInt32(bigEndian: v4.s_addr) >> 24 == 127 }
    guard inet_pton(AF_INET6, String(self), &v6) == 1 else { return false }
    return withUnsafeBytes(of: v6) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
  }
}
