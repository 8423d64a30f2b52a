/// The state of the server of a cache.
public struct CacheState: Equatable, Sendable {
  /// The server's version: `7.0.15`.
  public let server: String
  /// `noeviction`, `allkeys-lru`, …: what the server does when its memory is full.
  public let evictionPolicy: String
  /// The memory in use, in bytes.
  public let usedBytes: Int
  /// The limit of the memory in bytes; nil for none.
  public let maximumBytes: Int?
  /// True if the server is a replica, which cannot be written to.
  public let isReplica: Bool

  public init(server: String, evictionPolicy: String, usedBytes: Int, maximumBytes: Int?, isReplica: Bool) {
    self.server = server
    self.evictionPolicy = evictionPolicy
    self.usedBytes = usedBytes
    self.maximumBytes = maximumBytes
    self.isReplica = isReplica
  }
}
