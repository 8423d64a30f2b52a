import Foundation
import Redis
import TestSupport
import Time

/// A deadline that no successful test reaches.
var longDeadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

/// Returns a client with short timeouts.
func make(
  _ url: String, authorities: String? = nil, connectTimeout: Duration = .seconds(10),
  socketTimeout: Duration = .seconds(10), maximumReplyBytes: Int = 64 << 20
) throws -> RedisClient {
  RedisClient(
    RedisSettings(
      url: try RedisURL(url), authorities: authorities, connectTimeout: connectTimeout, socketTimeout: socketTimeout,
      clientName: "festvibes-tests", maximumReplyBytes: maximumReplyBytes))
}

/// Returns the `RedisError` that `work` throws; nil when it throws none.
func failure(_ work: () throws -> some Any) -> RedisError? {
  do {
    _ = try work()
    return nil
  } catch {
    return error as? RedisError
  }
}

/// Returns a key that no other test uses.
func uniqueKey(_ name: String = #function) -> String { "test:\(name):\(UInt64.random(in: 0 ... .max))" }

extension RedisClient {
  @discardableResult
  func send(_ words: String...) throws -> RedisReply {
    try send(RedisCommand(words[0], words.dropFirst().map { Data($0.utf8) }), deadline: longDeadline)
  }
}
