import CPostgres
import Glibc
import Time

extension Session {
  /// Connects before the deadline and within the address's `connect_timeout`. Looking up the host's name is the one step
  /// of libpq that cannot be bounded here: the system's resolver has its own timeouts.
  static func open(
    _ url: PostgresURL, applicationName: String, time: any TimeSource, deadline: Deadline
  ) throws(PostgresError) -> Session {
    // Parameters before the address are defaults; parameters after it override it.
    let parameters: [(keyword: String, value: String)] = [
      ("application_name", applicationName),
      // A server that vanished without closing the connection is noticed 5 s after data was sent to it, and after 20 s
      // while waiting for its response.
      ("tcp_user_timeout", "5000"), ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "2"),
      ("dbname", url.text),
      ("client_encoding", "UTF8"),
    ]
    let keywords = CStringArray(parameters.map(\.keyword))
    let values = CStringArray(parameters.map(\.value))
    guard let pointer = PQconnectStartParams(keywords.pointers, values.pointers, 1) else {
      throw PostgresError(.unreachable, "out of memory")
    }
    let session = Session(pointer)
    guard PQstatus(pointer) != CONNECTION_BAD else { throw session.openingError }
    let allowed = Deadline(after: min(url.connectTimeout, deadline.remaining), on: time)
    do {
      try session.finishOpening(deadline: allowed)
    } catch {
      guard error.kind == .timedOut, !deadline.hasPassed else { throw error }
      let name = session.serverName ?? "the server"
      throw PostgresError(
        .unreachable, "\(name) accepts no connection within \(url.connectTimeout.components.seconds) s")
    }
    return session
  }
}

/// A null-terminated array of C strings.
private final class CStringArray {
  private var owned: [UnsafeMutablePointer<CChar>?]
  var pointers: [UnsafePointer<CChar>?] { owned.map { $0.map { UnsafePointer($0) } } }

  init(_ texts: [String]) { owned = texts.map { strdup($0) } + [nil] }

  deinit {
    for pointer in owned { free(pointer) }
  }
}

extension PostgresError {
  /// Explains why a connection could not be opened. The text of libpq's message is not passed on, because it quotes the
  /// address. If the message contains a SQLSTATE, the server refused; otherwise it is libpq's own (English) text.
  /// - Parameters:
  ///   - message: libpq's message.
  ///   - serverName: the server's host and port.
  init(openingMessage message: String, from serverName: String?) {
    let server = serverName ?? "the server's address"
    // The message has a part for each host and each of its addresses; the last one counts.
    let lines = message.split(separator: "\n")
    let attempt = lines.lastIndex { line in Self.openingBeginnings.contains { line.hasPrefix($0) } } ?? 0
    let message = lines[attempt...].joined(separator: "\n")
    let endings = lines[attempt...].compactMap { $0.split(separator: " ").last }
    let state = endings.last { $0.utf8.count == 5 && $0.allSatisfy { $0.isNumber || $0.isUppercase } }.map(String.init)
    if let state {
      let isTransient = Self.transientStates.contains { state.hasPrefix($0) }
      let reason = Self.refusals[state] ?? "the server refused"
      self.init(isTransient ? .unreachable : .refused, sqlState: state, "\(server): \(reason)")
    } else if message.contains("Connection refused") {
      self.init(.unreachable, "\(server) refuses connections: is Postgres running there?")
    } else if let name = PostgresURL.parameterName(inRefusal: message) {
      self.init(.invalidURL, "\(name) has a value that libpq does not accept")
    } else if let known = Self.openingTexts.first(where: { message.contains($0.part) }) {
      self.init(known.kind, "\(server): \(known.text)")
    } else {
      self.init(.unreachable, "\(server) cannot be reached")
    }
  }

  /// Adds OpenSSL's reason to the error of a refused certificate, for which libpq gives none.
  func naming(_ refusal: String) -> PostgresError {
    kind == .tls && message.hasSuffix(Self.refusedCertificate) ? PostgresError(.tls, "\(message): \(refusal)") : self
  }

  private static let refusedCertificate = "the server's certificate is refused"

  private static let refusals = [
    "28P01": "password authentication failed",
    "28000": "the server does not accept this user, database and host",
    "3D000": "the database does not exist",
    "42501": "the user may not connect to this database",
    "53300": "the server has too many connections",
    "57P03": "the server is starting up or shutting down",
  ]

  /// The texts with which libpq begins to report an attempt.
  private static let openingBeginnings = ["connection to server ", "could not translate host name "]

  /// Parts of libpq's messages and their meaning. The first match counts, so specific texts come first.
  private static let openingTexts: [(part: String, kind: Kind, text: String)] = [
    ("no password supplied", .refused, "the server asks for a password and the address has none"),
    ("does not match host name", .tls, "the server's certificate is for another host name"),
    ("certificate verify failed", .tls, refusedCertificate),
    ("root certificate file", .tls, "the file named by sslrootcert is missing or cannot be read"),
    ("does not support SSL", .tls, "the server offers no TLS, and sslmode asks for it"),
    ("SSL SYSCALL", .unreachable, "the server closed the connection during the TLS handshake"),
    ("SSL", .tls, "TLS could not be negotiated"),
    ("could not translate host name", .unreachable, "the host name is unknown"),
    ("server closed the connection", .unreachable, "the server closed the connection"),
  ]
}
