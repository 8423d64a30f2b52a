import FoundationEssentials
import Redis
import Settings
import Time

/// The address of the cache, and its timeouts.
public struct EventCacheSettings: Sendable {
  /// The parsed address. A malformed one is reported with the other problems of the environment, and thrown when used.
  let redis: Result<RedisSettings, RedisError>

  /// - Parameters:
  ///   - url: `redis://` or `rediss://`.
  ///   - authorities: the path of a PEM file with the certificate authorities that `rediss://` trusts; nil for the system's.
  public init(
    url: String, authorities: String? = nil, connectTimeout: Duration = .seconds(5),
    socketTimeout: Duration = .seconds(5)
  ) {
    redis = Result { () throws(RedisError) in
      RedisSettings(
        url: try RedisURL(url), authorities: authorities, connectTimeout: connectTimeout, socketTimeout: socketTimeout)
    }
  }

  /// Reads `REDIS_URL`, `REDIS_ALLOW_PLAIN`, `REDIS_CA_FILE`, `REDIS_SOCKET_CONNECT_TIMEOUT` and `REDIS_SOCKET_TIMEOUT`.
  public init(from configuration: inout Configuration) {
    let url = configuration.text(.redisURL)
    let authorities = configuration.text(.redisAuthorities)
    self.init(
      url: url, authorities: authorities.isEmpty ? nil : authorities,
      connectTimeout: configuration.seconds(.redisConnectTimeout),
      socketTimeout: configuration.seconds(.redisTimeout))
    let allowsPlain = configuration.flag(.allowPlainRedis)
    switch redis {
    case .failure(let error) where !url.isEmpty: configuration.report("REDIS_URL: \(error)")
    case .success(let settings) where settings.url.sendsPasswordInClear && !allowsPlain:
      configuration.report(
        "REDIS_URL: redis:// would send the password to \(settings.url.server) in clear. Use rediss:// (TLS), or accept the "
          + "risk with REDIS_ALLOW_PLAIN=true")
    default: break
    }
    if !authorities.isEmpty, !FileManager.default.isReadableFile(atPath: authorities) {
      configuration.report("REDIS_CA_FILE does not name a readable file")
    }
  }
}
