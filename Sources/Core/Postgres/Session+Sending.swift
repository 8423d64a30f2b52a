import CPostgres

extension Session {
  /// What was sent, and has a result each.
  enum Sent {
    case statement
    /// The wish to keep a statement, which precedes it.
    case preparation(sql: String, types: [Oid], name: String)
  }

  /// Sends statements and a sync.
  func send(_ statements: [PostgresStatement]) throws(PostgresError) -> [Sent] {
    var sent: [Sent] = []
    sent.reserveCapacity(statements.count)
    for statement in statements {
      let values = ParameterBuffer(statement.values)
      var name = kept.name(of: statement.sql, values.types)
      if name == nil, let new = kept.nameToKeep(statement.sql) {
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
