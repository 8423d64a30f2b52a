import Contracts
import DynamoDB
import FoundationEssentials
import JSON
import Routing
import Time

/// The records of a document with all its parts, as items: each key once, and each within the limits of DynamoDB.
struct IncomingItems {
  /// Keys in memory. A document with more is refused.
  static let maximumItems = 400_000
  /// Bytes of items in memory, of a table with owners: what an owner no longer has is known at the document's end.
  static let maximumOwnedBytes = 24 << 20

  /// The report so far: what was found and what was rejected.
  private(set) var report = LoadReport(records: RecordCounts())
  /// The records that repeat another one, or are an earlier version of one.
  private(set) var repeated = 0
  private(set) var owners: [OwnerEdit.ID: OwnerEdit] = [:]
  private let settings: TableSettings
  private let document: PartedDocument
  private let target: LoadTarget
  private let deadline: Deadline
  /// The position of each part's first record.
  private var starts: [Int] = []
  /// The last record so far of each key, by digests of its values and of its version.
  private var known: [ItemKey: (position: Int, content: UInt64, version: Int)] = [:]

  init(_ document: PartedDocument, for target: LoadTarget, _ settings: TableSettings, _ deadline: Deadline) {
    self.document = document
    self.target = target
    self.settings = settings
    self.deadline = deadline
  }

  private var fault: String { "cannot be items of the table \(settings.table)" }

  /// Reads the document, and passes the items of each part on.
  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's; `SourceChanged` for one of too many
  ///   records or rejections.
  mutating func read(now: Date, use: ([TableItem]) throws(PipelineError) -> Void) throws(PipelineError) {
    let head = try SinkDocument(document.head, for: target, now: now, parts: document.parts)
    report.listedAt = head.listedAt
    var (rowKeys, areAllNamed) = (Set<String>(), true)
    for index in 0..<document.count {
      let bytes = try document.part(index, deadline: deadline)
      let part = index == 0 ? head : try SinkDocument(bytes, for: target, now: now, parts: document.parts)
      let start = report.records.found
      starts.append(start)
      var (items, rejections) = ([TableItem](), [LoadReport.Rejection]())
      for (offset, fields) in part.records.enumerated() {
        do throws(TableItem.Problem) {
          if let item = try item(fields, at: start + offset) { items.append(item) }
        } catch {
          rejections.append(reject(fields, at: start + offset, error.text))
        }
      }
      for (offset, row) in part.rejected.enumerated() {
        rejections.append(.init(position: start + part.records.count + offset, reason: row.reason, key: row.key))
        if let key = row.key { rowKeys.insert(key) } else { areAllNamed = false }
      }
      report.records.found += part.records.count + part.rejected.count
      try report.reject(rejections, of: bytes, from: start, as: fault)
      guard known.count <= Self.maximumItems else {
        throw PipelineError(
          .sourceChanged,
          "\(target.key) has more than \(Self.maximumItems) records, which a loader does not have the memory for: divide "
            + "the dataset's items. Not all of them are written")
      }
      try use(settings.owner == nil ? latest(of: items) : items)
    }
    for id in owners.keys { owners[id]?.reject(rows: rowKeys, areAllNamed: areAllNamed) }
  }

  /// Leaves out the items of which a part has a later version.
  private mutating func latest(of items: [TableItem]) -> [TableItem] {
    var places: [ItemKey: Int] = [:]
    for (place, item) in items.enumerated() {
      if let earlier = places[item.key] {
        repeated += 1
        if !item.stands(before: items[earlier]) { continue }
      }
      places[item.key] = place
    }
    return places.count == items.count ? items : places.values.sorted().map { items[$0] }
  }

  /// Chooses among the items of owners, after the document was read: those of each owner's latest version, and one of each key.
  /// Two owners' items with one key are decided on as the table does. The others are rejected.
  mutating func settle(_ items: [TableItem]) throws(PipelineError) -> [TableItem] {
    var (places, rejections) = ([ItemKey: Int](), [LoadReport.Rejection]())
    func reject(_ item: TableItem, _ reason: String) {
      rejections.append(.init(position: item.position, reason: reason, key: item.key.label))
    }
    for (place, item) in items.enumerated() {
      guard let owner = item.owner, owners[OwnerEdit.id(of: owner)]?.has(item) == true else {
        repeated += 1
        continue
      }
      guard let other = places[item.key].map({ items[$0] }) else {
        places[item.key] = place
        continue
      }
      if other.owner?.isSame(as: owner) == true {
        if other.content == item.content {
          repeated += 1
        } else {
          owners[OwnerEdit.id(of: owner)]?.reject(item.key)
          reject(item, Self.hasSameKey(item, as: other.position))
        }
        continue
      }
      let isLater = item.stands(before: other)
      let (winner, loser) = isLater ? (item, other) : (other, item)
      if isLater { places[item.key] = place }
      reject(loser, settings.isHeld(loser.key, by: winner.owner?.shown ?? "", in: "the document"))
    }
    try self.reject(rejections)
    return places.values.sorted().map { items[$0] }
  }

  private static func hasSameKey(_ item: TableItem, as position: Int) -> String {
    "record \(position) of the document has the same key \(item.key.label) and other values: the first one stands"
  }

  /// - Returns: nil for a record that repeats an earlier one, or is an earlier version of its owner's.
  private mutating func item(_ fields: JSONObject?, at position: Int) throws(TableItem.Problem) -> TableItem? {
    guard let fields else { throw TableItem.Problem(text: "it is no JSON object") }
    let item = try TableItem(fields, at: position, settings)
    if let owner = item.owner, !owners[OwnerEdit.id(of: owner), default: OwnerEdit(owner)].begin(item.order) {
      repeated += 1
      return nil
    }
    let content = UInt64(item.content.prefix(16), radix: 16) ?? 0
    let version = item.order?.shown.hashValue ?? 0
    if let earlier = known[item.key] {
      guard earlier.content != content else {
        repeated += 1
        return nil
      }
      // What has an owner is settled when the document is read, and another version by its order.
      guard item.owner != nil || earlier.version != version else {
        throw TableItem.Problem(text: Self.hasSameKey(item, as: earlier.position))
      }
    }
    known[item.key] = (position, content, version)
    if let owner = item.owner { owners[OwnerEdit.id(of: owner)]?.add(item.key) }
    return item
  }

  private mutating func reject(_ fields: JSONObject?, at position: Int, _ reason: String) -> LoadReport.Rejection {
    guard let fields else { return .init(position: position, reason: reason, key: nil) }
    let key = try? TableItem.key(of: fields, settings)
    let owner = OwnerEdit.owner(of: fields, settings)
    if let owner {
      let id = OwnerEdit.id(of: owner)
      if owners[id, default: OwnerEdit(owner)].begin(OwnerEdit.version(of: fields, settings)) {
        owners[id]?.reject(key)
      }
    }
    return .init(position: position, reason: reason, key: key?.label ?? owner?.shown)
  }

  /// Rejects records after the document was read.
  mutating func reject(_ rejections: [LoadReport.Rejection]) throws(PipelineError) {
    try report.reject(rejections, of: document, starting: starts, as: fault, deadline)
  }
}
