import FoundationEssentials

/// What a server answers to one command, in version 2 of the protocol: https://redis.io/docs/reference/protocol-spec/
public enum RedisReply: Equatable, Sendable {
  /// A word such as `OK`.
  case status(String)
  case integer(Int64)
  case bulk(Data)
  case null
  case array([RedisReply])
  /// An error. `RedisClient` throws it, but for one inside an array, which stays where it is.
  case error(String)
}
