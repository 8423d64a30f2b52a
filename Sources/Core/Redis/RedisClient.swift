import Time

/// A client that opens one connection lazily and reuses it. A connection that died while idle (for example, while the
/// Lambda sandbox was frozen) is replaced.
public final class RedisClient {
  private let settings: RedisSettings
  private var connection: RedisConnection?
  private var tls: TLSContext?

  public init(_ settings: RedisSettings) { self.settings = settings }

  /// Sends one command.
  /// - Throws: `RedisError`, also for an error reply.
  public func send(_ command: RedisCommand, deadline: Deadline) throws(RedisError) -> RedisReply {
    try pipeline([command], deadline: deadline)[0]
  }

  /// Sends the commands in one round trip and returns their replies, in order.
  /// - Throws: `RedisError`. The first error reply is thrown after all replies have been read: the other commands took
  ///   effect. The connection is kept, unless a reply says that this server cannot serve: after a failover the old primary
  ///   stays reachable as a replica, and only a new look-up of the name leads to the new one.
  public func pipeline(_ commands: [RedisCommand], deadline: Deadline) throws(RedisError) -> [RedisReply] {
    guard !commands.isEmpty else { return [] }
    let replies = try exchange(commands, deadline)
    let failures = zip(commands, replies).compactMap { $0.failure($1) }
    if failures.contains(where: \.endsConnection) { connection = nil }
    if let first = failures.first { throw named(first) }
    return replies
  }

  private func exchange(_ commands: [RedisCommand], _ deadline: Deadline) throws(RedisError) -> [RedisReply] {
    guard !deadline.hasPassed else { throw named(RedisError(.timedOut, detail: "the deadline has passed")) }
    if let kept = connection, kept.isUsable {
      do {
        return try attempt(commands, on: kept, deadline)
      } catch {
        // The connection may have died while idle, which shows only in use. Commands are sent again only if it does no
        // harm that the server may already have executed them.
        guard [.connection, .timedOut].contains(error.kind), !deadline.hasPassed,
          commands.allSatisfy(\.isIdempotent)
        else { throw error }
      }
    }
    return try attempt(commands, on: try connect(deadline), deadline)
  }

  /// Runs the commands and drops the connection if they fail, because late replies may still arrive on it.
  private func attempt(
    _ commands: [RedisCommand], on connection: RedisConnection, _ deadline: Deadline
  ) throws(RedisError) -> [RedisReply] {
    do {
      let replies = try connection.exchange(commands, deadline: deadline)
      self.connection = connection
      return replies
    } catch {
      self.connection = nil
      throw named(error)
    }
  }

  private func connect(_ deadline: Deadline) throws(RedisError) -> RedisConnection {
    connection = nil
    do {
      if settings.url.usesTLS && tls == nil { tls = try TLSContext(authorities: settings.authorities) }
      return try RedisConnection(settings, tls: tls, deadline: deadline)
    } catch {
      throw named(error)
    }
  }

  private func named(_ error: RedisError) -> RedisError {
    RedisError(error.kind, server: settings.url.server, detail: error.detail)
  }
}
