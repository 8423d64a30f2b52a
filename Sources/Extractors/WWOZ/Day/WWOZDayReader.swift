import Contracts
import Fetching
import Markup
import Text
import Time

/// Reads a day from the site or from an archive.
struct WWOZDayReader {
  /// The number of pages requested together.
  static let batch = 32

  let site: Site
  let listingReader: WWOZListingReader
  private let detailReader: WWOZDetailReader

  init(site: Site) {
    self.site = site
    listingReader = WWOZListingReader(site: site)
    detailReader = WWOZDetailReader(site: site)
  }

  /// The root-relative address of a day's listing.
  static func listingPath(of date: CalendarDate) -> String { ListingAddress.path(of: date) }

  /// - Parameter deadline: pages not read by then count as failed.
  /// - Throws: the failure of the listing: `SourceUnavailable`, `SourceThrottled`, `SourceRefused`, `SourceChanged` or
  ///   `DeadlineExceeded`; `InvalidInput` if the archive does not hold it; `SourceChanged` for a day that is too large.
  func read(_ date: CalendarDate, via fetcher: any PageFetcher, deadline: Deadline) throws(PipelineError) -> WWOZDay {
    var day = try listing(of: date, via: fetcher, deadline: deadline)
    let shows = day.listing.shows
    day.venues = try read(shows.map(\.venuePath), via: fetcher, into: &day, deadline: deadline, detailReader.venue)
    day.events = try read(shows.map(\.path), via: fetcher, into: &day, deadline: deadline, detailReader.event)
    day.artists = try read(
      shows.compactMap(day.artistPath(of:)), via: fetcher, into: &day, deadline: deadline, detailReader.artist)
    return day
  }

  /// Reads detail pages. Of each, only its details are kept.
  /// - Returns: the details by path. Pages that cannot be read are added to the day's failed ones.
  /// - Throws: `SourceChanged` if the details of the day are more than a document can hold.
  private func read<Details: WWOZDetails>(
    _ paths: [String], via fetcher: any PageFetcher, into day: inout WWOZDay, deadline: Deadline,
    _ parse: (Page, String) throws -> Details
  ) throws(PipelineError) -> [String: Details] {
    var details: [String: Details] = [:]
    var waiting = paths.filter { !$0.isEmpty }.uniqued()[...]
    while !waiting.isEmpty {
      let batch = Array(waiting.prefix(Self.batch))
      waiting = waiting.dropFirst(batch.count)
      let requests = batch.map { FetchRequest(site.url(of: $0)) }
      let errors = fetcher.read(requests, deadline: deadline) { index, page in
        let path = batch[index]
        let read = try parse(page, path)
        try day.checkSize(day.detailBytes + read.byteCount)
        details[path] = read
        day.add(read, from: path, validated: page.validated)
      }
      for (path, error) in zip(batch, errors) {
        guard let error else { continue }
        // The day as a whole is too large.
        if let error = error as? PipelineError { throw error }
        let reason = (error as? MarkupError).map { "it cannot be parsed: \($0.detail)" } ?? "\(error)"
        day.failed.append(WWOZDay.FailedDetails(path: path, url: site.url(of: path), error: reason))
      }
    }
    return details
  }
}
