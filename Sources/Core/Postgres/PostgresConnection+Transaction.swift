import Time

extension PostgresConnection {
  enum Transaction {
    case none
    /// Begun here but not yet on the server: BEGIN is sent with the first statement.
    case announced
    case open
  }

  /// Runs `body` in a READ COMMITTED transaction. Commits when `body` returns and rolls back when it throws. If the
  /// connection is lost, the server rolls back.
  /// - Throws: the error of `body` or of the commit. After `connectionLost` from the commit it is unknown whether the
  ///   commit took effect.
  public func transaction<Value>(deadline: Deadline, _ body: () throws -> Value) throws -> Value {
    guard transaction == .none else { throw PostgresError(.misuse, "a transaction is already open") }
    transaction = .announced
    defer { transaction = .none }
    let value: Value
    do {
      value = try body()
      if transaction == .open { try commit(deadline: deadline) }
    } catch {
      rollBack(deadline: deadline)
      throw error
    }
    return value
  }

  private func commit(deadline: Deadline) throws {
    let rows = try query("commit", deadline: deadline)
    // If a statement of the transaction failed, the server replies ROLLBACK to COMMIT.
    guard rows.result.commandTag == "COMMIT" else {
      throw PostgresError(
        .misuse, "a statement of the transaction failed and its error was ignored: nothing was committed")
    }
  }

  /// Rolls back. If that fails, closes the connection; the server then rolls back.
  private func rollBack(deadline: Deadline) {
    guard let session = usableSession, session.isInTransaction else { return }
    do {
      try query("rollback", deadline: deadline)
    } catch {
      close()
    }
  }
}
