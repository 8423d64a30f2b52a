import Contracts
import Postgres

extension PipelineError {
  /// The name under which the state machine knows a failure of the database.
  init(_ error: PostgresError) {
    switch error.kind {
    case .invalidURL, .refused, .tls: self.init(.configurationInvalid, "PG_DATABASE_URL: \(error)")
    case .unreachable: self.init(.databaseUnavailable, "PG_DATABASE_URL: \(error)")
    case .connectionLost: self.init(.databaseUnavailable, "the database: \(error)")
    case .misuse: self.init(.schemaMismatch, "the database: \(error)")
    case .timedOut: self.init(.deadlineExceeded, "the database: \(error)")
    case .decoding: self.init(.schemaMismatch, "the database's columns are not of this version: \(error)")
    case .statement: self.init(Self.name(of: error.sqlState ?? ""), "the database: \(error)")
    }
  }

  /// By the codes and classes of https://www.postgresql.org/docs/current/errcodes-appendix.html.
  private static func name(of state: String) -> Name {
    switch state {
    // Serialization failure, deadlock, and a row that somebody who does not keep to the lock has written meanwhile.
    case "40001", "40P01", "23505": .databaseConflict
    // The user lacks a privilege.
    case "42501", "3D000": .configurationInvalid
    // A standby, or a server that is set to read only while it is taken over.
    case "25006": .databaseUnavailable
    default:
      switch state.prefix(2) {
      // Connections, resources, operator's intervention, the server's files, its own faults.
      case "08", "53", "55", "57", "58", "XX": .databaseUnavailable
      case "28": .configurationInvalid
      // Every value that comes from outside is checked before it is sent: what the server cannot compute with lies in it.
      case "22": .storageCorrupt
      default: .schemaMismatch
      }
    }
  }
}
