import CCurl
import Glibc

/// The IP address of a peer.
struct NetworkAddress: Equatable, CustomStringConvertible {
  /// 4 bytes of IPv4, or 16 of IPv6, in network order.
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Returns nil for an address that is neither IPv4 nor IPv6.
  init?(_ address: UnsafePointer<sockaddr>) {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { ipv4 in
        withUnsafeBytes(of: ipv4.pointee.sin_addr) { Array($0) }
      }
    case AF_INET6:
      bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { ipv6 in
        withUnsafeBytes(of: ipv6.pointee.sin6_addr) { Array($0) }
      }
    default: return nil
    }
  }

  /// Returns the addresses of a host's name, or of an address in any spelling. It waits for the name server.
  static func addresses(of host: String) -> [NetworkAddress] {
    var list: UnsafeMutablePointer<addrinfo>?
    let name = host.hasPrefix("[") ? String(host.dropFirst().prefix { $0 != "]" }) : host
    guard getaddrinfo(name, nil, nil, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    return sequence(first: list) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap { entry in
      entry?.pointee.ai_addr.flatMap { NetworkAddress($0) }
    }
  }

  /// True for an address of the public Internet. False for the others of IANA's registries of special-purpose addresses:
  /// unspecified, private, shared (carriers), loopback, link-local, multicast, documentation, benchmarks and reserved.
  var isPublic: Bool {
    if bytes.count == 4 { return Self.isPublic(ipv4: bytes) }
    guard bytes.count == 16 else { return false }
    // IPv4 in IPv6: mapped (::ffff:0:0/96), NAT64 (64:ff9b::/96), 6to4 (2002::/16).
    if bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
      || bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0])
    {
      return Self.isPublic(ipv4: Array(bytes[12...]))
    }
    if bytes.starts(with: [0x20, 0x02]) { return Self.isPublic(ipv4: Array(bytes[2..<6])) }
    // Global unicast is 2000::/3; of it 2001::/23 and 2001:db8::/32 are special.
    return bytes[0] >> 5 == 1 && !(bytes.starts(with: [0x20, 0x01]) && bytes[2] < 2)
      && !bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8])
  }

  /// True for loopback and unspecified addresses, both of which lead to this machine.
  var isThisMachine: Bool {
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    let ipv4 = bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
    if ipv4.count == 4 { return ipv4[0] == 127 || ipv4[0] == 0 }
    return bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last.map { $0 <= 1 } ?? false
  }

  private static func isPublic(ipv4 bytes: [UInt8]) -> Bool {
    switch (bytes[0], bytes[1], bytes[2]) {
    case (0, _, _), (10, _, _), (127, _, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (100, 64...127, _),
      (192, 0, 0), (192, 0, 2), (198, 18...19, _), (198, 51, 100), (203, 0, 113), (224..., _, _):
      false
    default: true
    }
  }

  var description: String {
    if bytes.count == 4 { return bytes.map { "\($0)" }.joined(separator: ".") }
    let groups = stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    return groups.map { String($0, radix: 16) }.joined(separator: ":")
  }
}
