import Contracts

/// The database of a deployment, or the reason why it has none.
///
/// A function serves every dataset, and starts before it knows which: there a missing PG_DATABASE_URL is an error, unless
/// LEDGER=off says that it is meant. A process that runs one dataset knows at its start if that needs a database: there only
/// LEDGER=on makes a missing PG_DATABASE_URL an error.
public struct DatabaseSetting: Equatable, Sendable {
  /// The address; nil without a database.
  public let url: String?
  public let allowsWeakTLS: Bool
  private let isOff: Bool

  /// Reads `LEDGER`, `PG_DATABASE_URL` and `PG_ALLOW_WEAK_TLS`.
  /// - Parameter isOptional: true if a missing PG_DATABASE_URL alone says that there is no database, unless LEDGER=on.
  public init(from configuration: inout Configuration, isOptional: Bool = false) {
    let isWanted = configuration.isSet(.ledger)
    isOff = !configuration.flag(.ledger, isTrue: "on", isFalse: "off")
    let isSet = configuration.isSet(.databaseURL)
    if isOff, isSet { configuration.report("LEDGER is off, and PG_DATABASE_URL is set: delete one of them") }
    url = isOff || isOptional && !isWanted && !isSet ? nil : configuration.text(.databaseURL)
    allowsWeakTLS = configuration.flag(.allowWeakTLS)
  }

  /// The reason why there is no database.
  public var absence: String { isOff ? "LEDGER is off" : "\(EnvironmentVariable.databaseURL.name) is not set" }

  /// The error of what asks for a database where there is none.
  public var missing: PipelineError {
    PipelineError(.configurationInvalid, "no ledger, and no other table: \(absence)")
  }

  /// Refuses a dataset that cannot be without a database.
  /// - Parameter needs: the parts of its definition that use one: `the sink postgres`.
  /// - Throws: `DatabaseMissing` where there is none.
  public func check(_ dataset: Dataset, needs: [String]) throws(PipelineError) {
    guard url == nil, !needs.isEmpty else { return }
    throw PipelineError(
      .databaseMissing,
      "\(absence), and the dataset \(dataset.id) needs a database: \(needs.joined(separator: ", "))")
  }
}
