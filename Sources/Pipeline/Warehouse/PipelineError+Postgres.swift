import Pipeline
import Postgres

extension PipelineError {
  /// The name under which the state machine knows a failure of the database.
  init(_ error: PostgresError) {
    switch error.kind {
    case .invalidURL, .refused, .tls: self.init(.configurationInvalid, "PG_DATABASE_URL: \(error)")
    case .unreachable: self.init(.databaseUnavailable, "PG_DATABASE_URL: \(error)")
    case .connectionLost, .misuse: self.init(.databaseUnavailable, "the database: \(error)")
    case .timedOut: self.init(.deadlineExceeded, "the database: \(error)")
    case .decoding: self.init(.schemaMismatch, "the database's columns are not of this version: \(error)")
    case .statement: self.init(Self.name(of: error.sqlState ?? ""), "the database: \(error)")
    }
  }

  private static func name(of state: String) -> Name {
    switch state {
    // Serialization failure, deadlock, lock not available, and a row that somebody else has written in the meantime.
    case "40001", "40P01", "55P03", "23505": .databaseConflict
    case "42501": .configurationInvalid
    default:
      switch state.prefix(2) {
      case "42", "3F", "23": .schemaMismatch
      case "22": .invalidInput
      default: .databaseUnavailable
      }
    }
  }
}
