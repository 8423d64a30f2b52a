import CPostgres
import Glibc
import Time

extension Session {
  /// Connects, by the deadline and within the address's `connect_timeout`. Looking up the host's name is libpq's one
  /// step that cannot be bounded here: the system's resolver has time-outs of its own.
  static func open(
    _ url: PostgresURL, applicationName: String, time: any TimeSource, until deadline: Deadline
  ) throws(PostgresError) -> Session {
    // What stands before the address is a default, what stands after it overrides it.
    let parameters: [(keyword: String, value: String)] = [
      ("application_name", applicationName),
      // A server that vanished without a word is noticed after five seconds when something was sent to it, and after
      // twenty while its answer is waited for.
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
      try session.finishOpening(until: allowed)
    } catch {
      guard error.kind == .timedOut, !deadline.hasPassed else { throw error }
      let place = session.place ?? "the server"
      throw PostgresError(
        .unreachable, "\(place) takes no connection within \(url.connectTimeout.components.seconds) s")
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
  /// Tells apart why a connection could not be opened. Of libpq's message nothing is passed on, since it quotes the
  /// address: the last SQLSTATE in it is the server's refusal, else its (English) text is libpq's own.
  /// - Parameter place: the server's host and port.
  init(openingMessage message: String, of place: String?) {
    let place = place ?? "the server's address"
    // What came of each host, and of each of its addresses, stands in the same text: the last of them counts.
    let lines = message.split(separator: "\n")
    let attempt = lines.lastIndex { line in Self.openingBeginnings.contains { line.hasPrefix($0) } } ?? 0
    let message = lines[attempt...].joined(separator: "\n")
    let endings = lines[attempt...].compactMap { $0.split(separator: " ").last }
    let state = endings.last { $0.utf8.count == 5 && $0.allSatisfy { $0.isNumber || $0.isUppercase } }.map(String.init)
    if let state {
      let passing = Self.passingStates.contains { state.hasPrefix($0) }
      let reason = Self.refusals[state] ?? "the server refused"
      self.init(passing ? .unreachable : .refused, sqlState: state, "\(place): \(reason)")
    } else if message.contains("Connection refused") {
      self.init(.unreachable, "\(place) refuses connections: is Postgres running there?")
    } else if let name = PostgresURL.parameterName(inRefusal: message) {
      self.init(.invalidURL, "\(name) has a value that libpq does not take")
    } else if let known = Self.openingTexts.first(where: { message.contains($0.part) }) {
      self.init(known.kind, "\(place): \(known.text)")
    } else {
      self.init(.unreachable, "\(place) cannot be reached")
    }
  }

  /// What the certificate is refused for, in place of what libpq's message tells of it.
  func naming(_ refusal: String) -> PostgresError {
    kind == .tls && message.hasSuffix(Self.refusedCertificate) ? PostgresError(.tls, "\(message): \(refusal)") : self
  }

  private static let refusedCertificate = "the server's certificate is refused"

  private static let refusals = [
    "28P01": "password authentication failed",
    "28000": "the server does not admit this user, database and host",
    "3D000": "the database does not exist",
    "42501": "the user may not connect to this database",
    "53300": "the server has too many connections",
    "57P03": "the server is starting up or shutting down",
  ]

  /// With what libpq begins to tell of an attempt.
  private static let openingBeginnings = ["connection to server ", "could not translate host name "]

  /// Parts of libpq's messages, the telling ones first.
  private static let openingTexts: [(part: String, kind: Kind, text: String)] = [
    ("no password supplied", .refused, "the server asks for a password and none is given"),
    ("does not match host name", .tls, "the server's certificate is for another host name"),
    ("certificate verify failed", .tls, refusedCertificate),
    ("root certificate file", .tls, "the file of sslrootcert is missing or cannot be read"),
    ("does not support SSL", .tls, "the server offers no TLS, and sslmode asks for it"),
    ("SSL SYSCALL", .unreachable, "the server hung up during the TLS handshake"),
    ("SSL", .tls, "TLS could not be agreed on"),
    ("could not translate host name", .unreachable, "the host name is not known"),
    ("server closed the connection", .unreachable, "the server hung up"),
  ]
}
