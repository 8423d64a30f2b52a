/// How to reach a server.
public struct RedisSettings: Sendable {
  public var url: RedisURL
  /// PEM file of the authorities that `rediss://` trusts; nil for the system's.
  public var authorities: String?
  /// How long connecting may take, the TLS handshake included.
  public var connectTimeout: Duration
  /// How long the server may be silent while an answer is awaited, or take nothing while a command is sent.
  public var socketTimeout: Duration
  /// Shown by the server's CLIENT LIST.
  public var clientName: String
  /// A reply of more bytes than this is refused.
  public var longestReply: Int

  public init(
    url: RedisURL, authorities: String? = nil, connectTimeout: Duration = .seconds(5),
    socketTimeout: Duration = .seconds(5), clientName: String = "festvibes", longestReply: Int = 64 << 20
  ) {
    self.url = url
    self.authorities = authorities
    self.connectTimeout = connectTimeout
    self.socketTimeout = socketTimeout
    self.clientName = clientName
    self.longestReply = longestReply
  }
}
