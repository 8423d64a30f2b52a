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

  /// Comparisons of rejected rows with owners at most.
  private static let maximumComparisons = 100_000

  /// The report so far: what was found and what was rejected.
  private(set) var report = LoadReport(records: RecordCounts())
  /// The records that repeat an earlier one.
  private(set) var repeated = 0
  private(set) var owners: [OwnerEdit.ID: OwnerEdit] = [:]
  private let settings: TableSettings
  private let document: PartedDocument
  private let target: LoadTarget
  private let deadline: Deadline
  /// The position of each part's first record.
  private var starts: [Int] = []
  private var first: [ItemKey: (position: Int, content: UInt64)] = [:]

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
    var rows: [(reason: String, key: String?)] = []
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
        if settings.owner != nil { rows.append(row) }
      }
      report.records.found += part.records.count + part.rejected.count
      try report.reject(rejections, of: bytes, from: start, as: fault)
      guard first.count <= Self.maximumItems else {
        throw PipelineError(
          .sourceChanged,
          "\(target.key) has more than \(Self.maximumItems) records, which a loader does not have the memory for: divide "
            + "the dataset's items. Not all of them are written")
      }
      try use(items)
    }
    // Of very many rows none is looked at: nothing is known to be missing then.
    let isCompared = rows.count * owners.count <= Self.maximumComparisons
    for id in owners.keys {
      if isCompared { for row in rows { owners[id]?.reject(row) } } else { owners[id]?.doubt() }
    }
  }

  /// - Returns: nil for a record that repeats an earlier one.
  private mutating func item(_ fields: JSONObject?, at position: Int) throws(TableItem.Problem) -> TableItem? {
    guard let fields else { throw TableItem.Problem(text: "it is no JSON object") }
    let item = try TableItem(fields, at: position, settings)
    let content = UInt64(item.content.prefix(16), radix: 16) ?? 0
    if let earlier = first[item.key] {
      guard earlier.content == content else {
        throw TableItem.Problem(
          text: "record \(earlier.position) of the document has the same key \(item.key.label) and other values: the "
            + "first one stands")
      }
      repeated += 1
      return nil
    }
    first[item.key] = (position, content)
    if let owner = item.owner { owners[OwnerEdit.id(of: owner), default: OwnerEdit(owner)].add(item, fields, settings) }
    return item
  }

  private mutating func reject(_ fields: JSONObject?, at position: Int, _ reason: String) -> LoadReport.Rejection {
    guard let fields else { return .init(position: position, reason: reason, key: nil) }
    let key = try? TableItem.key(of: fields, settings)
    if let owner = OwnerEdit.owner(of: fields, settings) {
      owners[OwnerEdit.id(of: owner), default: OwnerEdit(owner)].reject(key)
    }
    return .init(
      position: position, reason: reason, key: key?.label ?? OwnerEdit.owner(of: fields, settings)?.shown)
  }

  /// Rejects records after the document was read.
  mutating func reject(_ rejections: [LoadReport.Rejection]) throws(PipelineError) {
    let parts = Dictionary(grouping: rejections) { rejection in
      (starts.lastIndex { $0 <= rejection.position }) ?? 0
    }
    for (index, rejections) in parts.sorted(by: { $0.key < $1.key }) {
      try report.reject(
        rejections, of: document.part(index, deadline: deadline), from: starts[index], as: fault)
    }
  }
}
