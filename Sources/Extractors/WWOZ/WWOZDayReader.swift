import Contracts
import Fetching
import Markup
import Text
import Time

/// Reads a day from the site or from an archive.
struct WWOZDayReader {
  /// The number of pages requested together. That many are in memory at once.
  static let batch = 32

  private let site: Site
  private let listingReader: WWOZListingReader
  private let detailReader: WWOZDetailReader

  init(site: Site) throws(PipelineError) {
    self.site = site
    do {
      listingReader = try WWOZListingReader(site: site)
      detailReader = try WWOZDetailReader(site: site)
    } catch {
      throw PipelineError(.configurationInvalid, "the rules for WWOZ's pages cannot be compiled: \(error)")
    }
  }

  /// The root-relative address of a day's listing.
  static func listingPath(of date: CalendarDate) -> String { "/calendar/livewire-music?date=\(date)" }

  /// - Parameter deadline: pages not read by then count as failed.
  /// - Throws: the failure of the listing: `SourceUnavailable`, `SourceThrottled`, `SourceRefused`, `SourceChanged` or
  ///   `DeadlineExceeded`; `InvalidInput` if the archive does not hold it.
  func read(_ date: CalendarDate, via fetcher: any PageFetcher, deadline: Deadline) throws(PipelineError) -> WWOZDay {
    let path = Self.listingPath(of: date)
    let page = try listing(path, via: fetcher, deadline: deadline)
    var day = WWOZDay(
      listing: try listingReader.read(page, date: date), listingURL: site.url(of: path), listedAt: page.validated)
    func details<Details>(_ paths: [String], _ parse: (Page) throws -> Details) -> [String: Details] {
      read(paths, via: fetcher, into: &day, deadline: deadline, parse)
    }
    let shows = day.listing.shows
    day.venues = details(shows.map(\.venuePath), detailReader.venue)
    day.events = details(shows.map(\.path), detailReader.event)
    day.artists = details(shows.compactMap(day.artistPath(of:)), detailReader.artist)
    return day
  }

  private func listing(
    _ path: String, via fetcher: any PageFetcher, deadline: Deadline
  ) throws(PipelineError) -> Page {
    do throws(FetchError) {
      return try fetcher.page(FetchRequest(site.url(of: path)), deadline: deadline)
    } catch {
      let failure = error.pipelineError(reading: site.url(of: path), deadline: deadline)
      switch error.reason {
      // The address has been the same for years: if it leads nowhere, or to another kind of page, the site was rebuilt.
      case .missing, .unusable: throw PipelineError.sourceChanged(failure.message)
      default: throw failure
      }
    }
  }

  /// Reads detail pages.
  /// - Returns: the details by path. Pages that cannot be read are added to the day's failed ones.
  private func read<Details>(
    _ paths: [String], via fetcher: any PageFetcher, into day: inout WWOZDay, deadline: Deadline,
    _ parse: (Page) throws -> Details
  ) -> [String: Details] {
    var details: [String: Details] = [:]
    var waiting = paths.filter { !$0.isEmpty }.uniqued()[...]
    while !waiting.isEmpty {
      let batch = Array(waiting.prefix(Self.batch))
      waiting = waiting.dropFirst(batch.count)
      let requests = batch.map { FetchRequest(site.url(of: $0)) }
      let errors = fetcher.read(requests, deadline: deadline) { index, page in
        details[batch[index]] = try parse(page)
        day.pageTimes[batch[index]] = page.validated
      }
      for (path, error) in zip(batch, errors) {
        guard let error else { continue }
        day.failed.append(WWOZDay.FailedDetails(path: path, url: site.url(of: path), error: "\(error)"))
      }
    }
    return details
  }
}
