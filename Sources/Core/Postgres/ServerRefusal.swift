/// A refusal of a connection, by the server or by a connection pooler before it.
struct ServerRefusal: Equatable {
  /// The SQLSTATE. PgBouncer sends 08P01 for almost everything.
  let state: String
  /// The primary message, which may quote user, database or password.
  let text: String

  /// Finds the refusal in libpq's verbose message, `…FATAL:  28P01: password authentication failed for user "x"`. Nil if
  /// there is none: the message is libpq's own.
  init?(in message: String) {
    for line in message.split(separator: "\n") {
      let parts = line.split(separator: ":", omittingEmptySubsequences: false)
      // The severity is before the state, and may be in another language.
      guard let index = parts.indices.dropFirst().first(where: { Self.isState(parts[$0]) }) else { continue }
      state = String(parts[index].dropFirst(2))
      text = parts[(index + 1)...].joined(separator: ":").trimmingPrefix { $0 == " " }.description
      return
    }
    return nil
  }

  private static func isState(_ part: Substring) -> Bool {
    part.utf8.count == 7 && part.hasPrefix("  ")
      && part.dropFirst(2).allSatisfy { $0.isASCII && ($0.isNumber || $0.isUppercase) }
  }

  /// Explains the refusal, without the names.
  func error(from server: String, hiding names: [String]) -> PostgresError {
    let lowercased = text.lowercased()
    if let known = Self.poolerTexts.first(where: { lowercased.contains($0.part) }) {
      let hint = known.hint.isEmpty ? "" : "; \(known.hint)"
      let said = known.part.hasPrefix("unsupported startup parameter") ? parameterRefusal : known.part
      return PostgresError(known.kind, sqlState: state, "\(server): \(said)\(hint)")
    }
    let isTransient = PostgresError.transientStates.contains { state.hasPrefix($0) }
    let reason = Self.reasons[state] ?? presentable(hiding: names).map { "the server refused: \($0)" }
    return PostgresError(
      isTransient ? .unreachable : .refused, sqlState: state, "\(server): \(reason ?? "the server refused")")
  }

  /// Returns the text up to its first quotation mark, colon or name; nil if that leaves no words.
  private func presentable(hiding names: [String]) -> String? {
    var shown = text.prefix { !"\"'`«„“:".contains($0) }
    for name in names where !name.isEmpty {
      if let range = shown.firstRange(of: name) { shown = shown[..<range.lowerBound] }
    }
    let isCut = shown.endIndex != text.endIndex
    guard let last = shown.prefix(200).lastIndex(where: { $0.isLetter || $0.isNumber || $0 == ")" }), shown.count > 3
    else { return nil }
    return "\(shown[...last])\(isCut ? " …" : "")"
  }

  /// The text with the name of the parameter, which is public, as in `unsupported startup parameter: search_path`.
  private var parameterRefusal: String {
    let name = text.split { " :\"".contains($0) }.last ?? ""
    let isName = name != "parameter" && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "_") }
    return "unsupported startup parameter\(isName ? " \(name)" : "")"
  }

  /// The meaning of Postgres's own refusals, whose texts are in the server's language.
  private static let reasons = [
    "28P01": "password authentication failed",
    "28000": "the server does not accept this user, database and host",
    "3D000": "the database does not exist",
    "42501": "the user may not connect to this database",
    "53300": "the server has too many connections",
    "57P03": "the server is starting up or shutting down",
  ]
}

extension ServerRefusal {
  /// Parts of the refusals of PgBouncer, in lower case, the class of each and what to do. The first match counts, so
  /// specific texts come first. Names follow these parts, and are not shown.
  /// Source: `disconnect_client` and `disconnect_server` in https://github.com/pgbouncer/pgbouncer/tree/master/src
  private static let poolerTexts: [(part: String, kind: PostgresError.Kind, hint: String)] = [
    ("no such database", .refused, "PgBouncer's [databases] has no entry of this name"),
    ("no such user", .refused, "PgBouncer's auth_file or auth_query does not have this user"),
    ("unsupported startup parameter", .refused, "add it to PgBouncer's ignore_startup_parameters, or leave it out"),
    ("database does not allow connections", .refused, ""),
    ("is disabled", .unreachable, "PgBouncer has disabled this database"),
    ("login rejected", .refused, "PgBouncer's auth_hba_file does not accept this user, database and host"),
    ("query_wait_timeout", .unreachable, "PgBouncer had no free server connection for too long"),
    ("client_login_timeout", .unreachable, "the login took longer than PgBouncer allows"),
    ("server_login_retry", .unreachable, "PgBouncer cannot log in to the server and waits before it tries again"),
    ("server_connect_timeout", .unreachable, "PgBouncer cannot reach the server"),
    ("server login failed", .unreachable, "PgBouncer cannot log in to the server"),
    ("server login has been failing", .unreachable, "PgBouncer cannot log in to the server"),
    ("sasl authentication failed", .refused, ""), ("password authentication failed", .refused, ""),
    ("auth failed", .refused, ""),
    ("cannot connect to server", .unreachable, "PgBouncer cannot reach the server"),
    ("no more connections allowed", .unreachable, "PgBouncer has reached max_client_conn or a limit beside it"),
    ("max_client_conn", .unreachable, "PgBouncer has too many clients"),
    ("max_db_connections", .unreachable, "PgBouncer has too many connections to this database"),
    ("max_user_connections", .unreachable, "PgBouncer has too many connections of this user"),
    ("bouncer config error", .refused, "PgBouncer's configuration of this database is wrong"),
    ("pgbouncer is shutting down", .unreachable, ""),
    ("server conn crashed", .unreachable, "PgBouncer lost its connection to the server"),
    ("server shutting down", .unreachable, "PgBouncer's server is shutting down"),
  ]
}
