import Contracts

/// The counts of a load, and the differences of a dry run.
extension ItemLoad {
  mutating func count(_ fates: [ItemFate], _ items: [TableItem]) {
    for (item, fate) in zip(items, fates) {
      switch fate {
      case .new: report.records.new += 1
      case .changed: report.records.changed += 1
      case .unchanged: report.records.unchanged += 1
      case .isEarlier:
        report.records.unchanged += 1
        earlier += 1
      // It is rejected.
      case .isHeld: continue
      }
      if fate != .isEarlier { report.resolutions[item.key.label] = .loaded }
    }
  }

  func label(_ key: ItemKey) -> String { "table \(table.name): \(key.label)" }

  mutating func note(_ item: TableItem, _ fate: ItemFate, _ stored: StoredItem?) {
    if fate == .new { differences.append(.init(.added, label: label(item.key))) }
    guard fate == .changed, let stored else { return }
    let names = Set(item.attributes.keys).union(stored.attributes.keys).subtracting(ItemAttribute.all).sorted()
    let fields = names.map { name in
      (name, stored.attributes[name]?.shown ?? "nothing", item.attributes[name]?.shown ?? "nothing")
    }
    differences.append(
      .init(
        .changed, label: label(item.key),
        fields: fields.filter { $0.1 != $0.2 }.map { .init(name: $0.0, before: $0.1, after: $0.2) }))
  }
}
