import CPostgres

extension Session {
  /// Frees the notifications that have come, which no statement asked for: libpq keeps them as long as the connection,
  /// beyond a response's limit.
  /// - Returns: their number.
  @discardableResult
  func discardNotifications() -> Int {
    var count = 0
    while let notification = PQnotifies(pointer) {
      PQfreemem(notification)
      count += 1
    }
    return count
  }
}
