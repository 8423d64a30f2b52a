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
    guard !text.utf8.contains(0), let options = PQconninfoParse(text, nil) else {
      throw PostgresError(.invalidURL, "the address is not a URL like postgresql://user:password@host:5432/database")
    }
    defer { PQconninfoFree(options) }
    var seconds = 5
    var option = options
    while let keyword = option.pointee.keyword {
      if String(cString: keyword) == "connect_timeout", let value = option.pointee.val {
        guard let number = Int(String(cString: value)), number > 0 else {
          throw PostgresError(.invalidURL, "connect_timeout must be a number of seconds above 0")
        }
        seconds = number
      }
      option += 1
    }
    self.text = text
    connectTimeout = .seconds(seconds)
  }

  public var description: String { "postgresql://…" }
}
