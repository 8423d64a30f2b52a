import CPostgres

extension Session {
  /// A part of what was sent that has a result.
  enum Sent {
    case statement
    /// The wish to keep a statement, which precedes it.
    case preparation(sql: String, types: [Oid], name: String)
  }

  /// Sends statements and a sync.
  /// - Parameter isKeeping: false for what runs once in a session.
  func send(_ statements: [PostgresStatement], keeping isKeeping: Bool = true) throws(PostgresError) -> [Sent] {
    var sent: [Sent] = []
    sent.reserveCapacity(statements.count)
    for statement in statements {
      let values = ParameterBuffer(statement.values)
      var name = kept.name(of: statement.sql, values.types)
      if name == nil, isKeeping, let new = kept.nameToKeep(statement.sql) {
        try check(PQsendPrepare(pointer, new, statement.sql, Int32(values.types.count), values.types))
        sent.append(.preparation(sql: statement.sql, types: values.types, name: new))
        name = new
      }
      let code = values.withPointers { count, types, values, lengths, formats in
        if let name {
          PQsendQueryPrepared(pointer, name, count, values, lengths, formats, 1)
        } else {
          PQsendQueryParams(pointer, statement.sql, count, types, values, lengths, formats, 1)
        }
      }
      try check(code)
      sent.append(.statement)
    }
    try check(PQpipelineSync(pointer))
    return sent
  }
}
