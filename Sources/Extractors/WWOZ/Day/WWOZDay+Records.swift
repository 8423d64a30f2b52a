import Contracts
import EventRecords
import Time

extension WWOZDay {
  /// Returns a record for each show, in the order of the listing.
  /// - Parameters:
  ///   - zone: the zone of the listing's wall-clock times.
  ///   - scrapeTime: RFC 3339.
  /// - Throws: `SourceChanged` if they are more than a document can hold. Many shows may share one page, whose texts take
  ///   memory once here, and once for each show in the document.
  func records(of dataset: Dataset, zone: TimeZoneRules, scrapeTime: String) throws(PipelineError) -> [EventRecord] {
    let failedPaths = Set(failed.map(\.path))
    let pageTimes = pageTimes.mapValues { RFC3339.utc(roundingToMilliseconds: $0) }
    var bytes = listing.rejected.reduce(0) { $0 + $1.text.utf8.count }
    var records: [EventRecord] = []
    records.reserveCapacity(listing.shows.count)
    for show in listing.shows {
      let artistPath = artistPath(of: show)
      let pages = (venue: show.venuePath, event: show.path, artist: artistPath ?? "")
      let record = EventRecord(
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
      bytes += record.minimumByteCount
      try checkSize(bytes)
      records.append(record)
    }
    return records
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
      genres: path.flatMap { artists[$0] }?.genres ?? [], status: show.isCancelled ? "cancelled" : nil)
  }
}

extension EventRecord {
  /// The bytes of the record's texts, and about those of its keys: a document is never smaller, and at most twice as large
  /// because of characters that JSON escapes.
  fileprivate var minimumByteCount: Int {
    let keys = 600
    let texts = [
      artist.name, artist.description, artist.href, artist.website, venue.name, venue.thoroughfare, venue.phoneNumber,
      venue.fullAddress, venue.website, venue.href, venue.eventArtist, event.href, event.eventArtist, event.artistHref,
      event.description,
    ]
    let lists =
      artist.genres + artist.relatedArtists + event.genres + event.relatedArtists.flatMap { [$0.name, $0.href] }
    return (texts + lists).reduce(keys) { $0 + $1.utf8.count }
  }
}
