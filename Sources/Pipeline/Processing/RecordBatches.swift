import Contracts
import FoundationEssentials

/// The records of an item between parser and documents. As long as one document may hold them, they wait for the end, and
/// the transforms see them at once. Beyond that they are passed on in batches.
struct RecordBatches {
  /// Records of a batch.
  private static let size = 2000
  /// Bytes of a body whose records may wait, also if they are few: rows may have very many cells.
  private static let waitingBytes = 8 << 20

  private let dataset: Dataset
  private let item: WorkItem
  private let transforms: [any Transform]
  private var waiting = Records()
  private var waitingBytes = 0
  /// Records and rejected parts so far.
  private var count = 0
  private var context: TransformContext?
  /// The cursors of a dataset with `incremental`; nil for any other.
  private(set) var window: CursorWindow?
  /// The cursors of the records that wait.
  private var places: [CursorWindow.Place] = []

  init(_ dataset: Dataset, _ item: WorkItem, _ transforms: [any Transform], window: CursorWindow? = nil) {
    self.window = window
    self.dataset = dataset
    self.item = item
    self.transforms = transforms
  }

  /// Adds the records of a body that is in memory. All wait for the end, since only the reader's result says when it was
  /// read.
  mutating func add(_ records: Records, of body: RawBody) throws(PipelineError) {
    append(records, limit: body.recordLimit)
    waitingBytes += body.bytes.count
    try check()
    guard count > Limits.maximumRecords, waitingBytes > body.limit.bytes else { return }
    throw PipelineError(
      .sourceChanged,
      "\(item) has more than \(Limits.maximumRecords) records in bodies of \(waitingBytes) bytes, and beyond that number at most "
        + "\(body.limit.bytes) bytes are in memory at once: divide it into several items")
  }

  /// Adds records of a body that may be larger than memory.
  mutating func add(
    _ records: Records, readAt: Date, _ receive: BatchReceiver<SourceRecord>
  ) throws(PipelineError) {
    append(records)
    try check()
    let waitingCount = waiting.records.count + waiting.rejected.count
    guard
      context == nil
        ? waitingCount > Limits.maximumRecords || waitingBytes > Self.waitingBytes : waitingCount >= Self.size
    else { return }
    if context == nil { context = makeContext(readAt, isDivided: true) }
    try receive(try transformed())
  }

  mutating func note(bytes: Int) { waitingBytes += bytes }

  /// Returns the records that still wait.
  /// - Parameters:
  ///   - readAt: the time at which the source was read.
  ///   - warnings: those of the reader, which come first.
  mutating func finish(readAt: Date, warnings: [RowProblem]) throws(PipelineError) -> ExtractBatch<SourceRecord> {
    if context == nil { context = makeContext(readAt, isDivided: false) }
    var rest = try transformed()
    rest.warnings = warnings + rest.warnings + (context?.memory.warnings ?? []) + (window?.warnings ?? [])
    return rest
  }

  private func makeContext(_ readAt: Date, isDivided: Bool) -> TransformContext {
    TransformContext(
      dataset: dataset, item: item, readAt: readAt,
      memory: TransformMemory(collectsDropped: isDivided, notesOrigins: window != nil))
  }

  private mutating func append(_ records: Records, limit: Int? = nil) {
    let counted = records.records.prefix(limit ?? records.records.count)
    waiting.rejected += records.rejected
    waiting.warnings += records.warnings
    guard let (kept, places) = window?.take(counted) else {
      waiting.records += counted
      count += counted.count + records.rejected.count
      return
    }
    waiting.records += kept
    self.places += places
    count += kept.count + records.rejected.count
  }

  private mutating func transformed() throws(PipelineError) -> ExtractBatch<SourceRecord> {
    var all = Records()
    swap(&all, &waiting)
    var warnings = all.warnings
    guard let context else { return ExtractBatch() }
    for transform in transforms {
      all.warnings = []
      all = try transform.apply(all, context)
      warnings += all.warnings
    }
    window?.count(
      places, dropped: context.memory.takeDropped(), records: all.records, readAt: context.readAt)
    places = []
    return ExtractBatch(all.records, rejected: all.rejected, warnings: warnings)
  }

  private func check() throws(PipelineError) {
    guard count > Limits.maximumItemRecords else { return }
    throw PipelineError(
      .sourceChanged,
      "\(item) has more than \(Limits.maximumItemRecords) records, the most that are loaded at once: divide it into several "
        + "items")
  }
}
