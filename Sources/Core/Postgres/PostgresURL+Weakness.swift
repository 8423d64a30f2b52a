import CPostgres
import Text

extension PostgresURL {
  /// Returns why whoever answers in place of a server could get the password and the data; nil if each connection stays on
  /// this machine, or checks the server's certificate and its name.
  ///
  /// What counts are the settings with which libpq connects: it takes those that the address leaves out from the
  /// environment (PGSSLMODE, PGHOST, …) and from service files.
  /// - Throws: `invalidURL` if libpq cannot read these settings.
  public func weakness() throws(PostgresError) -> String? {
    for server in servers {
      let (hosts, mode) = try effectiveSettings(of: server)
      guard mode != "verify-full", let host = hosts.first(where: { !Self.isOnThisMachine($0) }) else { continue }
      let name = host.allSatisfy(Session.isPlainInName) ? host : "the server"
      return "the connection to \(name) has sslmode=\(mode), with which whoever answers in its place gets the password "
        + "and the data"
    }
    return nil
  }

  private func effectiveSettings(of server: PostgresServer) throws(PostgresError) -> (hosts: [String], mode: String) {
    // libpq resolves all settings before it refuses the last one, so it connects to nothing.
    let connection = Session.start(
      [("dbname", text)] + server.parameters(at: server.address) + [("channel_binding", "resolve the settings only")])
    defer { PQfinish(connection) }
    guard let options = PQconninfo(connection) else { throw PostgresError(.invalidURL, "out of memory") }
    defer { PQconninfoFree(options) }
    var found: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      found[String(cString: keyword)] = option.pointee.val.map { String(cString: $0) }
      option += 1
    }
    guard let mode = found["sslmode"] else {
      throw PostgresError(
        .invalidURL, "libpq cannot read the settings beside the address: are PGSERVICE and its service file right?")
    }
    // A host's name is looked up by `PostgresServer.addresses`, whatever PGHOSTADDR is.
    if server.address == nil, let host = server.host, !Self.isSocket(host) { return ([host], mode) }
    let addresses = found["hostaddr"].flatMap { $0.isEmpty ? nil : $0 } ?? found["host"] ?? ""
    return (addresses.split(separator: ",", omittingEmptySubsequences: false).map(String.init), mode)
  }

  private static func isOnThisMachine(_ host: String) -> Bool { isSocket(host) || host.isLoopbackHost }

  /// True for the folder or the abstract name of a Unix socket, and for libpq's default, which is a socket or `localhost`.
  private static func isSocket(_ host: String) -> Bool { host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") }
}
