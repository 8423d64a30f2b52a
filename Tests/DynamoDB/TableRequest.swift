import DynamoDB
import Foundation
import HTTP

/// A request to a table in memory.
struct TableRequest {
  typealias Item = DynamoDBClient.Item

  /// Items that a scan looks at in one page.
  static let page = 3

  let operation: String
  let table: String
  /// The items or keys.
  let items: [Item]
  let condition: TableCondition?
  private let names: [String: String]
  private let projection: String?
  private let start: Item?

  var count: Int { items.count }

  private struct Body: Decodable {
    var TableName: String?
    var Key: Item?
    var Item: Item?
    var ConsistentRead: Bool?
    var ConditionExpression: String?
    var FilterExpression: String?
    var ProjectionExpression: String?
    var ExpressionAttributeNames: [String: String]?
    var ExpressionAttributeValues: Item?
    var ExclusiveStartKey: Item?
  }

  private struct Write: Codable {
    struct Put: Codable { let Item: TableRequest.Item }
    let PutRequest: Put
  }

  private struct Keys: Codable {
    let Keys: [Item]
    var ConsistentRead: Bool?
    var ProjectionExpression: String?
    var ExpressionAttributeNames: [String: String]?
  }

  private struct Batch<Part: Decodable>: Decodable { let RequestItems: [String: Part] }

  struct Unknown: Error {}

  init(_ operation: String, _ body: Data) throws {
    self.operation = operation
    let decoder = JSONDecoder()
    switch operation {
    case "BatchWriteItem":
      guard let part = try decoder.decode(Batch<[Write]>.self, from: body).RequestItems.first else { throw Unknown() }
      table = part.key
      items = part.value.map(\.PutRequest.Item)
      (condition, names, projection, start) = (nil, [:], nil, nil)
    case "BatchGetItem":
      guard let part = try decoder.decode(Batch<Keys>.self, from: body).RequestItems.first,
        part.value.ConsistentRead == true
      else { throw Unknown() }
      table = part.key
      items = part.value.Keys
      (condition, start) = (nil, nil)
      names = part.value.ExpressionAttributeNames ?? [:]
      projection = part.value.ProjectionExpression
    case "PutItem", "DeleteItem", "Scan":
      let single = try decoder.decode(Body.self, from: body)
      guard operation != "Scan" || single.ConsistentRead == true else { throw Unknown() }
      table = single.TableName ?? ""
      items = [single.Item ?? single.Key].compactMap(\.self)
      names = single.ExpressionAttributeNames ?? [:]
      projection = single.ProjectionExpression
      start = single.ExclusiveStartKey
      condition = (single.ConditionExpression ?? single.FilterExpression).map {
        TableCondition($0, single.ExpressionAttributeNames ?? [:], single.ExpressionAttributeValues ?? [:])
      }
    default: throw Unknown()
    }
  }

  private func projected(_ item: Item) -> Item {
    guard let projection else { return item }
    let wanted = projection.components(separatedBy: ", ").map { names[$0] ?? $0 }
    return item.filter { wanted.contains($0.key) }
  }

  /// - Parameter found: the items of a batch that reads.
  func response(_ found: [Item]?, left: [Item]) -> HTTPResponse {
    struct Read: Encodable {
      let Responses: [String: [Item]]
      let UnprocessedKeys: [String: Keys]
    }
    struct Written: Encodable { let UnprocessedItems: [String: [Write]] }
    guard let found else {
      let rest = left.map { Write(PutRequest: .init(Item: $0)) }
      return Self.success(Written(UnprocessedItems: rest.isEmpty ? [:] : [table: rest]))
    }
    let rest = left.isEmpty ? [:] : [table: Keys(Keys: left, ConsistentRead: true)]
    return Self.success(Read(Responses: [table: found.map(projected)], UnprocessedKeys: rest))
  }

  /// Returns a page of a scan.
  func page(of items: [Item]) -> HTTPResponse {
    struct Page: Encodable {
      let Items: [Item]
      var LastEvaluatedKey: Item?
    }
    let first = start.flatMap { start in
      items.firstIndex { item in start.allSatisfy { item[$0.key] == $0.value } }.map { $0 + 1 }
    }
    let rest = items.dropFirst(first ?? 0)
    let looked = rest.prefix(Self.page)
    var page = Page(Items: looked.filter { condition?.holds(for: $0) ?? true }.map(projected))
    if rest.count > looked.count, let last = looked.last {
      page.LastEvaluatedKey = last.filter { ["date", "session"].contains($0.key) }
    }
    return Self.success(page)
  }

  private static func success(_ body: some Encodable) -> HTTPResponse {
    HTTPResponse(status: 200, body: (try? JSONEncoder().encode(body)) ?? Data())
  }
}
