import Contracts

/// The rejections by earlier documents of an item that are open, while a document of the item is loaded.
struct EarlierRejections {
  /// The records' keys, as `TableRow.label` has them. Byte by byte, as keys are compared.
  private var open: Set<[UInt8]>
  private var loaded: [String] = []

  init(_ keys: [String]) { open = Set(keys.map { Array($0.utf8) }) }

  /// Takes rows that are loaded.
  /// - Parameter dropped: the positions of those that are not.
  mutating func note(_ rows: [TableRow], besides dropped: Set<Int>) {
    guard !open.isEmpty else { return }
    for row in rows where !dropped.contains(row.position) {
      let label = row.label
      if open.remove(Array(label.utf8)) != nil { loaded.append(label) }
    }
  }

  /// - Parameter isComplete: true if every record of the item and its key are known.
  func resolutions(isComplete: Bool) -> [String: LoadReport.Resolution] {
    let others = isComplete ? open.map { (String(decoding: $0, as: UTF8.self), LoadReport.Resolution.notListed) } : []
    return Dictionary(loaded.map { ($0, .loaded) } + others) { first, _ in first }
  }
}
