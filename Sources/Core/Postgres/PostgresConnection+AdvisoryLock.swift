import Time

extension PostgresConnection {
  /// Does work while this session has an advisory lock. It does not wait for the lock: the build of an index would wait for the
  /// snapshot of a session that waits.
  /// - Parameter key: the number of the lock in its database.
  /// - Returns: nil if another session has the lock.
  /// - Throws: an error of the connection, or of the work.
  public func withAdvisoryLock<Value>(_ key: Int, deadline: Deadline, _ work: () throws -> Value) throws -> Value? {
    let isTaken: Bool = try query("select pg_try_advisory_lock(\(key))", deadline: deadline)[0][0]
    guard isTaken else { return nil }
    defer {
      // Without time, or without an answer, the session would keep the lock as long as the process lives.
      do { try query("select pg_advisory_unlock(\(key))", deadline: deadline) } catch { close() }
    }
    return try work()
  }
}
