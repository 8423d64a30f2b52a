import CPostgres
import Glibc
import Time

extension Session {
  /// Connects before the deadline to the first of the address's servers that accepts. Each address of each host has the
  /// `connect_timeout` for itself, or an even share of the time if that is shorter, so that one that swallows packets does
  /// not use up the time of the others. libpq keeps these times only in its blocking calls; hence each attempt is a
  /// connection of its own, to one address.
  ///
  /// As in libpq, a server that refuses user, password or database, or whose certificate is refused, ends the search.
  /// Looking up a host's name cannot be bounded here: the system's resolver has its own timeouts.
  /// - Parameter addresses: returns the numeric addresses of a server; see `PostgresServer.addresses`.
  static func open(
    _ url: PostgresURL, applicationName: String, time: any TimeSource, deadline: Deadline,
    addresses: (PostgresServer) throws(PostgresError) -> [String?] = PostgresServer.addresses
  ) throws(PostgresError) -> Session {
    var failure = PostgresError(.unreachable, "the address has no host")
    for attributes in url.sessionAttributes {
      let servers = url.isBalanced ? url.servers.shuffled() : url.servers
      for (index, server) in servers.enumerated() {
        do {
          var found = try addresses(server)
          if url.isBalanced { found.shuffle() }
          return try open(url, server, found, attributes, applicationName, time, deadline) { count in
            // The servers after this one need time, too.
            min(url.connectTimeout, deadline.remaining / (count + servers.count - index - 1))
          }
        } catch {
          guard error.kind == .unreachable, !deadline.hasPassed else { throw error }
          failure = error
        }
      }
    }
    throw failure
  }

  /// Connects to the first of a server's addresses that accepts.
  /// - Parameter timeout: returns the timeout of an attempt, given the number of addresses that are left with it.
  private static func open(
    _ url: PostgresURL, _ server: PostgresServer, _ addresses: [String?], _ attributes: String?, _ name: String,
    _ time: any TimeSource, _ deadline: Deadline, _ timeout: (Int) -> Duration
  ) throws(PostgresError) -> Session {
    var failure = PostgresError(.unreachable, "\(server.name): the host has no address")
    for (index, address) in addresses.enumerated() {
      let allowed = timeout(addresses.count - index)
      do {
        let parameters = server.parameters(at: address) + (attributes.map { [("target_session_attrs", $0)] } ?? [])
        return try attempt(url, parameters, name, Deadline(after: allowed, on: time))
      } catch {
        guard [.unreachable, .timedOut].contains(error.kind), !deadline.hasPassed else { throw error }
        failure =
          error.kind == .timedOut
          ? PostgresError(.unreachable, "\(server.name) accepts no connection within \(Self.seconds(allowed)) s")
          : error
      }
    }
    throw failure
  }

  private static func attempt(
    _ url: PostgresURL, _ server: [(String, String)], _ applicationName: String, _ deadline: Deadline
  ) throws(PostgresError) -> Session {
    // Parameters before the address are defaults; parameters after it override it.
    let parameters: [(keyword: String, value: String)] =
      [
        ("application_name", applicationName),
        // A server that vanished without closing the connection is noticed 5 s after data was sent to it, and after 20 s
        // while waiting for its response.
        ("tcp_user_timeout", "5000"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
        ("keepalives_count", "2"), ("dbname", url.text), ("client_encoding", "UTF8"),
      ] + server
    guard let pointer = start(parameters) else { throw PostgresError(.unreachable, "out of memory") }
    let session = Session(pointer)
    guard PQstatus(pointer) != CONNECTION_BAD else { throw session.openingError }
    try session.finishOpening(deadline: deadline)
    return session
  }

  /// Begins to connect. Of two parameters of one name the later one counts.
  /// - Returns: a connection that the caller must finish; it may have failed already.
  static func start(_ parameters: [(keyword: String, value: String)]) -> OpaquePointer? {
    let keywords = CStringArray(parameters.map(\.keyword))
    let values = CStringArray(parameters.map(\.value))
    return withExtendedLifetime((keywords, values)) { PQconnectStartParams(keywords.pointers, values.pointers, 1) }
  }

  /// Whole seconds, or tenths of a second.
  private static func seconds(_ duration: Duration) -> String {
    let tenths = max(1, (duration.inMilliseconds + 50) / 100)
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
