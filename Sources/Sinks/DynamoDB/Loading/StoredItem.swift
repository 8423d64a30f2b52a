import DynamoDB

/// An item of the table, as far as it is read.
struct StoredItem {
  let key: ItemKey
  /// Nil for an item that another program wrote.
  let content: String?
  let order: DynamoDBValue?
  let owner: DynamoDBValue?
  /// The number of records of its edit.
  let siblings: Int?
  /// True if its edit may have had more records than that.
  let isInDoubt: Bool
  let attributes: DynamoDBClient.Item

  /// - Returns: nil for an item without the key's attributes.
  init?(_ item: DynamoDBClient.Item, _ settings: TableSettings) {
    guard let key = ItemKey(item, settings) else { return nil }
    self.key = key
    if case .text(let digest)? = item[ItemAttribute.content] { content = digest } else { content = nil }
    if case .number(let count)? = item[ItemAttribute.siblings] { siblings = Int(count) } else { siblings = nil }
    isInDoubt = item[ItemAttribute.isInDoubt] == .flag(true)
    order = settings.order.flatMap { item[$0] }
    owner = settings.owner.flatMap { item[$0] }
    attributes = item
  }
}
