import Foundation

/// The Redis that the tests run against; `make test` starts it and sets these variables.
public enum RedisService {
  private static let environment = ProcessInfo.processInfo.environment

  public static var isRunning: Bool { environment["TEST_REDIS_URL"] != nil }
  public static var hasTLS: Bool { environment["TEST_REDISS_URL"] != nil && authorities != nil }
  /// PEM file of the authority that signed the server's certificate, which is for the name `localhost` only.
  public static var authorities: String? { environment["TEST_CA_FILE"] }

  /// The plain address with the number of a database.
  public static func url(database: Int) -> String { numbered(environment["TEST_REDIS_URL"], database) }

  /// The TLS address with the number of a database.
  public static func tlsURL(database: Int) -> String { numbered(environment["TEST_REDISS_URL"], database) }

  private static func numbered(_ url: String?, _ database: Int) -> String {
    guard let url, let slash = url.lastIndex(of: "/") else { return "" }
    return "\(url[..<slash])/\(database)"
  }
}
