import AWS
import Time

/// Calls for many items. Each is one request, or several at once; `DynamoDBTable` repeats what a request has left.
extension DynamoDBClient {
  /// Bytes of an item at most, its attributes' names included.
  public static let maximumItemBytes = 400 << 10
  /// Items of a BatchWriteItem at most.
  static let maximumWrites = 25
  /// Bytes of the items of a BatchWriteItem at most.
  static let maximumRequestBytes = 16 << 20
  /// Keys of a BatchGetItem at most.
  static let maximumKeys = 100

  /// A write of one item under a condition.
  public enum ConditionalWrite: Sendable {
    case put(Item, if: Condition)
    /// Deletes the item with a key.
    case delete(Item, if: Condition)
  }

  /// Writes up to 25 items of up to 16 MB.
  /// - Returns: the items that were not written.
  func batchPut(_ items: [Item], into table: String, deadline: Deadline) throws(AWSError) -> [Item] {
    struct Put: Codable { let Item: DynamoDBClient.Item }
    struct Request: Codable { let PutRequest: Put }
    struct Input: Encodable { let RequestItems: [String: [Request]] }
    struct Output: Decodable { let UnprocessedItems: [String: [Request]]? }
    let input = Input(RequestItems: [table: items.map { Request(PutRequest: Put(Item: $0)) }])
    let output: Output = try client.call(
      "BatchWriteItem", target: Self.target, version: Self.version, input, of: table, deadline: deadline)
    return output.UnprocessedItems?[table]?.map(\.PutRequest.Item) ?? []
  }

  /// Reads up to 100 items, as they are after every write that has been acknowledged.
  /// - Parameter attributes: those to read; nil for all.
  /// - Returns: the items that there are, and the keys that were not looked up.
  func batchGet(
    _ keys: [Item], from table: String, attributes: Projection?, deadline: Deadline
  ) throws(AWSError) -> (found: [Item], unread: [Item]) {
    struct Request: Codable {
      let Keys: [Item]
      var ConsistentRead: Bool?
      var ProjectionExpression: String?
      var ExpressionAttributeNames: [String: String]?
    }
    struct Input: Encodable { let RequestItems: [String: Request] }
    struct Output: Decodable {
      let Responses: [String: [Item]]?
      let UnprocessedKeys: [String: Request]?
    }
    let request = Request(
      Keys: keys, ConsistentRead: true, ProjectionExpression: attributes?.expression,
      ExpressionAttributeNames: attributes?.names)
    let output: Output = try client.call(
      "BatchGetItem", target: Self.target, version: Self.version, Input(RequestItems: [table: request]), of: table,
      deadline: deadline)
    return (output.Responses?[table] ?? [], output.UnprocessedKeys?[table]?.Keys ?? [])
  }

  /// Reads a page of a table, of at most 1 MB before the filter.
  /// - Parameters:
  ///   - filter: a condition on the items to return.
  ///   - start: where the page before ended; nil for the first one.
  /// - Returns: the items, and where the page ends; nil for the last one.
  func scan(
    _ table: String, where filter: Condition, attributes: Projection, after start: Item?, deadline: Deadline
  ) throws(AWSError) -> (items: [Item], end: Item?) {
    struct Input: Encodable {
      let TableName: String
      let ConsistentRead: Bool
      let FilterExpression: String
      let ProjectionExpression: String
      let ExpressionAttributeNames: [String: String]
      let ExpressionAttributeValues: Item?
      let ExclusiveStartKey: Item?
    }
    struct Output: Decodable {
      let Items: [Item]?
      let LastEvaluatedKey: Item?
    }
    let input = Input(
      TableName: table, ConsistentRead: true, FilterExpression: filter.expression,
      ProjectionExpression: attributes.expression,
      ExpressionAttributeNames: attributes.names.merging(filter.names) { $1 },
      ExpressionAttributeValues: filter.values.isEmpty ? nil : filter.values, ExclusiveStartKey: start)
    let output: Output = try client.call(
      "Scan", target: Self.target, version: Self.version, input, of: table, deadline: deadline)
    return (output.Items ?? [], output.LastEvaluatedKey.flatMap { $0.isEmpty ? nil : $0 })
  }

  /// Writes items at once, each under its condition. Those of one call should have different keys.
  /// - Returns: the error of each write, in their order; nil for one that was done.
  func writeAll(_ writes: [ConditionalWrite], in table: String, deadline: Deadline) -> [AWSError?] {
    var errors: [AWSError?] = Array(repeating: nil, count: writes.count)
    for operation in ["PutItem", "DeleteItem"] {
      var (places, inputs): ([Int], [Input]) = ([], [])
      for (place, write) in writes.enumerated() {
        switch write {
        case .put(let item, let condition) where operation == "PutItem":
          places.append(place)
          inputs.append(Input(TableName: table, Item: item).with(condition))
        case .delete(let key, let condition) where operation == "DeleteItem":
          places.append(place)
          inputs.append(Input(TableName: table, Key: key).with(condition))
        default: continue
        }
      }
      guard !inputs.isEmpty else { continue }
      let outcomes: [Result<Nothing, AWSError>] = client.callAll(
        operation, target: Self.target, version: Self.version, inputs, of: table, deadline: deadline)
      for (place, outcome) in zip(places, outcomes) {
        if case .failure(let error) = outcome { errors[place] = error }
      }
    }
    return errors
  }

  /// The attributes that a call reads, by placeholders: a name may be a reserved word.
  struct Projection {
    let expression: String
    let names: [String: String]

    init(_ attributes: [String]) {
      let placeholders = attributes.indices.map { "#p\($0)" }
      expression = placeholders.joined(separator: ", ")
      names = Dictionary(zip(placeholders, attributes)) { first, _ in first }
    }
  }
}

extension DynamoDBClient.Input {
  fileprivate func with(_ condition: DynamoDBClient.Condition) -> Self {
    var input = self
    input.set(condition)
    return input
  }
}
