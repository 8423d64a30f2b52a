import Time

extension PostgresConnection {
  enum Transaction {
    case none
    /// Begun, but the server does not know yet: BEGIN is sent with the first statement.
    case announced
    case open
  }

  /// Runs `body` in a transaction, READ COMMITTED. It is committed when `body` returns and rolled back when it throws;
  /// when the connection is lost, the server rolls it back.
  /// - Throws: what `body` throws, or why the commit failed. `connectionLost` from the commit leaves open whether it
  ///   took effect.
  public func transaction<Value>(until deadline: Deadline, _ body: () throws -> Value) throws -> Value {
    guard transaction == .none else { throw PostgresError(.misuse, "a transaction is open already") }
    transaction = .announced
    defer { transaction = .none }
    let value: Value
    do {
      value = try body()
      if transaction == .open { try commit(until: deadline) }
    } catch {
      rollBack(until: deadline)
      throw error
    }
    return value
  }

  /// Runs a transaction again, as a whole, when it fails for a reason that may pass.
  /// - Parameter isPassing: which errors those are: by default the server's giving it up in favour of another.
  public func transaction<Value>(
    until deadline: Deadline, retrying retrier: Retrier,
    if isPassing: (PostgresError) -> Bool = { $0.isConflict }, _ body: () throws -> Value
  ) throws -> Value {
    let decision = { (error: any Error) -> RetryDecision in
      guard let error = error as? PostgresError, isPassing(error) else { return .giveUp }
      return .retry()
    }
    return try retrier.run(until: deadline, decision: decision) { _ in try transaction(until: deadline, body) }
  }

  private func commit(until deadline: Deadline) throws {
    let rows = try query("commit", until: deadline)
    // The server answers ROLLBACK to the commit of a transaction in which a statement failed.
    guard rows.result.commandTag == "COMMIT" else {
      throw PostgresError(.misuse, "a statement of the transaction failed, and it went on: nothing was committed")
    }
  }

  /// When this fails, closing the connection does the same.
  private func rollBack(until deadline: Deadline) {
    guard let session = usableSession, session.isInTransaction else { return }
    do {
      try query("rollback", until: deadline)
    } catch {
      close()
    }
  }
}
