import Contracts
import Cryptography
import DynamoDB
import FoundationEssentials
import JSON

/// A record as an item of the table.
struct TableItem {
  /// The record's index in the document, over all its parts.
  let position: Int
  let key: ItemKey
  /// Without the sink's own attributes.
  let attributes: DynamoDBClient.Item
  /// A digest of the attributes, by which a stored item is known to be the same.
  let content: String
  let order: DynamoDBValue?
  let owner: DynamoDBValue?

  /// The reason for which a record is rejected.
  struct Problem: Error {
    let text: String
  }

  /// Bytes of a key's values at most.
  private static let (maximumHashBytes, maximumRangeBytes) = (2048, 1024)
  /// Bytes that the sink's own attributes take at most.
  private static let ownBytes = 128

  init(_ fields: JSONObject, at position: Int, _ settings: TableSettings) throws(Problem) {
    self.position = position
    key = try Self.key(of: fields, settings)
    var item: DynamoDBClient.Item = [:]
    for (name, value) in fields.members where settings.takes(name) {
      guard item.updateValue(try ItemValue.read(value, name), forKey: name) == nil else {
        throw Problem(text: "two of its fields have the name \(name.prefix(60)), spelled in two ways")
      }
    }
    item.merge(key.attributes(settings)) { $1 }
    order = try Self.comparable(settings.order, in: item, "its versions are ordered")
    owner = try Self.comparable(settings.owner, in: item, "it is owned")
    let size = item.size + Self.ownBytes
    guard size <= DynamoDBClient.maximumItemBytes else {
      throw Problem(
        text: "it has \(size) bytes as an item, and an item of DynamoDB has at most \(DynamoDBClient.maximumItemBytes)")
    }
    attributes = item
    var bytes: [UInt8] = []
    ItemValue.write(.map(item), into: &bytes)
    do { content = try Digest(of: Data(bytes)).hexadecimal } catch {
      throw Problem(text: "its digest cannot be computed: \(error)")
    }
  }

  /// Returns the key of a record, also of one that is rejected for another reason.
  static func key(of fields: JSONObject, _ settings: TableSettings) throws(Problem) -> ItemKey {
    let hash = try part(settings.hash, of: fields, Self.maximumHashBytes)
    guard let range = settings.range else { return ItemKey(hash: hash, range: nil) }
    return ItemKey(hash: hash, range: try part(range, of: fields, Self.maximumRangeBytes))
  }

  /// A number stands for its digits: the table's keys are texts.
  private static func part(_ name: String, of fields: JSONObject, _ maximum: Int) throws(Problem) -> String {
    guard let text = fields[name]?.string ?? fields[name]?.number?.text else {
      throw Problem(text: "its key \(name) is \(fields[name]?.kind ?? "missing"), and must be a text")
    }
    guard !text.isEmpty else { throw Problem(text: "its key \(name) is empty, which DynamoDB does not take") }
    guard text.utf8.count <= maximum else {
      throw Problem(text: "its key \(name) has \(text.utf8.count) bytes: at most \(maximum) are allowed")
    }
    return text
  }

  private static func comparable(
    _ name: String?, in item: DynamoDBClient.Item, _ purpose: String
  ) throws(Problem) -> DynamoDBValue? {
    guard let name else { return nil }
    switch item[name] {
    case .text(let text)? where !text.isEmpty: return .text(text)
    case .number(let number)?: return .number(number)
    default: throw Problem(text: "it has no text or number \(name), by which \(purpose)")
    }
  }

  /// The item as it is written.
  /// - Parameter edit: that of its owner; nil without one.
  func written(of edit: OwnerEdit?) -> DynamoDBClient.Item {
    var item = attributes
    item[ItemAttribute.content] = .text(content)
    guard let edit else { return item }
    item[ItemAttribute.siblings] = .number("\(edit.siblings)")
    if edit.isInDoubt { item[ItemAttribute.isInDoubt] = .flag(true) }
    return item
  }

  /// True if of two owners' items with one key this one stands: that of the later time or, of one time, of the greater owner. It
  /// is the rule of `condition`, for two items of one document.
  func stands(before other: TableItem) -> Bool {
    switch order?.compared(to: other.order) {
    case .less?: false
    case .equal?: owner?.compared(to: other.owner) == .greater
    default: true
    }
  }

  /// The condition under which the item may be written: nothing is stored with its key, or an earlier version, or this one.
  /// Of two owners' versions of one time that of the greater owner stands, whichever comes first.
  /// - Returns: nil without an order.
  func condition(_ settings: TableSettings) -> DynamoDBClient.Condition? {
    guard let name = settings.order, let order else { return nil }
    var expression =
      "attribute_not_exists(#order) OR #order < :order OR (NOT attribute_type(#order, :type)) OR (#order = :order"
    var names = ["#order": name]
    var values: DynamoDBClient.Item = [":order": order, ":type": .text(order.type)]
    if let field = settings.owner, let owner {
      expression += " AND (attribute_not_exists(#owner) OR #owner <= :owner)"
      names["#owner"] = field
      values[":owner"] = owner
    }
    return DynamoDBClient.Condition(expression + ")", names: names, values: values)
  }
}
