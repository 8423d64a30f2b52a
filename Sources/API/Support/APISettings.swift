import APIRouting
import Cryptography
import Postgres
import Settings

/// The settings of the read API, for the server and for the function.
public struct APISettings: Sendable {
  public let keys: APIKeys
  /// True if nobody needs a key.
  public let isPublic: Bool
  public let corsOrigins: [String]
  /// The database, with the role that is to read it.
  public let databaseURL: String
  /// The variable that has the database's address.
  public let databaseVariable: String
  public let allowsWeakTLS: Bool

  /// Reads `API_KEY`, `API_PUBLIC`, `API_CORS_ORIGINS` and `API_DATABASE_URL`, else `PG_DATABASE_URL`.
  public init(from configuration: inout Configuration) {
    isPublic = configuration.flag(.apiPublic)
    let keys = configuration.text(.apiKey)
    do {
      let read = try APIKeys(keys)
      if read == nil {
        configuration.report(
          "API_KEY must be a key of \(APIKeys.shortest) characters or more, or \(APIKeys.digestPrefix) and the 64 "
            + "hexadecimal digits of its SHA-256; several with commas between them")
      }
      self.keys = read ?? APIKeys()
    } catch {
      configuration.report("API_KEY cannot be hashed: \(error)")
      self.keys = APIKeys()
    }
    if keys.isEmpty, !isPublic {
      configuration.report(
        "API_KEY is not set, so nobody could read the API: set it, or API_PUBLIC=true to let everybody read it")
    }
    corsOrigins = configuration.text(.apiOrigins).split(separator: ",").map { String($0.filter { $0 != " " }) }
    if let wrong = corsOrigins.first(where: { !Self.isOrigin($0) }) {
      configuration.report("API_CORS_ORIGINS has \(wrong): write origins like https://example.org, or *")
    }
    let variable: EnvironmentVariable = configuration.isSet(.apiDatabaseURL) ? .apiDatabaseURL : .databaseURL
    databaseURL = configuration.text(variable)
    databaseVariable = variable.name
    allowsWeakTLS = configuration.flag(.allowWeakTLS)
  }

  private static func isOrigin(_ text: String) -> Bool {
    if text == "*" { return true }
    guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return false }
    let host = text.dropFirst(scheme.count)
    return !host.isEmpty && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
  }
}
