import FoundationEssentials
import Pipeline
import Time

extension Intake {
  struct Failure: Error {
    let reason: Rejection.Reason
  }

  /// One record, checked and taken apart.
  struct Parts {
    let href: Key
    let event: ToldEvent
    let venueKey: VenueKey
    let venue: Told<VenueContent>
    let artistName: Key
    let artist: Told<ArtistContent>
    /// Names and addresses of the acts that this one is related to.
    let relatedArtists: [(name: Key, href: String?)]

    init(_ record: EventRecord, date: CalendarDate, zone: TimeZoneRules) throws(Failure) {
      guard !record.hasNUL else { throw Failure(reason: .hasNUL) }
      guard let href = record.event.href.meaningful else { throw Failure(reason: .noEventAddress) }
      guard let artistName = record.artist.name.meaningful ?? record.event.eventArtist.meaningful else {
        throw Failure(reason: .noActName)
      }
      guard let venueName = record.venue.name.meaningful else { throw Failure(reason: .noVenueName) }
      guard let eventDate = CalendarDate(record.event.date) else { throw Failure(reason: .badDate) }
      guard eventDate == date else { throw Failure(reason: .otherDate) }
      let time = try Self.time(record.performanceTime, on: date, zone: zone)

      // A document of system 000 does not tell which pages were read: nothing that it leaves out is known not to be.
      let failed = Set(record.origin?.failedPages ?? [])
      let wasRead = { (page: String?) in record.origin != nil && page.map { !failed.contains($0) } ?? false }
      let artistHref = record.artist.href.meaningful ?? record.event.artistHref.meaningful
      let eventWasRead = wasRead(href)
      let artistWasRead = wasRead(artistHref)

      let venueHref = record.venue.href.meaningful
      let venueKey = venueHref.map { VenueKey.href(Key($0)) } ?? .name(Key(venueName))
      // System 000 fills in defaults for a venue whose page it did not read, and then it has no full address.
      let isStub = record.origin == nil && record.venue.fullAddress.isEmpty
      let venue = VenueContent(record.venue, name: venueName, isStub: isStub)

      let act = Key(artistName)
      let byEvent = record.event.relatedArtists.compactMap { related in
        related.name.meaningful.map { (name: Key($0), href: related.href.meaningful) }
      }.filter { $0.name != act }
      let byPage = keys(record.artist.relatedArtists).subtracting([act])
      let description = record.artist.description.meaningful
      let artist = ArtistContent(
        href: artistHref,
        // System 000's placeholder.
        description: description == "lorum ipsum" ? nil : description,
        website: record.artist.website.meaningful,
        genres: keys(record.artist.genres),
        related: byPage,
        relatedByEvents: Set(byEvent.map(\.name)))
      let event = EventContent(
        date: date, time: time,
        artistName: record.event.eventArtist.meaningful ?? artistName, artist: act,
        venueName: venueName, venue: venueKey,
        description: record.event.description.meaningful,
        genres: keys(record.event.genres),
        isIndoors: venue.isIndoors, isStreaming: venue.isStreaming)

      self.href = Key(href)
      // An event's genres are those of its act's page, if there is one.
      self.event = ToldEvent(
        content: event, pageWasRead: eventWasRead, genresAreKnown: eventWasRead && (artistHref == nil || artistWasRead),
        scrapeTime: RFC3339.parse(record.scrapeTime)?.date)
      self.venueKey = venueKey
      self.venue = Told(content: venue, isWhole: wasRead(venueHref))
      self.artistName = act
      self.artist = Told(content: artist, isWhole: artistWasRead)
      relatedArtists = byEvent + byPage.map { (name: $0, href: nil) }
      try checkLengths()
    }

    private static func time(_ text: String?, on date: CalendarDate, zone: TimeZoneRules) throws(Failure) -> Date? {
      guard let text = text?.meaningful else { return nil }
      guard let time = RFC3339.parse(text)?.date else { throw Failure(reason: .badTime) }
      guard zone.localDate(at: time) == date else { throw Failure(reason: .timeOnOtherDay) }
      // As it will be read back: to the microsecond.
      return Date(timeIntervalSince1970: (time.timeIntervalSince1970 * 1e6).rounded() / 1e6)
    }

    private func checkLengths() throws(Failure) {
      let isTooLong = { (key: Key) in key.text.utf8.count > Intake.longestKey }
      let venue = [venueKey.href, event.content.venueName].compactMap { $0.map { Key($0) } }
      guard !isTooLong(href), !isTooLong(artistName), !venue.contains(where: isTooLong),
        !event.content.genres.contains(where: isTooLong), !artist.content.genres.contains(where: isTooLong),
        !relatedArtists.contains(where: { isTooLong($0.name) })
      else { throw Failure(reason: .tooLong) }
    }
  }
}

private func keys(_ texts: [String]) -> Set<Key> { Set(texts.compactMap { $0.meaningful.map { Key($0) } }) }

extension EventRecord {
  /// Postgres's text holds any character but this one.
  fileprivate var hasNUL: Bool {
    let texts = [
      artist.name, artist.description, artist.href, artist.website, venue.name, venue.thoroughfare, venue.phoneNumber,
      venue.locality, venue.state, venue.postalCode, venue.fullAddress, venue.website, venue.href, event.href,
      event.eventArtist, event.artistHref, event.description,
    ]
    let hasNUL = { (text: String) in text.utf8.contains(0) }
    return texts.contains(where: hasNUL) || artist.genres.contains(where: hasNUL)
      || artist.relatedArtists.contains(where: hasNUL) || event.genres.contains(where: hasNUL)
      || event.relatedArtists.contains { hasNUL($0.name) || hasNUL($0.href) }
  }
}
