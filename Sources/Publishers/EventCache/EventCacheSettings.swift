import FoundationEssentials
import Redis
import Settings
import Time

/// How to reach the cache.
public struct EventCacheSettings: Sendable {
  /// Parsed once: a wrong address is reported with the other problems of an environment, and thrown when it is used.
  let redis: Result<RedisSettings, RedisError>

  /// - Parameters:
  ///   - url: `redis://` or `rediss://`.
  ///   - authorities: PEM file of the authorities that `rediss://` trusts; nil for the system's.
  public init(
    url: String, authorities: String? = nil, connectTimeout: Duration = .seconds(5),
    socketTimeout: Duration = .seconds(5)
  ) {
    redis = Result { () throws(RedisError) in
      RedisSettings(
        url: try RedisURL(url), authorities: authorities, connectTimeout: connectTimeout, socketTimeout: socketTimeout)
    }
  }

  /// Reads `REDIS_URL`, `REDIS_CA_FILE`, `REDIS_SOCKET_CONNECT_TIMEOUT` and `REDIS_SOCKET_TIMEOUT`.
  public init(from configuration: inout Configuration) {
    let url = configuration.text("REDIS_URL")
    let authorities = configuration.text("REDIS_CA_FILE", default: "")
    self.init(
      url: url, authorities: authorities.isEmpty ? nil : authorities,
      connectTimeout: configuration.seconds("REDIS_SOCKET_CONNECT_TIMEOUT", default: .seconds(5)),
      socketTimeout: configuration.seconds("REDIS_SOCKET_TIMEOUT", default: .seconds(5)))
    if case .failure(let error) = redis, !url.isEmpty { configuration.report("REDIS_URL: \(error)") }
    if !authorities.isEmpty, !FileManager.default.isReadableFile(atPath: authorities) {
      configuration.report("REDIS_CA_FILE names no file that can be read")
    }
  }
}
