import CPostgres

extension Session {
  /// A part of what was sent that has a result.
  enum Sent {
    /// - wasKept: true if the server had it before.
    case statement(wasKept: Bool)
    /// The wish to keep a statement, which precedes it.
    case preparation(KeptStatements.Text)
    /// The wish to forget a statement, which precedes the preparation of another one.
    case removal(KeptStatements.Text, name: String)
  }

  /// Sends statements and a sync.
  /// - Parameter isKeeping: true if the server shall keep the statements.
  func send(_ statements: [PostgresStatement], keeping isKeeping: Bool) throws(PostgresError) -> [Sent] {
    var sent: [Sent] = []
    sent.reserveCapacity(statements.count)
    for statement in statements {
      let values = ParameterBuffer(statement.values)
      let (name, wasKept) = isKeeping ? try keep(statement.sql, values.types, &sent) : (nil, false)
      let code = values.withPointers { count, types, values, lengths, formats in
        if let name {
          PQsendQueryPrepared(pointer, name, count, values, lengths, formats, 1)
        } else {
          PQsendQueryParams(pointer, statement.sql, count, types, values, lengths, formats, 1)
        }
      }
      try check(code)
      sent.append(.statement(wasKept: wasKept))
    }
    try check(PQpipelineSync(pointer))
    return sent
  }

  /// Returns the name of a kept statement. If it is new, sends what makes the server keep it, and forget the oldest.
  private func keep(
    _ sql: String, _ types: [Oid], _ sent: inout [Sent]
  ) throws(PostgresError) -> (name: String?, wasKept: Bool) {
    let text = KeptStatements.Text(sql: sql, types: types)
    if let name = kept.use(text) { return (name, true) }
    guard let name = text.name else { return (nil, false) }
    if let oldest = kept.removeOldest() {
      try check(PQsendQueryParams(pointer, "deallocate \(oldest.name)", 0, nil, nil, nil, nil, 1))
      sent.append(.removal(oldest.text, name: oldest.name))
    }
    try check(PQsendPrepare(pointer, name, sql, Int32(types.count), types))
    kept.add(text, name)
    sent.append(.preparation(text))
    return (name, false)
  }

  /// Takes back what the server has not done, the last first.
  func takeBack(_ parts: [Sent]) {
    for part in parts.reversed() {
      switch part {
      case .statement: break
      case .preparation(let text): kept.remove(text)
      case .removal(let text, let name): kept.add(text, name)
      }
    }
  }
}
