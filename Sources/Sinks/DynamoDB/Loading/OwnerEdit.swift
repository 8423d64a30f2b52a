import DynamoDB
import JSON

/// The edit of one owner, such as a post, that a document has: its time and its records.
struct OwnerEdit {
  /// The identity of an owner, for a dictionary. Byte by byte.
  typealias ID = [UInt8]

  let owner: DynamoDBValue
  /// The latest order of the records: those of an earlier one are not the edit's.
  private(set) var order: DynamoDBValue?
  /// The keys of the records that are accepted.
  private(set) var keys: Set<ItemKey> = []
  /// The keys of those that are rejected: their items are not missing.
  private var rejectedKeys: Set<ItemKey> = []
  private var rejected = 0
  /// True if rows of the owner were rejected whose keys are not known, so that nothing is known to be missing.
  private(set) var isInDoubt = false
  /// The keys of all rows that the scraper rejected: one may be an item's.
  private var rejectedRows: Set<String> = []

  static func id(of owner: DynamoDBValue) -> ID { Array("\(owner.type)\(owner.shown)".utf8) }

  /// Reads the owner of a record, also of one that is rejected; nil if it has none.
  static func owner(of fields: JSONObject, _ settings: TableSettings) -> DynamoDBValue? {
    guard let name = settings.owner else { return nil }
    if let text = fields[name]?.string, !text.isEmpty { return .text(text) }
    return fields[name]?.number.map { .number($0.text) }
  }

  /// Reads the version of a record that is rejected; nil if it has none.
  static func version(of fields: JSONObject, _ settings: TableSettings) -> DynamoDBValue? {
    guard let value = settings.order.flatMap({ fields[$0] }) else { return nil }
    return value.string.map { .text($0) } ?? value.number.map { .number($0.text) }
  }

  /// The condition of the items of some owners; of very many, that of all owners' items.
  static func filter(_ owners: [DynamoDBValue], _ settings: TableSettings) -> DynamoDBClient.Condition {
    let names = ["#owner": settings.owner ?? ""]
    // More operands than that are refused.
    guard owners.count <= 100 else { return DynamoDBClient.Condition("attribute_exists(#owner)", names: names) }
    let values = Dictionary(owners.enumerated().map { (":o\($0)", $1) }) { first, _ in first }
    return DynamoDBClient.Condition(
      "#owner IN (\(values.keys.sorted().joined(separator: ", ")))", names: names, values: values)
  }

  init(_ owner: DynamoDBValue) { self.owner = owner }

  /// The number of the edit's records. One that is rejected counts as well: the stored items are then never all of them.
  var siblings: Int { keys.count + rejected }

  /// True for an item of the edit; false for one of an earlier version, which the document has as well.
  func has(_ item: TableItem) -> Bool { order.map { item.order?.isSame(as: $0) == true } ?? true }

  /// Begins with a record of a version. A later version than the one so far replaces it: a list of posts that moves while it is
  /// read has a post that was just edited twice.
  /// - Returns: false for a record of an earlier version, which is not the edit's.
  mutating func begin(_ version: DynamoDBValue?) -> Bool {
    guard let version, let order else {
      order = order ?? version
      return true
    }
    switch version.compared(to: order) {
    case .less?: return false
    case .equal?: return true
    case .greater?, nil:
      self = OwnerEdit(owner)
      self.order = version
      return true
    }
  }

  mutating func add(_ key: ItemKey) { keys.insert(key) }

  /// Takes a record that is rejected.
  /// - Parameter key: nil if it cannot be read.
  mutating func reject(_ key: ItemKey?) {
    rejected += 1
    if let key { rejectedKeys.insert(key) } else { isInDoubt = true }
  }

  /// Takes the rows that the scraper rejected, whose records are not known. A row is the owner's if its key is the owner. One
  /// without a key may be any owner's.
  mutating func reject(rows keys: Set<String>, areAllNamed: Bool) {
    rejectedRows = keys
    if !areAllNamed || keys.contains(owner.shown) { isInDoubt = true }
  }

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
      guard latest.allSatisfy({ $0.siblings == latest.count && !$0.isInDoubt }) else { return [] }
      let condition = condition("#order < :order", newest, settings)
      return stored.filter { newest.compared(to: $0.order) == .greater }.map { ($0.key, condition) }
    }
    let condition = condition("(attribute_not_exists(#order) OR #order <= :order)", order, settings)
    return stored.filter {
      !keys.contains($0.key) && !rejectedKeys.contains($0.key) && !rejectedRows.contains($0.key.rowKey)
    }.map { ($0.key, condition) }
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
