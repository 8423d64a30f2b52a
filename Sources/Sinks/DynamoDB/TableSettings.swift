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

  static let all = [content, siblings]
}
