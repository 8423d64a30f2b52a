import Contracts
import EventRecords
import FoundationEssentials
import Time

/// A day as it was read: the listing and, by their paths, the details that could be had.
public struct WWOZDay: Equatable, Sendable {
  /// A detail page that could not be read.
  public struct FailedPage: Equatable, Sendable, Encodable {
    let path: String
    let url: String
    /// For a person.
    let error: String

    enum CodingKeys: CodingKey { case url, error }
  }

  public var listing: WWOZListing
  public var listingURL: String
  /// When the site last said that this is the listing.
  public var listedAt: Date
  public var venues: [String: WWOZVenue] = [:]
  public var events: [String: WWOZEvent] = [:]
  public var artists: [String: WWOZArtist] = [:]
  /// When the site last said that this is the detail page, by its path; of those that were read.
  public var pageTimes: [String: Date] = [:]
  public var failed: [FailedPage] = []

  /// Pages that were read, the listing among them.
  public var pagesRead: Int { 1 + venues.count + events.count + artists.count }

  /// The page of the show's own act; nil when its event's page was not read, or links to none.
  func artistPath(of show: WWOZListing.Show) -> String? {
    guard let path = events[show.path]?.acts(own: show.act).own?.path, !path.isEmpty else { return nil }
    return path
  }

  /// A record for each show, in the order of the listing.
  /// - Parameters:
  ///   - zone: whose wall clock the listing means.
  ///   - scrapeTime: RFC 3339.
  public func records(of dataset: Dataset, zone: TimeZoneRules, scrapeTime: String) -> [EventRecord] {
    let failedPaths = Set(failed.map(\.path))
    let pageTimes = pageTimes.mapValues { RFC3339.utc(roundingToMilliseconds: $0) }
    return listing.shows.map { show in
      let artistPath = artistPath(of: show)
      let pages = (venue: show.venuePath, event: show.path, artist: artistPath ?? "")
      return EventRecord(
        artist: artist(of: show), venue: venue(of: show), event: event(of: show),
        performanceTime: show.time.map { time in
          let instant = zone.date(listing.date, hour: time.hour, minute: time.minute)
          return RFC3339.string(instant, offset: zone.offset(at: instant))
        },
        scrapeTime: scrapeTime,
        origin: EventRecord.Origin(
          dataset: dataset.name, listingURL: listingURL,
          failedPages: [pages.venue, pages.event, pages.artist].filter(failedPaths.contains),
          pageTimes: EventRecord.PageTimes(
            venue: pageTimes[pages.venue], event: pageTimes[pages.event], artist: pageTimes[pages.artist])))
    }
  }

  private func artist(of show: WWOZListing.Show) -> EventRecord.Artist {
    let path = artistPath(of: show)
    let details = path.flatMap { artists[$0] } ?? WWOZArtist()
    return EventRecord.Artist(
      name: show.act, description: details.description, genres: details.genres,
      relatedArtists: details.acts.filter { !$0.isNamed(show.act) }.map(\.name), href: path ?? "",
      website: details.website)
  }

  private func venue(of show: WWOZListing.Show) -> EventRecord.Venue {
    let details = venues[show.venuePath] ?? WWOZVenue()
    return EventRecord.Venue(
      name: show.venue, thoroughfare: details.thoroughfare, phoneNumber: details.phoneNumber,
      locality: details.locality, state: details.state, postalCode: details.postalCode,
      fullAddress: details.fullAddress, isActive: details.isActive, website: details.website, href: show.venuePath,
      eventArtist: show.act)
  }

  private func event(of show: WWOZListing.Show) -> EventRecord.Event {
    let details = events[show.path] ?? WWOZEvent()
    let path = artistPath(of: show)
    return EventRecord.Event(
      date: listing.date.description, href: show.path, eventArtist: show.act, artistHref: path ?? "",
      description: details.description,
      relatedArtists: details.acts(own: show.act).others.map {
        EventRecord.RelatedArtist(name: $0.name, href: $0.path)
      },
      genres: path.flatMap { artists[$0] }?.genres ?? [])
  }
}
