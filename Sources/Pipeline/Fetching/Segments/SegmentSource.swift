import FoundationEssentials
import HTTP
import Time

/// A source whose bodies may be larger than memory.
public protocol SegmentSource: PageSource {
  /// Opens a body that is larger than one segment; nil for any other, which `send` reads.
  /// - Throws: a refusal of the body as a whole.
  func open(_ request: FetchRequest, deadline: Deadline) throws(FetchError) -> (any SegmentedBody)?
}

/// A body that is read in segments.
public protocol SegmentedBody: AnyObject {
  /// The size of the body in bytes.
  var size: Int { get }
  var headers: HTTPHeaders { get }
  /// The start of reading.
  var fetchedAt: Date { get }

  /// Reads the next segment; empty at the end.
  /// - Throws: `unusable` if the body is another one than was opened.
  func next(deadline: Deadline) throws(FetchError) -> Data
}
