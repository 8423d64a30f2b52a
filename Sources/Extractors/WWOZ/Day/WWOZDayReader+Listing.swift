import Contracts
import Fetching
import FoundationEssentials
import Time

extension WWOZDayReader {
  /// Reads the listing of a day, with all pages to which its pager leads.
  /// - Returns: the day without details.
  func listing(
    of date: CalendarDate, via fetcher: any PageFetcher, deadline: Deadline
  ) throws(PipelineError) -> WWOZDay {
    let path = Self.listingPath(of: date)
    // One page by itself is checked before it is shared with other scrapers. Of several, the last may be one odd row: they
    // are checked together.
    var (whole, listedAt) = try listingPage(path, of: date, isFirst: true, via: fetcher, deadline: deadline)
    var known: Set<String> = []
    var waiting = whole.furtherPages
    while let next = waiting.min(by: { Self.precedes($0.key, $1.key) }), whole.rowCount <= ListingRows.maximumRows {
      waiting[next.key] = nil
      known.insert(next.key)
      guard known.count + waiting.count < ListingPage.maximumPages else {
        throw PipelineError.sourceChanged("the listing of \(date) has more than \(ListingPage.maximumPages) pages")
      }
      let (page, validated) = try listingPage(next.value, of: date, isFirst: false, via: fetcher, deadline: deadline)
      whole.add(page)
      listedAt = min(listedAt, validated)
      waiting.merge(page.furtherPages.filter { !known.contains($0.key) }) { first, _ in first }
    }
    try whole.check()
    var day = WWOZDay(listing: whole.listing, listingURL: site.url(of: path), listedAt: listedAt)
    day.listingPages = 1 + known.count
    return day
  }

  /// True if a page comes before another one: `2` before `10`.
  private static func precedes(_ page: String, _ other: String) -> Bool {
    (Int(page) ?? .max, page) < (Int(other) ?? .max, other)
  }

  /// Reads a page of a listing.
  /// - Parameter isFirst: true for the page of the day, which must be right by itself unless it has a pager.
  private func listingPage(
    _ path: String, of date: CalendarDate, isFirst: Bool, via fetcher: any PageFetcher, deadline: Deadline
  ) throws(PipelineError) -> (page: ListingPage, validated: Date) {
    let url = site.url(of: path)
    var read: (page: ListingPage, validated: Date)?
    let errors = fetcher.read([FetchRequest(url)], deadline: deadline) { _, page in
      let found = try listingReader.read(page, at: path, date: date, deadline: deadline)
      if isFirst, found.furtherPages.isEmpty { try found.check() }
      read = (found, page.validated)
    }
    if let error = errors.first ?? nil { throw failure(error, reading: url, isFirst: isFirst, deadline: deadline) }
    guard let read else { throw PipelineError(.sourceUnavailable, "\(url) cannot be read: there is no response") }
    return read
  }

  private func failure(_ error: any Error, reading url: String, isFirst: Bool, deadline: Deadline) -> PipelineError {
    if let error = error as? PipelineError { return error }
    let error = error as? FetchError ?? FetchError(.unavailable, "\(error)")
    let failure = error.pipelineError(reading: url, deadline: deadline)
    switch error.reason {
    // The address has been the same for years: if it leads nowhere, or to another kind of page, the site was rebuilt.
    case .missing, .unusable: return .sourceChanged(failure.message)
    // An earlier version did not follow pagers.
    case .notArchived where !isFirst: return .sourceChanged("\(failure.message), to which the listing's pager leads")
    default: return failure
    }
  }
}
