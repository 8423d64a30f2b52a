extension PostgresError {
  /// Explains why a connection could not be opened. The text of libpq's message is not passed on, because it quotes the
  /// address. If the message contains a SQLSTATE, the server refused, and its text is passed on if it is a pooler's or of
  /// an unknown kind; otherwise it is libpq's own (English) text.
  /// - Parameters:
  ///   - message: libpq's message, in the verbose form.
  ///   - serverName: the server's host and port.
  ///   - names: user, database and password.
  init(openingMessage message: String, from serverName: String?, hiding names: [String]) {
    let server = serverName ?? "the server's address"
    // The message has a part for each host and each of its addresses; the last one counts.
    let lines = message.split(separator: "\n")
    let attempt = lines.lastIndex { line in Self.openingBeginnings.contains { line.hasPrefix($0) } } ?? 0
    let message = lines[attempt...].joined(separator: "\n")
    if let refusal = ServerRefusal(in: message) {
      self = refusal.error(from: server, hiding: names)
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

  /// The texts with which libpq begins to report an attempt.
  private static let openingBeginnings = ["connection to server ", "could not translate host name "]

  /// Parts of libpq's messages and their meaning. The first match counts, so specific texts come first.
  private static let openingTexts: [(part: String, kind: Kind, text: String)] = [
    (
      "session is read-only", .unreachable, "the server is read-only, and target_session_attrs asks for one that is not"
    ),
    ("session is not read-only", .unreachable, "the server is not read-only, as target_session_attrs asks"),
    (
      "server is in hot standby mode", .unreachable,
      "the server is a standby, and target_session_attrs asks for another"
    ),
    ("server is not in hot standby mode", .unreachable, "the server is no standby, as target_session_attrs asks"),
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
