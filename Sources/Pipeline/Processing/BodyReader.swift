import Contracts
import Fetching
import FoundationEssentials
import JSON
import Time

/// Reads the bytes of a work item from its source, and leaves it to a parser what they mean: the plugins `http` and `file`.
public protocol BodyReader: AnyObject {
  /// The rules for requests to the source.
  var policy: FetchPolicy { get }

  /// The way to a source that is no web site; nil for one that is.
  var pageSource: (any PageSource)? { get }

  /// Fills the templates of an item, to find names that it does not have before a run does.
  /// - Parameter date: the day for an item without one.
  /// - Throws: `InvalidInput`, with the key and the name.
  func check(_ item: WorkItem, date: CalendarDate) throws(PipelineError)

  /// Reads the bodies of an item, one after the other, and passes each to `use`, which parses it.
  /// - Parameters:
  ///   - fetcher: the source itself, or an archive of what an earlier run read.
  ///   - use: returns the number of records in the body, and its document for pagination.
  /// - Returns: the pages read and failed, and the time at which the source confirmed them.
  /// - Throws: as `Extractor.extract`, and what `use` throws.
  func read(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline,
    use: (RawBody) throws(PipelineError) -> BodyFacts
  ) throws(PipelineError) -> BodiesRead
}

extension BodyReader {
  public var pageSource: (any PageSource)? { nil }
  public func check(_ item: WorkItem, date: CalendarDate) throws(PipelineError) {}
}

/// Facts of a parsed body on which the next page depends.
public struct BodyFacts: Sendable {
  /// Records and rejected parts of the body.
  public let recordCount: Int
  public let document: JSONValue?

  public init(recordCount: Int, document: JSONValue? = nil) {
    self.recordCount = recordCount
    self.document = document
  }
}

/// The result of reading the bodies of an item.
public struct BodiesRead: Sendable {
  public var pagesRead: Int
  public var failedPages: [FailedPage]
  /// The time at which the source last confirmed the first body.
  public var readAt: Date
  /// True if the bodies are everything that the source has of the item: no page failed, no limit cut it. Only then a
  /// record that is missing has vanished.
  public var isComplete: Bool
  /// Problems for the log and the run's table.
  public var warnings: [RowProblem]
  /// The reason why the item lacks records, as in `Extract`.
  public var notice: String?

  public init(
    pagesRead: Int, failedPages: [FailedPage] = [], readAt: Date, isComplete: Bool, warnings: [RowProblem] = []
  ) {
    self.pagesRead = pagesRead
    self.failedPages = failedPages
    self.readAt = readAt
    self.isComplete = isComplete
    self.warnings = warnings
  }
}
