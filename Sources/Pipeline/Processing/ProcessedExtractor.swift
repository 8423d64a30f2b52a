import Contracts
import Fetching
import FoundationEssentials
import Time

/// An extractor that is put together from a definition: a body reader, a parser, and transforms, of which normalizing is
/// the first.
public final class ProcessedExtractor: Extractor {
  private let dataset: Dataset
  private let reader: any BodyReader
  private let parser: any Parser
  private let transforms: [any Transform]
  private let incremental: Incremental?

  /// - Parameter incremental: the section of that name; nil for a dataset of which every run reads all records.
  public init(
    _ dataset: Dataset, reader: any BodyReader, parser: any Parser, transforms: [any Transform],
    incremental: Incremental? = nil
  ) {
    self.incremental = incremental
    self.dataset = dataset
    self.reader = reader
    self.parser = parser
    self.transforms = transforms
  }

  public var policy: FetchPolicy { reader.policy }
  public var pageSource: (any PageSource)? { reader.pageSource }

  /// - Throws: besides the errors of `Extractor`, `SourceChanged` for a body that is not of the parser's format, and for an
  ///   item with too many records; `ConfigurationInvalid` for a checkpoint of another type than the definition's.
  public func extract(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline
  ) throws(PipelineError) -> Extract<SourceRecord> {
    var all = ExtractBatch<SourceRecord>()
    var extract = try extract(item, via: fetcher, deadline: deadline) { (batch) throws(PipelineError) in
      all.records += batch.records
      all.rejected += batch.rejected
      all.warnings += batch.warnings
    }
    extract.records = all.records + extract.records
    extract.rejected = all.rejected + extract.rejected
    extract.warnings = all.warnings + extract.warnings
    return extract
  }

  /// Reads an item whose records may be more than memory holds: those that one document does not hold are passed on in
  /// batches.
  public func extract(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline, _ receive: BatchReceiver<SourceRecord>
  ) throws(PipelineError) -> Extract<SourceRecord> {
    var window: CursorWindow?
    if let incremental { window = try CursorWindow(incremental, after: item.checkpoint, of: dataset, item) }
    var batches = RecordBatches(dataset, item, transforms, window: window)
    var stream: (any RecordStream)?
    let parser = parser
    let bodies = try reader.read(item, via: fetcher, deadline: deadline) { (body) throws(PipelineError) in
      guard let readAt = body.readAt, body.isStreamed else {
        let parsed = try parser.parse(body)
        try batches.add(parsed, of: body)
        return BodyFacts(recordCount: parsed.records.count + parsed.rejected.count, document: parsed.document)
      }
      if body.segment == 1 {
        var head = body
        head.bytes = []
        stream = try parser.stream(head)
      }
      var count = 0
      try stream?.add(body.bytes, isLast: body.isLast) { (records) throws(PipelineError) in
        count += records.records.count + records.rejected.count
        guard !deadline.hasPassed else {
          throw PipelineError(.deadlineExceeded, "\(body.address): no time was left for its records")
        }
        try batches.add(records, readAt: readAt, receive)
      }
      batches.note(bytes: body.bytes.count)
      return BodyFacts(recordCount: count)
    }
    let rest = try batches.finish(readAt: bodies.readAt, warnings: bodies.warnings)
    var extract = Extract(
      records: rest.records, rejected: rest.rejected, warnings: rest.warnings, failedPages: bodies.failedPages,
      pagesRead: bodies.pagesRead, listedAt: bodies.readAt, isComplete: bodies.isComplete, notice: bodies.notice)
    guard let window = batches.window else { return extract }
    let end = window.end(
      isCut: !bodies.isComplete || bodies.notice != nil, lacksPages: !bodies.failedPages.isEmpty)
    extract.checkpoint = end.span
    // What has not changed is missing, and has not vanished.
    extract.isComplete = false
    extract.notice = [bodies.notice, end.notice].compactMap { $0 }.joined(separator: "; ")
    if extract.notice?.isEmpty == true { extract.notice = nil }
    return extract
  }
}
