/// Settings of a connection to a server.
public struct RedisSettings: Sendable {
  public var url: RedisURL
  /// Path of a PEM file with the authorities that `rediss://` trusts; nil for the system's authorities.
  public var authorities: String?
  /// The timeout for connecting, including the TLS handshake.
  public var connectTimeout: Duration
  /// The timeout of each wait for the server to send something, or to accept bytes of a command.
  public var socketTimeout: Duration
  /// The client's name in the server's CLIENT LIST.
  public var clientName: String
  /// The maximum size of the replies to a pipeline in bytes; more are `tooLarge`. While a reply is read, it is in memory three
  /// times.
  public var maximumReplyBytes: Int

  public init(
    url: RedisURL, authorities: String? = nil, connectTimeout: Duration = .seconds(5),
    socketTimeout: Duration = .seconds(5), clientName: String = "festvibes", maximumReplyBytes: Int = 16 << 20
  ) {
    self.url = url
    self.authorities = authorities
    self.connectTimeout = connectTimeout
    self.socketTimeout = socketTimeout
    self.clientName = clientName
    self.maximumReplyBytes = maximumReplyBytes
  }
}
