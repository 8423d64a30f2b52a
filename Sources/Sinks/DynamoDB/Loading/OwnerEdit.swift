import DynamoDB
import JSON

/// The edit of one owner, such as a post, that a document has: its time and its records.
struct OwnerEdit {
  /// The identity of an owner, for a dictionary. Byte by byte.
  typealias ID = [UInt8]

  let owner: DynamoDBValue
  /// The latest order of the records.
  private(set) var order: DynamoDBValue?
  /// The keys of the records that are accepted.
  private(set) var keys: Set<ItemKey> = []
  /// The keys of those that are rejected: their items are not missing.
  private var rejectedKeys: Set<ItemKey> = []
  private var rejected = 0
  /// True if rows of the owner were rejected whose keys are not known, so that nothing is known to be missing.
  private(set) var isInDoubt = false
  /// Texts by which a rejected row may name the owner: its id, its slug.
  private var names: Set<String> = []

  static func id(of owner: DynamoDBValue) -> ID { Array("\(owner.type)\(owner.shown)".utf8) }

  /// Reads the owner of a record, also of one that is rejected; nil if it has none.
  static func owner(of fields: JSONObject, _ settings: TableSettings) -> DynamoDBValue? {
    guard let name = settings.owner else { return nil }
    if let text = fields[name]?.string, !text.isEmpty { return .text(text) }
    return fields[name]?.number.map { .number($0.text) }
  }

  init(_ owner: DynamoDBValue) { self.owner = owner }

  /// The number of the edit's records. One that is rejected counts as well: the stored items are then never all of them.
  var siblings: Int { keys.count + rejected + (isInDoubt ? 1 : 0) }

  mutating func add(_ item: TableItem, _ fields: JSONObject, _ settings: TableSettings) {
    keys.insert(item.key)
    if order == nil || order.map({ item.order?.compared(to: $0) == .greater }) == true { order = item.order }
    guard names.isEmpty else { return }
    for (name, value) in fields.members where !(settings.key + [settings.order]).contains(name) {
      let text = value.string ?? value.number?.text ?? ""
      if (4...200).contains(text.utf8.count) { names.insert(text) }
    }
  }

  /// Takes a record that is rejected.
  /// - Parameter key: nil if it cannot be read.
  mutating func reject(_ key: ItemKey?) {
    rejected += 1
    if let key { rejectedKeys.insert(key) } else { isInDoubt = true }
  }

  /// Takes a row that the scraper rejected, whose records are not known. It is the owner's if its key or its reason has a text
  /// of the owner's records, such as a slug. A row that names nothing may be any owner's.
  mutating func reject(_ row: (reason: String, key: String?)) {
    guard !isInDoubt else { return }
    isInDoubt =
      row.key == nil && !row.reason.contains(": ") || row.key == owner.shown
      || names.contains { row.key?.contains($0) == true || row.reason.contains($0) }
  }

  mutating func doubt() { isInDoubt = true }

  // MARK: Comparison with what is stored

  /// The stored order of the latest edit; nil if nothing is stored.
  private func newest(_ stored: [StoredItem]) -> DynamoDBValue? {
    stored.compactMap(\.order).reduce(nil) { $1.compared(to: $0) == .less ? $0 : $1 }
  }

  /// True if a later edit of the owner is stored, at least in part.
  func isSuperseded(by stored: [StoredItem]) -> Bool { newest(stored)?.compared(to: order) == .greater }

  /// Returns the owner's stored items that the latest edit no longer has, and the condition of their deletion.
  func stale(among stored: [StoredItem], _ settings: TableSettings) -> [(key: ItemKey, if: DynamoDBClient.Condition)] {
    guard let order, !keys.isEmpty else { return [] }
    if let newest = newest(stored), newest.compared(to: order) == .greater {
      // This document is late. Of the later edit it knows nothing but what is stored. If that is not all of it, its own load
      // still has to write the rest, and deletes what is left over then.
      let latest = stored.filter { newest.isSame(as: $0.order) }
      guard latest.allSatisfy({ $0.siblings == latest.count }) else { return [] }
      let condition = condition("#order < :order", newest, settings)
      return stored.filter { newest.compared(to: $0.order) == .greater }.map { ($0.key, condition) }
    }
    let condition = condition("(attribute_not_exists(#order) OR #order <= :order)", order, settings)
    return stored.filter { !keys.contains($0.key) && !rejectedKeys.contains($0.key) }.map { ($0.key, condition) }
  }

  /// Never an item that a later edit has written, nor one that another owner has taken.
  private func condition(
    _ expression: String, _ order: DynamoDBValue, _ settings: TableSettings
  ) -> DynamoDBClient.Condition {
    DynamoDBClient.Condition(
      "#owner = :owner AND \(expression)",
      names: ["#owner": settings.owner ?? "", "#order": settings.order ?? ""],
      values: [":owner": owner, ":order": order])
  }
}
