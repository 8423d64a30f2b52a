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
    // The last of several pages may be one odd row. All pages together are checked below; one page by itself before it is
    // shared with other scrapers.
    let pages = try listingPages([path], of: date, isAlone: true, via: fetcher, deadline: deadline)
    guard var whole = pages.first?.page, var listedAt = pages.first?.validated else {
      throw PipelineError(.sourceUnavailable, "\(site.url(of: path)) cannot be read: there is no response")
    }
    var known: Set<String> = []
    var waiting = whole.furtherPages
    while !waiting.isEmpty {
      known.formUnion(waiting.keys)
      guard known.count < ListingPage.maximumPages else {
        throw PipelineError.sourceChanged(
          "the listing of \(date) has more than \(ListingPage.maximumPages) pages")
      }
      let paths = waiting.sorted { $0.key < $1.key }.map(\.value)
      waiting = [:]
      let pages = try listingPages(paths, of: date, isAlone: false, via: fetcher, deadline: deadline)
      for (page, validated) in pages {
        whole.add(page)
        listedAt = min(listedAt, validated)
        waiting.merge(page.furtherPages.filter { !known.contains($0.key) }) { first, _ in first }
      }
      if whole.rowCount > ListingRows.maximumRows { break }
    }
    try whole.check()
    var day = WWOZDay(listing: whole.listing, listingURL: site.url(of: path), listedAt: listedAt)
    day.listingPages = 1 + known.count
    return day
  }

  /// Reads pages of a listing.
  /// - Parameter isAlone: true for the page of the day, which must be right by itself unless it has a pager.
  /// - Throws: the failure of the first page that cannot be read.
  private func listingPages(
    _ paths: [String], of date: CalendarDate, isAlone: Bool, via fetcher: any PageFetcher, deadline: Deadline
  ) throws(PipelineError) -> [(page: ListingPage, validated: Date)] {
    var pages = [(page: ListingPage, validated: Date)?](repeating: nil, count: paths.count)
    let requests = paths.map { FetchRequest(site.url(of: $0)) }
    let errors = fetcher.read(requests, deadline: deadline) { index, page in
      let read = try listingReader.read(page, at: paths[index], date: date, deadline: deadline)
      if isAlone, read.furtherPages.isEmpty { try read.check() }
      pages[index] = (read, page.validated)
    }
    for (path, error) in zip(paths, errors) {
      guard let error else { continue }
      throw failure(error, reading: path, isAlone: isAlone, deadline: deadline)
    }
    return pages.compactMap(\.self)
  }

  private func failure(_ error: any Error, reading path: String, isAlone: Bool, deadline: Deadline) -> PipelineError {
    if let error = error as? PipelineError { return error }
    let error = error as? FetchError ?? FetchError(.unavailable, "\(error)")
    let failure = error.pipelineError(reading: site.url(of: path), deadline: deadline)
    switch error.reason {
    // The address has been the same for years: if it leads nowhere, or to another kind of page, the site was rebuilt.
    case .missing, .unusable: return .sourceChanged(failure.message)
    // An earlier version did not follow pagers.
    case .notArchived where !isAlone: return .sourceChanged("\(failure.message), to which the listing's pager leads")
    default: return failure
    }
  }
}
