import Contracts
import FoundationEssentials
import Postgres
import Routing
import Time

/// One load of a document with its parts, in the current transaction. One part is in memory at once; what must be known of
/// all of them, the keys, is in a temporary table of Postgres if there is more than one.
struct TableLoad {
  private let sink: PostgresSink
  private let document: PartedDocument
  private let target: LoadTarget
  private let deadline: Deadline
  private let isDryRun: Bool

  private var counts = RecordCounts()
  private var rejections: [LoadReport.Rejection] = []
  /// The item's rejections by earlier documents.
  private var earlierRejections = EarlierRejections([])
  /// The JSON of rejected records, by their positions.
  private var rejected: [Int: String] = [:]
  private var rejectedBytes = 0
  private var differences: [DryRun.Difference] = []
  private var remarks: [String] = []
  /// The position of the part's first record.
  private var start = 0
  private var keyCount = 0
  private var joined = 0
  /// True if the key of every record is known.
  private var isWhole = true

  init(
    _ sink: PostgresSink, _ document: PartedDocument, _ target: LoadTarget, _ deadline: Deadline,
    isDryRun: Bool = false
  ) {
    self.sink = sink
    self.document = document
    self.target = target
    self.deadline = deadline
    self.isDryRun = isDryRun
  }

  private var hasParts: Bool { document.count > 1 }
  private var connection: PostgresConnection { sink.database.connection }

  /// - Parameter first: the first part.
  mutating func run(_ first: SinkDocument) throws -> DryRun {
    let (state, stored) = try sink.begin(first, target, isLong: hasParts, deadline: deadline)
    let evolution = Evolution(
      try fields(first, isSuperseded: state.isSuperseded), of: sink.table, over: stored,
      isSuperseded: state.isSuperseded)
    let plan = try SchemaPlan(sink.table, over: stored, evolving: evolution.columns)
    let writes = TableWrites(
      table: sink.table, columns: sink.table.columns + plan.evolved.map { Column($0.name, $0.type) }, target: target,
      seenAt: first.listedAt ?? sink.time.now)
    if sink.table.softDelete { counts.cancelled = 0 }
    if !state.isSuperseded { remarks += [try sink.apply(plan, deadline: deadline)].compactMap(\.self) }
    if !state.isSuperseded {
      earlierRejections = EarlierRejections(try sink.database.openRejections(target, deadline: deadline))
    }
    if hasParts { try connection.pipeline([writes.createKeys], deadline: deadline) }
    for index in 0..<document.count {
      let bytes = try document.part(index, deadline: deadline)
      let part = index == 0 ? first : try read(bytes)
      try load(part, bytes, first.listedAt, writes, state)
    }
    if hasParts, sink.table.softDelete, isWhole, !state.isSuperseded { try release(writes) }
    counts.unchanged = counts.found - counts.new - counts.changed - counts.rejected
    try counts.check(sink.dataset.dataType)
    return DryRun(report: try report(state, listedAt: first.listedAt), differences: differences)
  }

  /// Writes the ledger, unless that is left to the loader.
  private func report(_ state: LoadState, listedAt: Date?) throws -> LoadReport {
    var report = LoadReport(
      records: counts, rejections: rejections, rejected: rejected,
      resolutions: earlierRejections.resolutions(isComplete: isWhole), isSuperseded: state.isSuperseded,
      listedAt: listedAt, isInLedger: target.writesLedger)
    report.isLate = state.isLate
    report.remarks = remarks
    guard target.writesLedger else { return report }
    try sink.database.recordLoadInTransaction(report, of: document.head, for: target, deadline: deadline)
    // The report has what the ledger keeps: the counts of this run's earlier load, if this is a retry of it.
    if let known = state.counts, counts.new + counts.changed + (counts.cancelled ?? 0) == 0,
      counts.rejected == known.rejected
    {
      report.records = known
    }
    return report
  }

  private func read(_ bytes: Data) throws(PipelineError) -> SinkDocument {
    try SinkDocument(bytes, for: target, now: sink.time.now, parts: document.parts)
  }

  /// Returns the fields without a column in all parts, which are read once more for it: a column's type must not depend on
  /// where a part ends.
  private func fields(_ first: SinkDocument, isSuperseded: Bool) throws(PipelineError) -> Evolution.Fields {
    var fields = Evolution.Fields(of: sink.table)
    guard sink.table.evolves, !isSuperseded else { return fields }
    fields.add(first)
    for index in 1..<max(1, document.count) { fields.add(try read(document.part(index, deadline: deadline))) }
    return fields
  }

  /// Writes one part.
  private mutating func load(
    _ part: SinkDocument, _ bytes: Data, _ listedAt: Date?, _ writes: TableWrites, _ state: LoadState
  ) throws {
    var rows = try RowSet(part, RecordReader(sink.table, writes.columns, target, listedAt: listedAt), from: start)
    if hasParts { try rows.remove(earlier(rows.rows, writes)) }
    counts.found += rows.found
    counts.rejected += rows.rejections.count
    isWhole = isWhole && rows.isWhole
    try note(rows.rejections, in: bytes)
    start += part.records.count + part.rejected.count
    guard !state.isSuperseded else { return }
    let newKeys = rows.rows.count + rows.rejectedKeys.count
    keyCount += newKeys
    let rejectedKeys = hasParts && sink.table.softDelete ? rows.rejectedKeys.filter(RecordReader.isStorable) : []
    if !rejectedKeys.isEmpty { try connection.pipeline([writes.addRejected(rejectedKeys)], deadline: deadline) }
    var changes = try sink.changes(rows, writes, deadline: deadline)
    let dropped = changes.drop(for: state)
    earlierRejections.note(rows.rows, besides: dropped)
    joined += changes.joined
    let deletes = !hasParts && sink.table.softDelete && rows.isWhole
    let keys = deletes ? ListedKeys.keys(rows.keys(of: writes)) : nil
    if let keys { try sink.checkMissing(keys, count: newKeys, writes, deadline: deadline) }
    let before = isDryRun ? try sink.storedRows(changes.changed, writes, deadline: deadline) : []
    let deleted = try sink.write(changes, releasing: keys, writes, deadline: deadline)
    if let deleted { counts.cancelled = deleted.count }
    if isDryRun {
      let after = try sink.storedRows(changes.changed, writes, deadline: deadline)
      differences +=
        Differences.added(changes.inserts) + Differences.changed(changes.changed, before, after) + (deleted ?? [])
    }
    counts.new += changes.inserts.count
    counts.changed += changes.changed.count
  }

  /// Adds the keys of rows to those of the document.
  /// - Returns: the earlier rows that have the same keys, by the indices of the rows.
  private func earlier(
    _ rows: [TableRow], _ writes: TableWrites
  ) throws -> [Int: (position: Int, hash: [UInt8])] {
    guard !rows.isEmpty else { return [:] }
    let added: Set<Int> = Set(
      try connection.pipeline([writes.addKeys(rows)], deadline: deadline)[0].map { try $0["position"] })
    let indices = rows.indices.filter { !added.contains(rows[$0].position) }
    guard !indices.isEmpty else { return [:] }
    let known = try connection.pipeline([writes.earlierKeys(indices.map { rows[$0] })], deadline: deadline)[0]
    var earlier: [Int: (position: Int, hash: [UInt8])] = [:]
    for row in known {
      let hash: Data = try row["hash"]
      earlier[indices[try row["n"]]] = (try row["position"], [UInt8](hash))
    }
    return earlier
  }

  /// Takes the rejections of a part, with their records.
  private mutating func note(_ new: [LoadReport.Rejection], in bytes: Data) throws(PipelineError) {
    guard !new.isEmpty else { return }
    rejections += new
    for (position, text) in RawRecords(bytes).entries(at: new.map { $0.position - start }) {
      rejected[start + position] = text
      rejectedBytes += text.utf8.count
    }
    let maximumBytes = 2 * Limits.maximumRejectionBytes
    guard hasParts, rejections.count > Limits.maximumItemRejections || rejectedBytes > maximumBytes else { return }
    throw PipelineError(
      .sourceChanged,
      "more than \(rejections.count - new.count) records of \(target.item) cannot be loaded, with \(rejectedBytes) bytes; at most "
        + "\(Limits.maximumItemRejections) records and \(maximumBytes) bytes go into quarantine. The first: "
        + "\(rejections[0].reason.prefix(200)). Nothing was changed: see whether the definition describes the source")
  }

  /// Deletes the rows that no part has.
  private mutating func release(_ writes: TableWrites) throws {
    try connection.pipeline([writes.analyzeKeys], deadline: deadline)
    try sink.checkMissing(.table, count: keyCount, joined: joined, writes, deadline: deadline)
    let deleted =
      try sink.write(PostgresSink.Changes(), releasing: .table, writes, deadline: deadline) ?? []
    counts.cancelled = deleted.count
    if isDryRun { differences += deleted }
  }
}
