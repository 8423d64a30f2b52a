import AWS
import Contracts
import DynamoDB
import FoundationEssentials
import Time

/// One load of a document into the table, or its dry run.
struct ItemLoad {
  private let sink: DynamoDBSink
  let isDryRun: Bool
  private let deadline: Deadline
  var report = LoadReport(records: RecordCounts())
  /// The differences of a dry run.
  var differences: [DryRun.Difference] = []
  var earlier = 0

  init(_ sink: DynamoDBSink, isDryRun: Bool, _ deadline: Deadline) {
    self.sink = sink
    self.isDryRun = isDryRun
    self.deadline = deadline
  }

  var table: DynamoDBTable { sink.table }
  private var settings: TableSettings { sink.settings }

  mutating func run(_ document: PartedDocument, for target: LoadTarget, now: Date) throws(PipelineError) {
    var incoming = IncomingItems(document, for: target, settings, deadline)
    if settings.owner == nil {
      try incoming.read(now: now) { (items) throws(PipelineError) in
        count(try write(items, of: target) { _ in nil }, items)
      }
    } else {
      try loadOwned(&incoming, now, target)
    }
    let counts = report.records
    report.records = incoming.report.records
    (report.records.new, report.records.changed) = (counts.new, counts.changed)
    (report.records.unchanged, report.records.cancelled) = (counts.unchanged + incoming.repeated, counts.cancelled)
    report.listedAt = incoming.report.listedAt
    report.rejections = incoming.report.rejections.sorted { $0.position < $1.position }
    report.rejected = incoming.report.rejected
    if earlier > 0 {
      report.remarks.append(
        "\(earlier) records are earlier versions of what the table \(table.name) has: they stay unwritten")
    }
  }

  // MARK: Owners

  /// Loads a document whose records have owners: what an owner no longer has is deleted.
  ///
  /// A load that comes late, beside or after that of a later edit, must not bring back what the later edit has removed. It
  /// looks at the owner's items before it writes, and again afterwards: of two loads at once the one that looks last sees the
  /// items of both, and deletes those of the earlier edit.
  private mutating func loadOwned(
    _ incoming: inout IncomingItems, _ now: Date, _ target: LoadTarget
  ) throws(PipelineError) {
    var (items, bytes) = ([TableItem](), 0)
    try incoming.read(now: now) { (part) throws(PipelineError) in
      items += part
      bytes += part.reduce(0) { $0 + $1.attributes.size }
      guard bytes <= IncomingItems.maximumOwnedBytes else {
        throw PipelineError(
          .sourceChanged,
          "\(target.key) has more than \(IncomingItems.maximumOwnedBytes) bytes of items, which a loader does not have the "
            + "memory for, since they have owners: divide the dataset's items. Nothing was changed")
      }
    }
    report.records.cancelled = 0
    items = try incoming.settle(items)
    guard !items.isEmpty else { return }
    let owners = incoming.owners
    func edit(of item: TableItem) -> OwnerEdit? { item.owner.flatMap { owners[OwnerEdit.id(of: $0)] } }
    var stored = try storedItems(of: owners)
    let superseded = Set(owners.filter { $1.isSuperseded(by: stored[$0] ?? []) }.keys)
    let isLate = items.map { superseded.contains($0.owner.map(OwnerEdit.id) ?? []) }
    let late = zip(items, isLate).filter(\.1).map(\.0)
    count(Array(repeating: .isEarlier, count: late.count), late)
    let current = zip(items, isLate).filter { !$0.1 }.map(\.0)
    let fates = try write(current, of: target, edit)
    count(fates, current)
    // An earlier rejection of the owner's rows, as the parser names them, is done with. One that is rejected again stays.
    for (id, edit) in owners where !superseded.contains(id) { report.resolutions[edit.owner.shown] = .loaded }
    try incoming.reject(
      zip(current, fates).compactMap { item, fate in
        guard case .isHeld(let other) = fate else { return nil }
        return .init(
          position: item.position, reason: settings.isHeld(item.key, by: other, in: "the table"), key: item.key.label)
      })
    if !isDryRun, fates.contains(where: \.isWritten) { stored = try storedItems(of: owners) }
    var waiting = owners
    try Self.repeating(sink, target, deadline) {
      let refused = try deleteStale(waiting, stored)
      waiting = waiting.filter { refused[$0.key] != nil }
      guard let key = refused.values.first else { return }
      stored = try storedItems(of: waiting)
      throw Overtaken(key: key)
    }
  }

  /// Returns the stored items of owners.
  private func storedItems(
    of owners: [OwnerEdit.ID: OwnerEdit]
  ) throws(PipelineError) -> [OwnerEdit.ID: [StoredItem]] {
    let found = try using { () throws(AWSError) in
      try table.items(
        where: OwnerEdit.filter(owners.values.map(\.owner), settings), attributes: settings.compared, deadline: deadline
      )
    }
    let items = found.compactMap { StoredItem($0, settings) }
    return Dictionary(grouping: items) { $0.owner.map(OwnerEdit.id) ?? [] }
  }

  /// Deletes the stored items that their owners no longer have.
  /// - Returns: the owners of which another load has changed an item since it was looked at, each with one such item.
  private mutating func deleteStale(
    _ owners: [OwnerEdit.ID: OwnerEdit], _ stored: [OwnerEdit.ID: [StoredItem]]
  ) throws(PipelineError) -> [OwnerEdit.ID: ItemKey] {
    var refused: [OwnerEdit.ID: ItemKey] = [:]
    for (id, edit) in owners.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let stale = edit.stale(among: stored[id] ?? [], settings)
      guard !stale.isEmpty else { continue }
      let owner = "\(settings.owner ?? "") \(edit.owner.shown)"
      let names = stale.prefix(3).map(\.key.label).joined(separator: ", ") + (stale.count > 3 ? ", …" : "")
      guard !edit.isInDoubt else {
        report.remarks.append(
          "\(stale.count) items of \(owner) that the document lacks are kept, since rows of it were rejected: \(names)")
        continue
      }
      differences += isDryRun ? stale.map { .init(.removed, label: label($0.key)) } : []
      var deleted = stale.count
      if !isDryRun {
        let writes = stale.map { DynamoDBClient.ConditionalWrite.delete($0.key.attributes(settings), if: $0.if) }
        let overtaken = try using { () throws(AWSError) in try table.write(writes, deadline: deadline) }
        deleted -= overtaken.count
        refused[id] = overtaken.first.map { stale[$0].key }
      }
      report.records.cancelled = (report.records.cancelled ?? 0) + deleted
      guard deleted > 0 else { continue }
      report.remarks.append("\(deleted) items that \(owner) no longer has are deleted: \(names)")
    }
    return refused
  }

  // MARK: Writing

  /// The error of items that another load has overtaken: they are compared again with what that one has written.
  private struct Overtaken: Error {
    let key: ItemKey
  }

  /// Compares items with what is stored, and writes those that differ.
  /// - Parameter edit: returns the edit of an item; nil without an owner.
  /// - Returns: the fate of each item.
  private mutating func write(
    _ items: [TableItem], of target: LoadTarget, _ edit: (TableItem) -> OwnerEdit?
  ) throws(PipelineError) -> [ItemFate] {
    var fates: [ItemFate?] = Array(repeating: nil, count: items.count)
    var waiting = Array(items.indices)
    try Self.repeating(sink, target, deadline) {
      waiting = try write(waiting, of: items, edit, &fates)
      if let first = waiting.first { throw Overtaken(key: items[first].key) }
    }
    return fates.map { $0 ?? .unchanged }
  }

  /// Repeats work of which other loads have overtaken a part, until the deadline.
  private static func repeating(
    _ sink: DynamoDBSink, _ target: LoadTarget, _ deadline: Deadline, _ work: () throws -> Void
  ) throws(PipelineError) {
    do {
      try sink.retrier.run(deadline: deadline, decision: { $0 is Overtaken ? .retry() : .giveUp }) { _ in try work() }
    } catch let error as PipelineError {
      throw error
    } catch {
      let key = (error as? Overtaken).map(\.key.label) ?? "\(error)"
      throw PipelineError(
        .destinationUnavailable,
        "the DynamoDB table \(sink.table.name): other loads have changed \(key) for as long as this call may take, while "
          + "\(target.key) was loaded. The load is repeated")
    }
  }

  /// - Returns: the indices of the items that another load has overtaken.
  private mutating func write(
    _ waiting: [Int], of items: [TableItem], _ edit: (TableItem) -> OwnerEdit?, _ fates: inout [ItemFate?]
  ) throws(PipelineError) -> [Int] {
    let stored = try storedItems(waiting.map { items[$0].key })
    var writes: [Int] = []
    for index in waiting {
      let item = items[index]
      let fate = ItemFate(item, over: stored[item.key], siblings: edit(item)?.siblings)
      // An item that another load has overtaken, and that is written after all, is as new as it was.
      fates[index] = fate.isWritten ? fates[index] ?? fate : fate
      if fate.isWritten { writes.append(index) }
      if isDryRun { note(item, fate, stored[item.key]) }
    }
    guard !isDryRun, !writes.isEmpty else { return [] }
    let refused = try put(writes.map { (items[$0], edit(items[$0])) })
    return writes.enumerated().filter { refused.contains($0.offset) }.map(\.element)
  }

  private func storedItems(_ keys: [ItemKey]) throws(PipelineError) -> [ItemKey: StoredItem] {
    let found = try using { () throws(AWSError) in
      // A dry run shows what differs.
      try table.items(
        keys.map { $0.attributes(settings) }, attributes: isDryRun ? nil : settings.compared, deadline: deadline)
    }
    return Dictionary(found.compactMap { StoredItem($0, settings) }.map { ($0.key, $0) }) { first, _ in first }
  }

  /// - Returns: the indices of items that another load has overtaken.
  private func put(_ items: [(item: TableItem, edit: OwnerEdit?)]) throws(PipelineError) -> Set<Int> {
    try using { () throws(AWSError) in
      guard settings.order != nil else {
        try table.put(items.map { $0.item.written(of: $0.edit) }, deadline: deadline)
        return []
      }
      // BatchWriteItem knows no conditions, without which a late load would replace what a newer one has written.
      let writes = items.compactMap { each in
        each.item.condition(settings).map {
          DynamoDBClient.ConditionalWrite.put(each.item.written(of: each.edit), if: $0)
        }
      }
      return try table.write(writes, deadline: deadline)
    }
  }

  private func using<Value>(_ call: () throws(AWSError) -> Value) throws(PipelineError) -> Value {
    do throws(AWSError) { return try call() } catch { throw PipelineError(error, of: settings) }
  }
}
