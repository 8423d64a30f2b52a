import Glibc

/// One of the servers that an address names.
struct PostgresServer: Equatable {
  /// A name, a numeric address, or the folder of a Unix socket; nil for libpq's default.
  var host: String?
  /// The numeric address that the URL gives (`hostaddr`); nil if the host is to be looked up.
  var address: String?
  /// Nil for libpq's default, 5432.
  var port: String?

  /// `HOST:PORT`, for messages. Without the host if it may contain a secret; see `Session.serverName`.
  var name: String {
    guard let host = host ?? address, host.allSatisfy(Session.isPlainInName) else { return "the server" }
    return "\(host):\(port.map { $0.isEmpty ? "5432" : $0 } ?? "5432")"
  }

  /// Returns libpq's parameters for a connection to this server alone.
  func parameters(at address: String?) -> [(String, String)] {
    [("host", host), ("hostaddr", address), ("port", port)].compactMap { key, value in value.map { (key, $0) } }
  }

  /// Returns the server's numeric addresses, in the order in which they are to be tried; one nil if libpq is to find the
  /// way itself: for its default, and for a Unix socket.
  /// - Throws: `unreachable` for a name that is not found.
  static func addresses(of server: PostgresServer) throws(PostgresError) -> [String?] {
    if let address = server.address { return [address] }
    guard let host = server.host, let first = host.first, first != "/", first != "@" else { return [nil] }
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else {
      throw PostgresError(.unreachable, "\(server.name): the host name is unknown")
    }
    defer { freeaddrinfo(list) }
    var found: [String?] = []
    var next = list
    while let entry = next?.pointee {
      // Without a numeric form libpq looks the name up again.
      found.append(numeric(entry))
      next = entry.ai_next
    }
    return found
  }

  private static func numeric(_ entry: addrinfo) -> String? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
      return nil
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension PostgresServer {
  /// The servers of the lists in `host`, `hostaddr` and `port`: one of libpq's default if there are none, or if the lists
  /// do not fit together, which libpq then reports.
  static func all(hosts: String?, addresses: String?, ports: String?) -> [PostgresServer] {
    func list(_ text: String?) -> [String]? {
      guard let text, !text.isEmpty else { return nil }
      return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let (hosts, addresses, ports) = (list(hosts), list(addresses), list(ports))
    guard let count = (addresses ?? hosts)?.count, hosts == nil || hosts?.count == count,
      ports == nil || ports?.count == 1 || ports?.count == count
    else { return [PostgresServer()] }
    func entry(_ list: [String]?, _ index: Int) -> String? {
      guard let list else { return nil }
      let text = list.count == 1 ? list[0] : list[index]
      return text.isEmpty ? nil : text
    }
    return (0..<count).map {
      // An empty entry of several is libpq's default, which an empty text asks for.
      PostgresServer(
        host: entry(hosts, $0) ?? (count > 1 && addresses == nil ? "" : nil), address: entry(addresses, $0),
        port: ports == nil ? nil : entry(ports, $0) ?? "")
    }
  }
}
