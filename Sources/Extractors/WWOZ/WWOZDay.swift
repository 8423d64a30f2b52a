import Contracts
import EventRecords
import FoundationEssentials
import Time

/// A day as it was read: the listing, and the details by the paths of their pages.
public struct WWOZDay: Equatable, Sendable {
  /// A detail page that could not be read.
  struct FailedDetails: Equatable, Sendable {
    let path: String
    let url: String
    /// The error, for a person.
    let error: String
  }

  public var listing: WWOZListing
  public var listingURL: String
  /// The time at which the site last confirmed the listing.
  public var listedAt: Date
  public var venues: [String: WWOZVenue] = [:]
  public var events: [String: WWOZEvent] = [:]
  public var artists: [String: WWOZArtist] = [:]
  /// The time at which the site last confirmed each detail page that was read, by path.
  public var pageTimes: [String: Date] = [:]
  var failed: [FailedDetails] = []

  init(listing: WWOZListing, listingURL: String, listedAt: Date) {
    self.listing = listing
    self.listingURL = listingURL
    self.listedAt = listedAt
  }

  /// The number of pages that were read, including the listing.
  public var pagesRead: Int { 1 + venues.count + events.count + artists.count }

  /// Returns the path of the show's artist; nil if its event's page was not read, or does not link to the artist.
  func artistPath(of show: WWOZListing.Show) -> String? {
    guard let path = events[show.path]?.artists(own: show.artist).own?.path, !path.isEmpty else { return nil }
    return path
  }

  /// Returns a record for each show, in the order of the listing.
  /// - Parameters:
  ///   - zone: the zone of the listing's wall-clock times.
  ///   - scrapeTime: RFC 3339.
  func records(of dataset: Dataset, zone: TimeZoneRules, scrapeTime: String) -> [EventRecord] {
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
          dataset: dataset.source, listingURL: listingURL,
          failedPages: [pages.venue, pages.event, pages.artist].filter(failedPaths.contains),
          pageTimes: EventRecord.PageTimes(
            venue: pageTimes[pages.venue], event: pageTimes[pages.event], artist: pageTimes[pages.artist])))
    }
  }

  private func artist(of show: WWOZListing.Show) -> EventRecord.Artist {
    let path = artistPath(of: show)
    let details = path.flatMap { artists[$0] } ?? WWOZArtist()
    return EventRecord.Artist(
      name: show.artist, description: details.description, genres: details.genres,
      relatedArtists: details.artists.filter { !$0.isNamed(show.artist) }.map(\.name), href: path ?? "",
      website: details.website)
  }

  private func venue(of show: WWOZListing.Show) -> EventRecord.Venue {
    let details = venues[show.venuePath] ?? WWOZVenue()
    return EventRecord.Venue(
      name: show.venue, thoroughfare: details.thoroughfare, phoneNumber: details.phoneNumber,
      locality: details.locality, state: details.state, postalCode: details.postalCode,
      fullAddress: details.fullAddress, isActive: details.isActive, website: details.website, href: show.venuePath,
      eventArtist: show.artist)
  }

  private func event(of show: WWOZListing.Show) -> EventRecord.Event {
    let details = events[show.path] ?? WWOZEvent()
    let path = artistPath(of: show)
    return EventRecord.Event(
      date: listing.date.description, href: show.path, eventArtist: show.artist, artistHref: path ?? "",
      description: details.description,
      relatedArtists: details.artists(own: show.artist).others.map {
        EventRecord.RelatedArtist(name: $0.name, href: $0.path)
      },
      genres: path.flatMap { artists[$0] }?.genres ?? [])
  }
}
