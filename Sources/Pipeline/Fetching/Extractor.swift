import Contracts
import Time

/// A plugin that reads the work items of a source.
public protocol Extractor: AnyObject {
  associatedtype Record: DocumentRecord

  /// The rules for requests to the source.
  var policy: FetchPolicy { get }

  /// The way to a source that is no web site; nil for one that is. Its pages are not shared between scrapers.
  var pageSource: (any PageSource)? { get }

  /// Reads one item. A page that cannot be read, or a row that is not a record, costs only itself.
  /// - Parameters:
  ///   - fetcher: the source itself, or an archive of what an earlier run read.
  ///   - deadline: pages not read by then count as failed.
  /// - Throws: the failure of the item as a whole: `SourceUnavailable`, `SourceThrottled`, `SourceRefused`,
  ///   `SourceChanged` or `DeadlineExceeded`; `InvalidInput` for an item that the extractor does not understand, or one
  ///   that the archive does not hold.
  func extract(_ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline) throws(PipelineError)
    -> Extract<Record>

  /// Reads one item that may have more records than memory holds.
  /// - Parameter receive: takes the records that do not fit, in their order; the result has those after them, and all that
  ///   is known only at the end. Of most items the result has everything.
  /// - Throws: as the other function, and what `receive` throws.
  func extract(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline, _ receive: BatchReceiver<Record>
  ) throws(PipelineError) -> Extract<Record>
}

extension Extractor {
  public func extract(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline, _ receive: BatchReceiver<Record>
  ) throws(PipelineError) -> Extract<Record> {
    try extract(item, via: fetcher, deadline: deadline)
  }

  public var pageSource: (any PageSource)? { nil }
}
