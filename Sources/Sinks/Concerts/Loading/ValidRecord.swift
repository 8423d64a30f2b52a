import EventRecords
import FoundationEssentials
import Time

/// A record that can be loaded, and its entities.
struct ValidRecord {
  struct Failure: Error {
    let reason: RejectedRecord.Reason
  }

  /// The maximum length of an indexed text. An entry of a B-tree holds about 2700 bytes; real names are far shorter.
  static let maximumKeyBytes = 1000

  let href: Key
  let artistName: Key
  let venueKey: VenueKey
  private let venueName: String
  private let artistHref: String?
  private let time: Date?
  private let isCancelled: Bool
  private let listedAt: Date?
  private let record: EventRecord

  /// - Throws: the first reason for which it cannot be loaded.
  init(_ record: EventRecord, of document: LoadDocument, zone: TimeZoneRules) throws(Failure) {
    let date = document.date
    guard !(document.mayHaveNUL && record.hasNUL) else { throw Failure(reason: .hasNUL) }
    guard let href = record.event.href.nonBlank else { throw Failure(reason: .noEventAddress) }
    guard let artistName = record.artist.name.nonBlank ?? record.event.eventArtist.nonBlank else {
      throw Failure(reason: .noArtistName)
    }
    guard let venueName = record.venue.name.nonBlank else { throw Failure(reason: .noVenueName) }
    guard let eventDate = CalendarDate(record.event.date) else { throw Failure(reason: .badDate) }
    guard eventDate == date else { throw Failure(reason: .otherDate) }
    time = try Self.time(record.performanceTime, on: date, zone: zone)
    isCancelled = try Self.isCancelled(record.event.status)
    guard record.keysFit(in: Self.maximumKeyBytes) else { throw Failure(reason: .tooLong) }
    self.href = Key(href)
    self.artistName = Key(artistName)
    self.venueName = venueName
    venueKey = record.venue.href.nonBlank.map { .href(Key($0)) } ?? .name(Key(venueName))
    artistHref = record.artist.href.nonBlank ?? record.event.artistHref.nonBlank
    listedAt = document.listedAt
    self.record = record
  }

  private static func time(_ text: String?, on date: CalendarDate, zone: TimeZoneRules) throws(Failure) -> Date? {
    guard let text = text?.nonBlank else { return nil }
    guard let time = RFC3339.parse(text)?.date else { throw Failure(reason: .badTime) }
    guard zone.localDate(at: time) == date else { throw Failure(reason: .timeOnOtherDay) }
    // The database keeps microseconds: the value must equal the one that is read back.
    return Date(timeIntervalSince1970: (time.timeIntervalSince1970 * 1e6).rounded() / 1e6)
  }

  /// An event without a status takes place. A status that is not known is not guessed: the record is rejected, which
  /// leaves the stored event as it is.
  private static func isCancelled(_ status: String?) throws(Failure) -> Bool {
    switch status?.nonBlank {
    case nil, "scheduled": false
    case "cancelled": true
    default: throw Failure(reason: .badStatus)
    }
  }

  /// True if a page was read. A legacy document does not say so: its missing fields are unknown, not absent.
  private func wasRead(_ page: String?) -> Bool {
    guard let page, let origin = record.origin else { return false }
    return !origin.failedPages.contains(page)
  }

  /// Returns the time at which a page was read; nil if it was not. A document without page times was made in one go: its
  /// pages are as old as its listing.
  /// - Parameters:
  ///   - time: the page's time in the document.
  ///   - legacyHasFacts: true if a legacy record has any fact from the page.
  private func readAt(_ page: String?, _ time: String?, legacyHasFacts: Bool) -> Date? {
    guard record.origin != nil else { return legacyHasFacts ? listedAt : nil }
    guard wasRead(page) else { return nil }
    return time.flatMap { RFC3339.parse($0)?.date } ?? listedAt
  }

  var venue: IncomingVenue {
    // The legacy system fills in defaults for a venue whose page it did not read, which then has no full address.
    let isStub = record.origin == nil && record.venue.fullAddress.isEmpty
    return IncomingVenue(
      content: VenueRow(record.venue, name: venueName, isStub: isStub), pageWasRead: wasRead(venueKey.href),
      readAt: readAt(venueKey.href, record.origin?.pageTimes.venue, legacyHasFacts: !isStub))
  }

  var artist: IncomingArtist {
    let description = record.artist.description.nonBlank
    var artist = IncomingArtist(
      href: artistHref,
      // The legacy system's placeholder.
      description: description == "lorum ipsum" ? nil : description,
      website: record.artist.website.nonBlank,
      genres: keys(record.artist.genres),
      related: keys(record.artist.relatedArtists).subtracting([artistName]),
      relatedByEvents: Set(relatedByEvent.map(\.name)),
      pageWasRead: wasRead(artistHref))
    let hasFacts =
      artist.description != nil || artist.website != nil || !artist.genres.isEmpty || !artist.related.isEmpty
    artist.readAt = readAt(artistHref, record.origin?.pageTimes.artist, legacyHasFacts: hasFacts)
    return artist
  }

  /// The artists to which the event's page links.
  var relatedByEvent: [(name: Key, href: String?)] {
    record.event.relatedArtists.compactMap { related in
      related.name.nonBlank.map { (Key($0), related.href.nonBlank) }
    }.filter { $0.0 != artistName }
  }

  var event: IncomingEvent {
    let eventWasRead = wasRead(href.text)
    return IncomingEvent(
      time: time, artistName: record.event.eventArtist.nonBlank ?? artistName.text, artist: artistName,
      venueName: venueName,
      venue: venueKey, description: record.event.description.nonBlank, genres: keys(record.event.genres),
      related: Set(relatedByEvent.map(\.name)), pageWasRead: eventWasRead,
      // An event's genres are those of its artist's page, if there is one.
      genresAreKnown: eventWasRead && (artistHref == nil || wasRead(artistHref)),
      isCancelled: isCancelled, scrapeTime: RFC3339.parse(record.scrapeTime)?.date)
  }
}

private func keys(_ texts: [String]) -> Set<Key> { Set(texts.compactMap { $0.nonBlank.map { Key($0) } }) }

extension EventRecord {
  /// True if a text has the one character that Postgres's text cannot hold.
  fileprivate var hasNUL: Bool {
    artist.name.hasNUL || artist.description.hasNUL || artist.href.hasNUL || artist.website.hasNUL
      || artist.genres.contains(where: \.hasNUL) || artist.relatedArtists.contains(where: \.hasNUL)
      || venue.name.hasNUL || venue.thoroughfare.hasNUL || venue.phoneNumber.hasNUL || venue.locality.hasNUL
      || venue.state.hasNUL || venue.postalCode.hasNUL || venue.fullAddress.hasNUL || venue.website.hasNUL
      || venue.href.hasNUL || event.href.hasNUL || event.eventArtist.hasNUL || event.artistHref.hasNUL
      || event.description.hasNUL || event.genres.contains(where: \.hasNUL)
      || event.relatedArtists.contains { $0.name.hasNUL || $0.href.hasNUL }
  }

  /// True if every indexed text fits into an index entry.
  fileprivate func keysFit(in length: Int) -> Bool {
    let fits = { (text: String) in text.utf8.count <= length }
    return fits(event.href) && fits(artist.name) && fits(event.eventArtist) && fits(venue.name) && fits(venue.href)
      && artist.genres.allSatisfy(fits) && event.genres.allSatisfy(fits) && artist.relatedArtists.allSatisfy(fits)
      && event.relatedArtists.allSatisfy { fits($0.name) }
  }
}
