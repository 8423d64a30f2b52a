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

  public init(_ dataset: Dataset, reader: any BodyReader, parser: any Parser, transforms: [any Transform]) {
    self.dataset = dataset
    self.reader = reader
    self.parser = parser
    self.transforms = transforms
  }

  public var policy: FetchPolicy { reader.policy }
  public var pageSource: (any PageSource)? { reader.pageSource }

  /// - Throws: besides the errors of `Extractor`, `SourceChanged` for a body that is not of the parser's format, and for an
  ///   item with too many records.
  public func extract(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline
  ) throws(PipelineError) -> Extract<SourceRecord> {
    var all = Records()
    let parser = parser
    let bodies = try reader.read(item, via: fetcher, deadline: deadline) { (body) throws(PipelineError) in
      let parsed = try parser.parse(body)
      all.records += parsed.records.prefix(body.recordLimit ?? parsed.records.count)
      all.rejected += parsed.rejected
      all.warnings += parsed.warnings
      try Self.check(all, of: item)
      return BodyFacts(recordCount: parsed.records.count + parsed.rejected.count, document: parsed.document)
    }
    let context = TransformContext(dataset: dataset, item: item, readAt: bodies.readAt)
    var warnings = bodies.warnings + all.warnings
    for transform in transforms {
      all.warnings = []
      all = try transform.apply(all, context)
      warnings += all.warnings
      try Self.check(all, of: item)
    }
    return Extract(
      records: all.records, rejected: all.rejected, warnings: warnings, failedPages: bodies.failedPages,
      pagesRead: bodies.pagesRead, listedAt: bodies.readAt, isComplete: bodies.isComplete, notice: bodies.notice)
  }

  private static func check(_ records: Records, of item: WorkItem) throws(PipelineError) {
    let count = records.records.count + records.rejected.count
    guard count > Limits.maximumRecords else { return }
    throw PipelineError(
      .sourceChanged,
      "\(item) has more than \(Limits.maximumRecords) records, which a loader does not accept: divide it into several items"
    )
  }
}
