import Contracts
import Postgres
import Testing

@testable import Ledger

@Suite("Errors of the database")
struct DatabaseErrorTests {
  @Test(
    "A failed statement has the error name on which the state machine's rules match",
    arguments: [
      ("08006", .databaseUnavailable), ("53100", .databaseUnavailable), ("55P03", .databaseUnavailable),
      ("57P01", .databaseUnavailable), ("58030", .databaseUnavailable), ("XX000", .databaseUnavailable),
      ("57014", .deadlineExceeded), ("XX001", .storageCorrupt), ("XX002", .storageCorrupt),
      ("25006", .databaseUnavailable), ("40001", .databaseConflict), ("40P01", .databaseConflict),
      ("23505", .databaseConflict), ("22P02", .storageCorrupt), ("28P01", .configurationInvalid),
      ("3D000", .configurationInvalid), ("42501", .configurationInvalid), ("42P01", .schemaMismatch),
      ("23502", .schemaMismatch), ("0A000", .schemaMismatch), ("P0001", .schemaMismatch), ("25001", .schemaMismatch),
    ] as [(String, PipelineError.Name)])
  func names(state: String, name: PipelineError.Name) {
    #expect(PipelineError(PostgresError(.statement, sqlState: state, "")).name == name)
  }

  @Test(
    "A lost connection means an unavailable database, and a refused one a wrong configuration",
    arguments: [
      (.connectionLost, .databaseUnavailable), (.unreachable, .databaseUnavailable), (.timedOut, .deadlineExceeded),
      (.refused, .configurationInvalid), (.tls, .configurationInvalid), (.invalidURL, .configurationInvalid),
      (.decoding, .schemaMismatch), (.misuse, .schemaMismatch), (.tooLarge, .storageCorrupt),
    ] as [(PostgresError.Kind, PipelineError.Name)])
  func kinds(kind: PostgresError.Kind, name: PipelineError.Name) {
    #expect(PipelineError(PostgresError(kind, "")).name == name)
  }
}
