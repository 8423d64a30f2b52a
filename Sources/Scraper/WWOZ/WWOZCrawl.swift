import FoundationEssentials
import Markup
import Pipeline
import Text
import Time

/// Reads a day: its listing, the pages of the venues and events listed, and the artist's page that an event links to for
/// its own act. Each address is asked for once. A detail page that cannot be read costs its details only.
public final class WWOZCrawl {
  /// Pages asked for together. So many lie in memory at once, and no more.
  static let batch = 32

  private let site: Site
  private let listingReader: WWOZListingReader
  private let detailReader: WWOZDetailReader

  public init(site: Site) throws(MarkupError) {
    self.site = site
    listingReader = try WWOZListingReader(site: site)
    detailReader = try WWOZDetailReader(site: site)
  }

  /// The address of a day's listing.
  static func listingPath(of date: CalendarDate) -> String { "/calendar/livewire-music?date=\(date)" }

  /// - Parameter deadline: pages not read by then count as failed.
  /// - Throws: what became of the listing: `SourceUnavailable`, `SourceThrottled`, `SourceChanged` or `DeadlineExceeded`;
  ///   `InvalidInput` when it is not in the archive that is read.
  public func day(_ date: CalendarDate, from fetcher: any PageFetcher, deadline: Deadline) throws(PipelineError)
    -> WWOZDay
  {
    let path = Self.listingPath(of: date)
    let page = try listing(path, from: fetcher, deadline: deadline)
    var day = WWOZDay(
      listing: try listingReader.read(page, date: date), listingURL: site.url(of: path), listedAt: page.validated)
    func details<Details>(_ paths: [String], _ interpret: (Page) throws -> Details) -> [String: Details] {
      read(paths, from: fetcher, into: &day, deadline: deadline, interpret)
    }
    let shows = day.listing.shows
    day.venues = details(shows.map(\.venuePath), detailReader.venue)
    day.events = details(shows.map(\.path), detailReader.event)
    day.artists = details(shows.compactMap(day.artistPath(of:)), detailReader.artist)
    return day
  }

  private func listing(_ path: String, from fetcher: any PageFetcher, deadline: Deadline) throws(PipelineError) -> Page
  {
    do throws(FetchError) {
      return try fetcher.fetch([site.url(of: path)], deadline: deadline)[0].get()
    } catch {
      let message = "\(site.url(of: path)) cannot be read: \(error)"
      switch error.reason {
      case .throttled: throw PipelineError(.sourceThrottled, message)
      // A request that is bounded by the deadline ends a millisecond or so before it.
      case .timedOut where deadline.remaining < .milliseconds(10): throw PipelineError(.deadlineExceeded, message)
      case .unavailable, .timedOut: throw PipelineError(.sourceUnavailable, message)
      // The address has been the same for years: where it leads nowhere, or to something else, the site was rebuilt.
      case .missing, .unusable: throw PipelineError.sourceChanged(message)
      // It is for a person to settle with the site, and nothing that is stored is wrong.
      case .disallowed: throw PipelineError(.sourceChanged, message)
      case .notArchived: throw PipelineError(.invalidInput, message)
      }
    }
  }

  /// What the pages tell, by path. Those that cannot be read are noted as failed.
  private func read<Details>(
    _ paths: [String], from fetcher: any PageFetcher, into day: inout WWOZDay, deadline: Deadline,
    _ interpret: (Page) throws -> Details
  ) -> [String: Details] {
    var details: [String: Details] = [:]
    var waiting = paths.filter { !$0.isEmpty }.uniqued()[...]
    while !waiting.isEmpty {
      let batch = Array(waiting.prefix(Self.batch))
      waiting = waiting.dropFirst(batch.count)
      for (path, outcome) in zip(batch, fetcher.fetch(batch.map(site.url(of:)), deadline: deadline)) {
        do {
          let page = try outcome.get()
          details[path] = try interpret(page)
          day.pageTimes[path] = page.validated
        } catch {
          day.failed.append(WWOZDay.FailedPage(path: path, url: site.url(of: path), error: "\(error)"))
        }
      }
    }
    return details
  }
}
