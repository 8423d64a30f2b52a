import CPostgres

/// The address of a database, `postgresql://user:password@host:port/database?sslmode=verify-full`, with any of libpq's
/// parameters (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS).
public struct PostgresURL: Sendable, CustomStringConvertible {
  /// The address with its password. Must never be shown.
  let text: String
  /// The timeout for opening a connection to one address of a server: `connect_timeout`, by default 5 s.
  let connectTimeout: Duration
  /// The servers that the address names, in the order in which they are tried.
  let servers: [PostgresServer]
  /// The values of `target_session_attrs` with which all servers are tried, one after another; nil for that of the address.
  let sessionAttributes: [String?]
  /// True if servers and their addresses are tried in random order.
  let isBalanced: Bool

  /// - Throws: `invalidURL`, which does not quote the text: any part of it may be a secret.
  public init(_ text: String) throws(PostgresError) {
    // SQLAlchemy, which the reference system 000 uses, puts the driver's name into the scheme.
    let text = text.hasPrefix("postgresql+") ? "postgresql" + text.drop { $0 != ":" } : text
    guard text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") else {
      throw PostgresError(.invalidURL, "the address must begin with postgresql://")
    }
    guard !Self.isSplitAtPassword(text) else {
      throw PostgresError(
        .invalidURL, "the address has a misplaced @; in a user or password, write @ as %40 and / as %2F")
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
    var lists: [String: String] = [:]
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
        // One port for each host; an empty one means 5432.
        let ports = value.split(separator: ",")
        guard ports.allSatisfy({ Int($0).map((1...65535).contains) ?? false }) else {
          throw PostgresError(.invalidURL, "the port must be a number from 1 to 65535")
        }
        lists["port"] = value
      case let name where ["host", "hostaddr", "target_session_attrs", "load_balance_hosts"].contains(name):
        lists[name] = value
      case "sslmode":
        guard Self.modes.contains(value) else {
          throw PostgresError(.invalidURL, "sslmode must be one of \(Self.modes.joined(separator: ", "))")
        }
      default: break
      }
    }
    self.text = text
    connectTimeout = .seconds(seconds)
    servers = PostgresServer.all(hosts: lists["host"], addresses: lists["hostaddr"], ports: lists["port"])
    // libpq, which is given one server at a time, would take any server for the best that there is.
    sessionAttributes = lists["target_session_attrs"] == "prefer-standby" ? ["standby", "any"] : [nil]
    isBalanced = lists["load_balance_hosts"] == "random"
  }

  public var description: String { "postgresql://…" }

  /// True if a password contains an unescaped `@` or `/`. libpq would take part of such a password for the host name, look
  /// it up and show it.
  private static func isSplitAtPassword(_ text: String) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let path = parts.count > 3 ? parts[3].prefix { $0 != "?" } : ""
    return parts[2].count { $0 == "@" } > 1 || path.contains("@")
  }

  private static let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

  /// Returns the name in libpq's message `invalid URI query parameter: "NAME"`. The name is the user's text and may be part
  /// of a password with an unescaped character, so nil unless it looks like a parameter's name.
  private static func unknownParameter(inRefusal message: String, of text: String) -> String? {
    guard message.hasPrefix("invalid URI query parameter"), let query = text.firstIndex(of: "?"),
      !text[query...].contains("@")
    else { return nil }
    let quoted = message.split(separator: "\"")
    guard quoted.count > 1, quoted[1].allSatisfy({ ("a"..."z").contains($0) || $0 == "_" }) else { return nil }
    return String(quoted[1])
  }

  /// Returns the name in libpq's messages `invalid NAME value: "…"` and `invalid integer value "…" for connection option
  /// "NAME"`. In these the name is one of libpq's own parameters.
  static func parameterName(inRefusal message: String) -> String? {
    let words = Array(message.split { " \n\":".contains($0) }.drop { $0 != "invalid" })
    guard words.count > 2, words[2] == "value" else { return nil }
    guard words[1] == "integer" else { return String(words[1]) }
    return words.firstIndex(of: "option").flatMap { words.dropFirst($0 + 1).first }.map { String($0) }
  }
}
