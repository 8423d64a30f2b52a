import CCurl
import Glibc

extension Transfer {
  /// Checks the address of each connection before it is opened.
  func configureSockets(_ this: UnsafeMutableRawPointer) throws(HTTPError) {
    try check(curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, this))
    try check(
      curl_set_open_socket(easy) { this, _, address in
        guard let address, let transfer = Transfer.from(this) else { return CURL_SOCKET_BAD }
        // The field is declared as short as an IPv4 address. A copy of it would lack the end of an IPv6 address.
        guard let name = curl_sockaddr_name(address) else { return CURL_SOCKET_BAD }
        let (peer, port) = (NetworkAddress(name), portNumber(of: name))
        guard let peer, transfer.mayConnect(to: peer, port: port) else {
          transfer.refusedAddress = peer
          return CURL_SOCKET_BAD
        }
        return socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
      })
  }

  private func mayConnect(to peer: NetworkAddress, port: Int) -> Bool {
    guard case .publicOr(let host) = request.peers, !peer.isPublic else { return true }
    if let refusedAuthority, let colon = refusedAuthority.lastIndex(of: ":"),
      Int(refusedAuthority[refusedAuthority.index(after: colon)...]) == port
    {
      // A server on this machine may listen on all of its addresses.
      let refused = NetworkAddress.addresses(of: String(refusedAuthority[..<colon]))
      guard !refused.contains(peer), !peer.isThisMachine || !refused.contains(where: \.isThisMachine) else {
        return false
      }
    }
    return NetworkAddress.addresses(of: host).contains(peer)
  }
}

/// Returns the port of an IPv4 or IPv6 address: in both, it follows the family.
private func portNumber(of address: UnsafePointer<sockaddr>) -> Int {
  address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { Int(UInt16(bigEndian: $0.pointee.sin_port)) }
}
