import AWS
import Contracts
import Definitions
import DynamoDB
import Time

/// The lock that a definition describes.
public struct LockPlan: Equatable, Sendable {
  /// The place of a lock.
  public enum Place: Equatable, Sendable {
    /// An item of a DynamoDB table. A region of nil is the environment's.
    case dynamoDB(table: String, region: String?)
    /// A row of the ledger's database.
    case postgres
  }

  public let place: Place
  /// The lock's name: `etl:news`.
  public let key: String
  /// The time after which it expires, from its last renewal.
  public let timeout: Duration

  /// Reads the section `lock`.
  /// - Returns: nil if the definition has none.
  public init?(_ definition: Definition) {
    guard let lock = definition.lock else { return nil }
    place =
      lock.text("kind") == "postgres"
      ? .postgres : .dynamoDB(table: lock.text("table_name") ?? "", region: lock.text("region_name"))
    key = lock.text("key") ?? "etl:\(definition.dataset.id)"
    timeout = .seconds(lock.integer("timeout_seconds") ?? SectionForm.standardLockTimeout)
  }

  /// Makes the lock of a DynamoDB table, with the credentials and the endpoint that the environment names. Nothing is
  /// connected yet.
  /// - Returns: nil for a lock elsewhere.
  /// - Throws: `ConfigurationInvalid` if no region is known, or the endpoint is malformed.
  public func dynamoDBLock(
    environment: [String: String], profiles: ProfileFiles? = nil, time: any TimeSource = SystemTime()
  ) throws(PipelineError) -> DynamoDBLock? {
    guard case .dynamoDB(let table, let region) = place else { return nil }
    do {
      let session = try AWSSession(environment: environment, region: region, profiles: profiles, time: time)
      return DynamoDBLock(try DynamoDBClient(session), table: table, key: key, timeout: timeout)
    } catch {
      throw PipelineError(error, ofLock: "\(key) in the DynamoDB table \(table)")
    }
  }
}
