import Contracts
import Postgres

extension PipelineError {
  /// A failure of the database, under the name that the state machine knows.
  /// - Parameter variable: the setting that has the database's address.
  package init(_ error: PostgresError, variable: String = "PG_DATABASE_URL") {
    switch error.kind {
    case .invalidURL, .refused, .tls: self.init(.configurationInvalid, "\(variable): \(error)")
    case .unreachable: self.init(.databaseUnavailable, "\(variable): \(error)")
    case .connectionLost: self.init(.databaseUnavailable, "the database: \(error)")
    // No retry helps: this is not the database of this version, or not one at all.
    case .tooLarge:
      self.init(.storageCorrupt, "the database: \(error). Does \(variable) name the right server and database?")
    case .misuse: self.init(.schemaMismatch, "the database: \(error)")
    case .timedOut: self.init(.deadlineExceeded, "the database: \(error)")
    case .decoding: self.init(.schemaMismatch, "the database's columns are not of this version: \(error)")
    case .statement: self.init(Self.name(of: error.sqlState ?? ""), "the database: \(error)")
    }
  }

  /// Maps the codes and classes of https://www.postgresql.org/docs/current/errcodes-appendix.html.
  private static func name(of state: String) -> Name {
    switch state {
    // Serialization failure, deadlock, and a row that a writer without the advisory lock has inserted meanwhile.
    case "40001", "40P01", "23505": .databaseConflict
    // The user lacks a privilege.
    case "42501", "3D000": .configurationInvalid
    // A standby, or a server that is read-only during a failover.
    case "25006": .databaseUnavailable
    // A statement that takes longer than the server allows, and damage of the rows or indexes that a statement meets: the
    // server is there.
    case "57014": .deadlineExceeded
    case "XX001", "XX002": .storageCorrupt
    default:
      switch state.prefix(2) {
      // Connections, resources, operator intervention, the server's files, internal errors.
      case "08", "53", "55", "57", "58", "XX": .databaseUnavailable
      case "28": .configurationInvalid
      // Values from outside are checked before they are sent, so the server's own data is the cause.
      case "22": .storageCorrupt
      default: .schemaMismatch
      }
    }
  }
}
