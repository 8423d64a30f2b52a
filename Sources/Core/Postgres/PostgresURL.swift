import CPostgres

/// The address of a database, `postgresql://user:password@host:port/database?sslmode=verify-full`, with any of libpq's
/// parameters (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS).
public struct PostgresURL: Sendable, CustomStringConvertible {
  /// The address with its password: never to be shown.
  let text: String
  /// How long to wait for a connection: `connect_timeout`, else five seconds.
  let connectTimeout: Duration

  /// - Throws: `invalidURL`, which does not tell what the text was: anything in it may be a secret.
  public init(_ text: String) throws(PostgresError) {
    // SQLAlchemy, which system 000 uses, puts the driver's name into the scheme.
    let text = text.hasPrefix("postgresql+") ? "postgresql" + text.drop { $0 != ":" } : text
    guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
      throw PostgresError(.invalidURL, "the address must begin with postgresql://")
    }
    guard !Self.isSplitAtPassword(text) else {
      throw PostgresError(
        .invalidURL, "the address has an @ out of place; in a user or password, @ is %40 and / is %2F")
    }
    var refusal: UnsafeMutablePointer<CChar>?
    guard !text.utf8.contains(0), let options = PQconninfoParse(text, &refusal) else {
      defer { PQfreemem(refusal) }
      let name = refusal.flatMap { Self.unknownParameter(inRefusal: String(cString: $0), of: text) }
      throw PostgresError(
        .invalidURL,
        name.map { "the address has the unknown parameter \($0)" }
          ?? "the address is not a URL like postgresql://user:password@host:5432/database")
    }
    defer { PQconninfoFree(options) }
    var seconds = 5
    var option = options
    while let keyword = option.pointee.keyword {
      defer { option += 1 }
      guard let value = option.pointee.val.map({ String(cString: $0) }) else { continue }
      switch String(cString: keyword) {
      case "connect_timeout":
        guard let number = Int(value), number > 0 else {
          throw PostgresError(.invalidURL, "connect_timeout must be a number of seconds above 0")
        }
        seconds = number
      case "port":
        // One for each host; an empty one is the usual one.
        let ports = value.split(separator: ",")
        guard ports.allSatisfy({ Int($0).map((1...65535).contains) ?? false }) else {
          throw PostgresError(.invalidURL, "the port must be a number from 1 to 65535")
        }
      case "sslmode":
        guard Self.modes.contains(value) else {
          throw PostgresError(.invalidURL, "sslmode must be one of \(Self.modes.joined(separator: ", "))")
        }
      default: break
      }
    }
    self.text = text
    connectTimeout = .seconds(seconds)
  }

  public var description: String { "postgresql://…" }

  /// Whether a password has an `@` or a `/` that is not escaped. Of such an address libpq takes a part of the password for
  /// the host, and that would be looked up and shown.
  private static func isSplitAtPassword(_ text: String) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let path = parts.count > 3 ? parts[3].prefix { $0 != "?" } : ""
    return parts[2].count { $0 == "@" } > 1 || path.contains("@")
  }

  private static let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

  /// The name in `invalid URI query parameter: "NAME"`. It is the user's text, which may be half a password where a
  /// character of that is not escaped: only what looks like a parameter is passed on.
  private static func unknownParameter(inRefusal message: String, of text: String) -> String? {
    guard message.hasPrefix("invalid URI query parameter"), let query = text.firstIndex(of: "?"),
      !text[query...].contains("@")
    else { return nil }
    let quoted = message.split(separator: "\"")
    guard quoted.count > 1, quoted[1].allSatisfy({ ("a"..."z").contains($0) || $0 == "_" }) else { return nil }
    return String(quoted[1])
  }

  /// The parameter's name in `invalid NAME value: "…"` and `invalid integer value "…" for connection option "NAME"`,
  /// where it is libpq's own.
  static func parameterName(inRefusal message: String) -> String? {
    let words = Array(message.split { " \n\":".contains($0) }.drop { $0 != "invalid" })
    guard words.count > 2, words[2] == "value" else { return nil }
    guard words[1] == "integer" else { return String(words[1]) }
    return words.firstIndex(of: "option").flatMap { words.dropFirst($0 + 1).first }.map { String($0) }
  }
}
