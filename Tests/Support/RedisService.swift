import Foundation

/// The Redis server of the tests. `make test` starts it and sets these environment variables.
public enum RedisService {
  private static let environment = ProcessInfo.processInfo.environment

  public static var isRunning: Bool { environment["TEST_REDIS_URL"] != nil }
  public static var hasTLS: Bool { environment["TEST_REDISS_URL"] != nil && authorities != nil }
  /// Path of a PEM file with the authority of the server's certificate, which is valid only for the name `localhost`.
  public static var authorities: String? { environment["TEST_CA_FILE"] }

  /// Returns the plain address with the number of a database.
  public static func url(database: Int) -> String { numbered(environment["TEST_REDIS_URL"], database) }

  /// Returns the TLS address with the number of a database.
  public static func tlsURL(database: Int) -> String { numbered(environment["TEST_REDISS_URL"], database) }

  private static func numbered(_ url: String?, _ database: Int) -> String {
    guard let url, let slash = url.lastIndex(of: "/") else { return "" }
    return "\(url[..<slash])/\(database)"
  }
}
