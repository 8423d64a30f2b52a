import Contracts
import FoundationEssentials
import Time

/// Reads pages: from the source itself, or from an archive of pages that an earlier run read.
public protocol PageFetcher: AnyObject {
  /// Reads pages, several at once, and passes each to `use` as soon as it is there. Only a page that `use` accepts is
  /// shared with other scrapers and later runs.
  /// - Parameters:
  ///   - deadline: pages that are not there by then count as failed. It is checked before each call of `use`.
  ///   - use: takes the index of a request, and its page; called at most once for each request, in any order. It throws
  ///     if the page is not what its address promises.
  /// - Returns: the reason why each page was not read, in the order of the requests: a `FetchError`, or the error of `use`;
  ///   nil for a page that was read. All are there soon after the deadline at the latest.
  func read(
    _ requests: [FetchRequest], deadline: Deadline, _ use: (_ index: Int, _ page: Page) throws -> Void
  ) -> [(any Error)?]

  /// The time at which reading the item began, to the millisecond: of an archive the time at which it was begun, so that a
  /// replay asks for the same addresses; nil if the fetcher does not know.
  var began: Date? { get }

  /// Reads a body that may be larger than memory, in segments, one after the other. A segment is in the archive before it
  /// is passed on. A fetcher without such bodies passes on the whole page.
  func readSegments(_ request: FetchRequest, deadline: Deadline, _ use: SegmentReceiver) throws(SegmentError)

  /// Returns the site of which an archive holds a page, since the source may have moved after the archive was written;
  /// nil if the policy's site is right.
  /// - Parameter path: a root-relative path that every archive of the item holds.
  func archivedSite(holding path: String) -> Site?
}

extension PageFetcher {
  public var began: Date? { nil }

  public func archivedSite(holding path: String) -> Site? { nil }

  public func readSegments(
    _ request: FetchRequest, deadline: Deadline, _ use: SegmentReceiver
  ) throws(SegmentError) {
    try readWhole(request, deadline: deadline, use)
  }

  /// Reads a page, which is the one segment of its body.
  package func readWhole(
    _ request: FetchRequest, deadline: Deadline, _ use: SegmentReceiver
  ) throws(SegmentError) {
    let page: Page
    do throws(FetchError) { page = try self.page(request, deadline: deadline) } catch { throw .fetch(error) }
    do throws(PipelineError) {
      try use(BodySegment(page.body, charset: page.charset, record: page.record, validated: page.validated))
    } catch { throw .use(error) }
  }

  /// Reads a page as it is.
  public func page(_ request: FetchRequest, deadline: Deadline) throws(FetchError) -> Page {
    try fetch([request], deadline: deadline)[0].get()
  }

  /// Reads pages as they are, and keeps all of them in memory.
  /// - Returns: an outcome for each request, in order.
  package func fetch(_ requests: [FetchRequest], deadline: Deadline) -> [Result<Page, FetchError>] {
    var pages = [Page?](repeating: nil, count: requests.count)
    let errors = read(requests, deadline: deadline) { pages[$0] = $1 }
    return zip(pages, errors).map { page, error in
      if let page, error == nil { return .success(page) }
      return .failure(error as? FetchError ?? FetchError(.unavailable, "there is no response"))
    }
  }

  /// Reads pages by their addresses.
  package func fetch(_ urls: [String], deadline: Deadline) -> [Result<Page, FetchError>] {
    fetch(urls.map { FetchRequest($0) }, deadline: deadline)
  }
}
