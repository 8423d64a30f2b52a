import FoundationEssentials
import Markup
import Pipeline
import Time

/// Reads a day: its listing, the pages of the venues and events listed, and the artist's page that an event links to for
/// its own act. Each address is asked for once. A detail page that cannot be read costs its details only.
public final class WWOZCrawl {
  /// Pages asked for together. So many lie in memory at once, and no more.
  static let batch = 32

  private let site: Site
  private let fetcher: any PageFetcher
  private let listingReader: WWOZListingReader
  private let detailReader: WWOZDetailReader

  public init(site: Site, fetcher: any PageFetcher) throws(MarkupError) {
    self.site = site
    self.fetcher = fetcher
    listingReader = try WWOZListingReader(site: site)
    detailReader = try WWOZDetailReader(site: site)
  }

  /// - Parameter deadline: pages not read by then count as failed.
  /// - Throws: what became of the listing: `SourceUnavailable`, `SourceThrottled`, `SourceChanged` or `DeadlineExceeded`.
  public func day(_ date: CalendarDate, deadline: Deadline) throws(PipelineError) -> WWOZDay {
    let listingPath = "/calendar/livewire-music?date=\(date)"
    var day = WWOZDay(
      listing: try listing(listingPath, date, deadline: deadline), listingURL: site.url(of: listingPath))
    let shows = day.listing.shows
    day.venues = read(shows.map(\.venuePath), into: &day, deadline: deadline, detailReader.venue)
    day.events = read(shows.map(\.path), into: &day, deadline: deadline, detailReader.event)
    day.artists = read(shows.compactMap(day.artistPath(of:)), into: &day, deadline: deadline, detailReader.artist)
    return day
  }

  private func listing(_ path: String, _ date: CalendarDate, deadline: Deadline) throws(PipelineError) -> WWOZListing {
    let page: Page
    do throws(FetchError) {
      page = try fetch([path], deadline: deadline)[0].get()
    } catch {
      let message = "\(site.url(of: path)) cannot be read: \(error)"
      switch error.reason {
      case .throttled: throw PipelineError(.sourceThrottled, message)
      // A request that is bounded by the deadline ends a millisecond or so before it.
      case .timedOut where deadline.remaining < .milliseconds(10): throw PipelineError(.deadlineExceeded, message)
      case .unavailable, .timedOut: throw PipelineError(.sourceUnavailable, message)
      // The address has been the same for years: where it leads nowhere, or to something else, the site was rebuilt.
      case .missing, .unusable: throw PipelineError.sourceChanged(message)
      }
    }
    return try listingReader.read(page, date: date)
  }

  /// What the pages tell, by path. Those that cannot be read are noted as failed.
  private func read<Details>(
    _ paths: [String], into day: inout WWOZDay, deadline: Deadline, _ interpret: (Page) throws -> Details
  ) -> [String: Details] {
    var details: [String: Details] = [:]
    var waiting = unique(paths.filter { !$0.isEmpty })[...]
    while !waiting.isEmpty {
      let batch = Array(waiting.prefix(Self.batch))
      waiting = waiting.dropFirst(batch.count)
      for (path, outcome) in zip(batch, fetch(batch, deadline: deadline)) {
        do { details[path] = try interpret(try outcome.get()) } catch {
          day.failed.append(WWOZDay.FailedPage(path: path, url: site.url(of: path), error: "\(error)"))
        }
      }
    }
    return details
  }

  private func fetch(_ paths: [String], deadline: Deadline) -> [Result<Page, FetchError>] {
    fetcher.fetch(paths.map(site.url(of:)), deadline: deadline)
  }
}
