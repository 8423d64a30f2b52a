import DynamoDB

/// The fate of an incoming item, by what is stored with its key.
enum ItemFate: Equatable {
  case new
  case changed
  case unchanged
  /// A later version is stored.
  case isEarlier
  /// Another owner's item, of a later edit, is stored. The owner, for a person.
  case isHeld(by: String)

  /// True if the item is to be written.
  var isWritten: Bool { self == .new || self == .changed }

  /// - Parameter siblings: the number of records of the item's edit; nil without an owner.
  init(_ item: TableItem, over stored: StoredItem?, siblings: Int?) {
    guard let stored else {
      self = .new
      return
    }
    guard stored.content != item.content || stored.siblings != siblings else {
      self = .unchanged
      return
    }
    // Without an order the version that comes last stands.
    let isSameOwner = item.owner == nil || item.owner?.isSame(as: stored.owner) == true
    let later: ItemFate = isSameOwner ? .isEarlier : .isHeld(by: stored.owner?.shown ?? "an unknown one")
    switch item.order?.compared(to: stored.order) {
    case .less?: self = later
    case .equal? where !isSameOwner && stored.owner != nil && item.owner?.compared(to: stored.owner) != .greater:
      self = later
    default: self = .changed
    }
  }
}
