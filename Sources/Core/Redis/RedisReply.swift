import FoundationEssentials

/// A reply to one command, in version 2 of the protocol (RESP2): https://redis.io/docs/reference/protocol-spec/
public enum RedisReply: Equatable, Sendable {
  /// A status such as `OK`.
  case status(String)
  case integer(Int64)
  case bulk(Data)
  case null
  case array([RedisReply])
  /// An error reply. `RedisClient` throws it, except inside an array.
  case error(String)
}
