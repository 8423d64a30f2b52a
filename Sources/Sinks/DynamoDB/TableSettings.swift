import Contracts
import Definitions

/// The settings of a section about its table.
struct TableSettings {
  let table: String
  let hash: String
  let range: String?
  let order: String?
  let owner: String?
  /// The fields of an item; nil for all.
  let fields: Set<String>?

  init(_ section: Section) {
    table = section.text("table") ?? ""
    hash = section.text("hash") ?? ""
    range = section.text("range")
    order = section.text("order")
    owner = section.text("owner")
    let named = [section.text("hash"), range, order, owner].compactMap(\.self)
    fields = section["attributes"] == nil ? nil : Set(section.texts("attributes") + named)
  }

  /// The fields of the key.
  var key: [String] { [hash] + (range.map { [$0] } ?? []) }

  /// The attributes that say whether an item is to be written.
  var compared: [String] { key + [order, owner].compactMap(\.self) + ItemAttribute.all }

  /// True for a field of a record that its item has.
  func takes(_ field: String) -> Bool {
    guard ![LineageField.record, LineageField.sourceRow].contains(field), !ItemAttribute.all.contains(field) else {
      return false
    }
    return fields?.contains(field) ?? true
  }

  /// The reason to reject a record whose key is another owner's.
  /// - Parameter place: where that one is.
  func isHeld(_ key: ItemKey, by other: String, in place: String) -> String {
    "\(place) has a record with the key \(key.label) of another \(owner ?? "owner"), \(other), which is of a later time: that "
      + "one stands"
  }

  /// The key for a person: `date (S, hash), session (S, range)`.
  var described: String { "\(hash) (S, hash)" + (range.map { ", \($0) (S, range)" } ?? "") }

  /// The command that makes the table.
  var creation: String {
    let attributes = key.map { "AttributeName=\($0),AttributeType=S" }.joined(separator: " ")
    let keys = zip(key, ["HASH", "RANGE"]).map { "AttributeName=\($0),KeyType=\($1)" }.joined(separator: " ")
    return "aws dynamodb create-table --table-name \(table) --billing-mode PAY_PER_REQUEST --attribute-definitions "
      + "\(attributes) --key-schema \(keys)"
  }
}

/// The attributes that the sink adds to an item. A field of a record with such a name is not stored.
enum ItemAttribute {
  /// A digest of the other attributes.
  static let content = "_content_hash"
  /// The number of records, rejected ones included, that the item's owner had in that edit.
  static let siblings = "_edit_items"
  /// True in an item of an edit that may have more records than its document. No item is written for it alone.
  static let isInDoubt = "_edit_unclear"

  static let all = [content, siblings, isInDoubt]
}
