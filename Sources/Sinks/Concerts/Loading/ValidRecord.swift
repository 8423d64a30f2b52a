import EventRecords
import FoundationEssentials
import Time

/// A record that can be loaded, and what it tells of each thing.
struct ValidRecord {
  struct Failure: Error {
    let reason: Rejection.Reason
  }

  /// A btree's entry holds about 2700 bytes; no name comes near.
  static let longestKey = 1000

  let href: Key
  let act: Key
  let venueKey: VenueKey
  private let venueName: String
  private let artistHref: String?
  private let time: Date?
  private let listedAt: Date?
  private let record: EventRecord

  /// - Parameter listedAt: when the listing was read.
  /// - Throws: the first reason why it cannot be loaded.
  init(_ record: EventRecord, date: CalendarDate, listedAt: Date?, zone: TimeZoneRules) throws(Failure) {
    guard !record.hasNUL else { throw Failure(reason: .hasNUL) }
    guard let href = record.event.href.nonBlank else { throw Failure(reason: .noEventAddress) }
    guard let act = record.artist.name.nonBlank ?? record.event.eventArtist.nonBlank else {
      throw Failure(reason: .noArtistName)
    }
    guard let venueName = record.venue.name.nonBlank else { throw Failure(reason: .noVenueName) }
    guard let eventDate = CalendarDate(record.event.date) else { throw Failure(reason: .badDate) }
    guard eventDate == date else { throw Failure(reason: .otherDate) }
    time = try Self.time(record.performanceTime, on: date, zone: zone)
    guard record.keysFit(in: Self.longestKey) else { throw Failure(reason: .tooLong) }
    self.href = Key(href)
    self.act = Key(act)
    self.venueName = venueName
    venueKey = record.venue.href.nonBlank.map { .href(Key($0)) } ?? .name(Key(venueName))
    artistHref = record.artist.href.nonBlank ?? record.event.artistHref.nonBlank
    self.listedAt = listedAt
    self.record = record
  }

  private static func time(_ text: String?, on date: CalendarDate, zone: TimeZoneRules) throws(Failure) -> Date? {
    guard let text = text?.nonBlank else { return nil }
    guard let time = RFC3339.parse(text)?.date else { throw Failure(reason: .badTime) }
    guard zone.localDate(at: time) == date else { throw Failure(reason: .timeOnOtherDay) }
    // As it will be read back: to the microsecond.
    return Date(timeIntervalSince1970: (time.timeIntervalSince1970 * 1e6).rounded() / 1e6)
  }

  /// Whether a page was read. A document of system 000 does not tell: nothing that it leaves out is known not to be.
  private func wasRead(_ page: String?) -> Bool {
    guard let page, let origin = record.origin else { return false }
    return !origin.failedPages.contains(page)
  }

  /// How old is what the record tells of a page, nil when it tells nothing. A document that does not say so was made in
  /// one go: its pages are as old as its listing.
  /// - Parameters:
  ///   - time: what the document says of it.
  ///   - isTold: whether a record of system 000 tells anything of it.
  private func readAt(_ page: String?, _ time: String?, isTold: Bool) -> Date? {
    guard record.origin != nil else { return isTold ? listedAt : nil }
    guard wasRead(page) else { return nil }
    return time.flatMap { RFC3339.parse($0)?.date } ?? listedAt
  }

  var venue: IncomingVenue {
    // System 000 fills in defaults for a venue whose page it did not read, and then it has no full address.
    let isStub = record.origin == nil && record.venue.fullAddress.isEmpty
    return IncomingVenue(
      content: VenueRow(record.venue, name: venueName, isStub: isStub), pageWasRead: wasRead(venueKey.href),
      readAt: readAt(venueKey.href, record.origin?.pageTimes.venue, isTold: !isStub))
  }

  var artist: IncomingArtist {
    let description = record.artist.description.nonBlank
    var told = IncomingArtist(
      href: artistHref,
      // System 000's placeholder.
      description: description == "lorum ipsum" ? nil : description,
      website: record.artist.website.nonBlank,
      genres: keys(record.artist.genres),
      related: keys(record.artist.relatedArtists).subtracting([act]),
      relatedByEvents: Set(relatedByEvent.map(\.name)),
      pageWasRead: wasRead(artistHref))
    let isTold =
      told.description != nil || told.website != nil || !told.genres.isEmpty || !told.related.isEmpty
    told.readAt = readAt(artistHref, record.origin?.pageTimes.artist, isTold: isTold)
    return told
  }

  /// The acts that the event's page links to.
  var relatedByEvent: [(name: Key, href: String?)] {
    record.event.relatedArtists.compactMap { related in
      related.name.nonBlank.map { (Key($0), related.href.nonBlank) }
    }.filter { $0.0 != act }
  }

  var event: IncomingEvent {
    let eventWasRead = wasRead(href.text)
    return IncomingEvent(
      time: time, artistName: record.event.eventArtist.nonBlank ?? act.text, artist: act, venueName: venueName,
      venue: venueKey, description: record.event.description.nonBlank, genres: keys(record.event.genres),
      pageWasRead: eventWasRead,
      // An event's genres are those of its act's page, if there is one.
      genresAreKnown: eventWasRead && (artistHref == nil || wasRead(artistHref)),
      scrapeTime: RFC3339.parse(record.scrapeTime)?.date)
  }
}

private func keys(_ texts: [String]) -> Set<Key> { Set(texts.compactMap { $0.nonBlank.map { Key($0) } }) }

extension EventRecord {
  /// Whether there is the one character that Postgres's text does not hold.
  fileprivate var hasNUL: Bool {
    artist.name.hasNUL || artist.description.hasNUL || artist.href.hasNUL || artist.website.hasNUL
      || artist.genres.contains(where: \.hasNUL) || artist.relatedArtists.contains(where: \.hasNUL)
      || venue.name.hasNUL || venue.thoroughfare.hasNUL || venue.phoneNumber.hasNUL || venue.locality.hasNUL
      || venue.state.hasNUL || venue.postalCode.hasNUL || venue.fullAddress.hasNUL || venue.website.hasNUL
      || venue.href.hasNUL || event.href.hasNUL || event.eventArtist.hasNUL || event.artistHref.hasNUL
      || event.description.hasNUL || event.genres.contains(where: \.hasNUL)
      || event.relatedArtists.contains { $0.name.hasNUL || $0.href.hasNUL }
  }

  /// Whether all that is indexed is short enough for it.
  fileprivate func keysFit(in length: Int) -> Bool {
    let fits = { (text: String) in text.utf8.count <= length }
    return fits(event.href) && fits(artist.name) && fits(event.eventArtist) && fits(venue.name) && fits(venue.href)
      && artist.genres.allSatisfy(fits) && event.genres.allSatisfy(fits) && artist.relatedArtists.allSatisfy(fits)
      && event.relatedArtists.allSatisfy { fits($0.name) }
  }
}
