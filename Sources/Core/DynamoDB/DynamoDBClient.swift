import AWS
import FoundationEssentials
import Time

/// A client of Amazon DynamoDB: single items, written under a condition, and batches of them. Throttling and failures of the
/// service are retried with the session's backoff.
public final class DynamoDBClient {
  /// The attributes of an item, by their names.
  public typealias Item = [String: DynamoDBValue]

  /// A condition on the stored item.
  /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
  public struct Condition: Sendable {
    /// Has `#name` for an attribute whose name is a reserved word, and `:name` for a value.
    public let expression: String
    /// The attributes that `#name` stands for.
    public let names: [String: String]
    public let values: Item

    public init(_ expression: String, names: [String: String] = [:], values: Item = [:]) {
      self.expression = expression
      self.names = names
      self.values = values
    }
  }

  private static let service = AWSService(
    name: "DynamoDB", signingName: "dynamodb", endpointPrefix: "dynamodb", endpointVariable: "DYNAMODB")
  static let target = "DynamoDB_20120810"
  static let version = "1.0"

  let client: AWSClient
  /// The time by the clock of AWS, as far as it is known.
  public var now: Date { client.session.now }

  /// - Parameters:
  ///   - region: the tables' region; nil for the session's.
  ///   - backoff: that of its calls; nil for the session's.
  /// - Throws: `invalidConfiguration` if the endpoint or the region is invalid.
  public init(_ session: AWSSession, region: String? = nil, backoff: Backoff? = nil) throws(AWSError) {
    client = try AWSClient(Self.service, session: session, region: region, backoff: backoff)
  }

  /// Returns an item as it is after every write that has been acknowledged; nil if there is none.
  /// - Throws: `notFound` if there is no such table.
  public func item(_ key: Item, in table: String, deadline: Deadline) throws(AWSError) -> Item? {
    struct Output: Decodable { let Item: Item? }
    let output: Output = try call("GetItem", Input(TableName: table, Key: key, ConsistentRead: true), deadline)
    return output.Item
  }

  /// Writes an item in place of the one with its key. If the response is lost, the item is written again, so the condition
  /// must hold after the first time.
  /// - Throws: `preconditionFailed` if the condition does not hold; `notFound` if there is no such table.
  public func put(_ item: Item, in table: String, if condition: Condition, deadline: Deadline) throws(AWSError) {
    var input = Input(TableName: table, Item: item)
    input.set(condition)
    let _: Nothing = try call("PutItem", input, deadline)
  }

  /// Changes attributes of an item.
  /// - Parameter update: an expression such as `SET expires = :expires`, whose values the condition has.
  /// - Throws: as `put`.
  public func update(
    _ key: Item, in table: String, _ update: String, if condition: Condition, deadline: Deadline
  ) throws(AWSError) {
    var input = Input(TableName: table, Key: key, UpdateExpression: update)
    input.set(condition)
    let _: Nothing = try call("UpdateItem", input, deadline)
  }

  /// Deletes an item.
  /// - Throws: as `put`; also if an earlier attempt, whose response was lost, has deleted it.
  public func delete(_ key: Item, in table: String, if condition: Condition, deadline: Deadline) throws(AWSError) {
    var input = Input(TableName: table, Key: key)
    input.set(condition)
    let _: Nothing = try call("DeleteItem", input, deadline)
  }

  struct Nothing: Decodable {}

  struct Input: Encodable {
    let TableName: String
    var Key: Item?
    var Item: Item?
    var ConsistentRead: Bool?
    var UpdateExpression: String?
    var ConditionExpression: String?
    var ExpressionAttributeNames: [String: String]?
    var ExpressionAttributeValues: Item?

    mutating func set(_ condition: Condition) {
      ConditionExpression = condition.expression
      // DynamoDB refuses an empty map.
      ExpressionAttributeNames = condition.names.isEmpty ? nil : condition.names
      ExpressionAttributeValues = condition.values.isEmpty ? nil : condition.values
    }
  }

  private func call<Output: Decodable>(
    _ operation: String, _ input: Input, _ deadline: Deadline
  ) throws(AWSError) -> Output {
    try client.call(
      operation, target: Self.target, version: Self.version, input, of: input.TableName, deadline: deadline)
  }
}
