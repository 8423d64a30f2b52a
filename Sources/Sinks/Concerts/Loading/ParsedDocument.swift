import Contracts
import EventRecords
import Time

/// A parsed document: its events, venues, artists and genres, deduplicated, and the records that were rejected.
package struct ParsedDocument {
  private(set) var events: [Key: IncomingEvent] = [:]
  package var eventCount: Int { events.count }
  private(set) var venues: [VenueKey: IncomingVenue] = [:]
  private(set) var artists = ArtistTable()
  private(set) var genres: Set<Key> = []
  /// The keys, sorted: all loads use this order, so that they take their row locks in one order.
  private(set) var sorted = SortedKeys()
  package private(set) var rejections: [RejectedRecord] = []
  /// The number of records that repeat an earlier one.
  package private(set) var duplicates = 0
  /// True if every event of the listing is known, so that the others are cancelled.
  private(set) var isWholeListing: Bool

  struct SortedKeys {
    var events: [Key] = []
    var venues: [VenueKey] = []
    var artists: [Key] = []
    var genres: [Key] = []
  }

  private var rejectedAddresses: Set<Key> = []
  /// The venues that have an address, by name.
  private var addresses: [Key: [VenueKey]] = [:]
  /// The index of each event's first record.
  private var positions: [Key: Int] = [:]

  package init(_ document: LoadDocument, zone: TimeZoneRules) {
    isWholeListing = document.isWholeListing
    events.reserveCapacity(document.entries.count)
    positions.reserveCapacity(document.entries.count)
    for (position, entry) in document.entries.enumerated() {
      switch entry {
      case .unreadable(let reason, let href): reject(position, .unreadable(reason), href: href)
      case .rejectedRow(let reason, let href): reject(position, .rejectedRow(reason), href: href.flatMap(\.nonBlank))
      case .record(let record):
        do throws(ValidRecord.Failure) {
          let valid = try ValidRecord(record, of: document, zone: zone)
          if let first = positions.updateValue(position, forKey: valid.href) {
            positions[valid.href] = first
            try compare(record, with: document.entries[first])
          } else {
            add(valid)
          }
        } catch {
          reject(position, error.reason, href: record.event.href.nonBlank)
          // A document with records of another day is not, or not only, the listing of its date.
          if error.reason == .badDate || error.reason == .otherDate { isWholeListing = false }
        }
      }
    }
    joinVenuesByName()
    sorted = SortedKeys(
      events: events.keys.sorted(), venues: venues.keys.sorted(), artists: artists.keys.sorted(),
      genres: genres.sorted())
  }

  /// Returns the name of a venue with an address; nil if several venues share the name, which is then ambiguous.
  func distinctName(of key: VenueKey) -> String? {
    guard let name = venues[key]?.content.name, addresses[Key(name)]?.count == 1 else { return nil }
    return name
  }

  /// Merges venues that are listed both with a link to their page and without.
  private mutating func joinVenuesByName() {
    for key in venues.keys {
      if case .href = key, let venue = venues[key] { addresses[Key(venue.content.name), default: []].append(key) }
    }
    var joined: [VenueKey: VenueKey] = [:]
    for (key, venue) in venues {
      guard case .name(let name) = key, let others = addresses[name], others.count == 1 else { continue }
      joined[key] = others[0]
      venues[key] = nil
      venues[others[0]]?.add(venue)
    }
    guard !joined.isEmpty else { return }
    events = events.mapValues { event in
      var event = event
      event.venue = joined[event.venue] ?? event.venue
      return event
    }
  }

  /// True if the listing has the event, even if its record was rejected.
  func lists(_ href: Key) -> Bool { events[href] != nil || rejectedAddresses.contains(href) }

  /// Counts a record that repeats an earlier one of its event, regardless of when each was read.
  private mutating func compare(
    _ record: EventRecord, with first: LoadDocument.Entry
  ) throws(ValidRecord.Failure) {
    guard case .record(var earlier) = first else { return }
    earlier.scrapeTime = record.scrapeTime
    earlier.origin?.pageTimes = record.origin?.pageTimes ?? .init()
    guard record == earlier else { throw ValidRecord.Failure(reason: .conflictingDuplicate) }
    duplicates += 1
  }

  private mutating func reject(_ position: Int, _ reason: RejectedRecord.Reason, href: String?) {
    // Postgres cannot store a NUL character, so an address with one counts as missing.
    let href = href.flatMap { $0.hasNUL ? nil : $0 }
    rejections.append(RejectedRecord(position: position, reason: reason, href: href))
    if let href { rejectedAddresses.insert(Key(href)) } else { isWholeListing = false }
  }

  private mutating func add(_ record: ValidRecord) {
    let (event, artist) = (record.event, record.artist)
    events[record.href] = event
    genres.formUnion(event.genres)
    genres.formUnion(artist.genres)
    if venues[record.venueKey]?.pageWasRead != true {
      let venue = record.venue
      if venues[record.venueKey]?.add(venue) == nil { venues[record.venueKey] = venue }
    }
    artists.add(artist, named: record.artistName)
    for related in record.relatedByEvent { artists.add(IncomingArtist(href: related.href), named: related.name) }
    for name in artist.related { artists.add(IncomingArtist(), named: name) }
  }
}
