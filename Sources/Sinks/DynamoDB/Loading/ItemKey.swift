import DynamoDB

/// The key of an item. Keys are equal if their bytes are, as in DynamoDB: Swift's `==` takes `é` and `e` with an accent for one.
struct ItemKey: Hashable {
  let hash: String
  let range: String?

  init(hash: String, range: String?) {
    self.hash = hash
    self.range = range
  }

  /// Reads the key of a stored item; nil if it is another table's.
  init?(_ item: DynamoDBClient.Item, _ settings: TableSettings) {
    guard case .text(let hash)? = item[settings.hash] else { return nil }
    guard let name = settings.range else {
      self.init(hash: hash, range: nil)
      return
    }
    guard case .text(let range)? = item[name] else { return nil }
    self.init(hash: hash, range: range)
  }

  /// The key as attributes.
  func attributes(_ settings: TableSettings) -> DynamoDBClient.Item {
    var item: DynamoDBClient.Item = [settings.hash: .text(hash)]
    if let name = settings.range, let range { item[name] = .text(range) }
    return item
  }

  /// The key, for a person.
  var label: String { hash + (range.map { " | \($0)" } ?? "") }

  /// The key as the transform `normalize` writes it for a row that it rejects.
  var rowKey: String { hash + (range.map { ", \($0)" } ?? "") }

  static func == (left: ItemKey, right: ItemKey) -> Bool {
    left.hash.utf8.elementsEqual(right.hash.utf8)
      && (left.range ?? "").utf8.elementsEqual((right.range ?? "").utf8)
  }

  func hash(into hasher: inout Hasher) {
    for text in [hash, range ?? ""] {
      var text = text
      text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      hasher.combine(0)
    }
  }
}
