import Contracts
import EventRecords
import Time

/// A document, taken apart: what it tells of each event, venue, act and genre, once each, and what in it cannot be
/// loaded.
package struct ParsedDocument {
  private(set) var events: [Key: IncomingEvent] = [:]
  package var eventCount: Int { events.count }
  private(set) var venues: [VenueKey: IncomingVenue] = [:]
  private(set) var artists: [Key: IncomingArtist] = [:]
  private(set) var genres: Set<Key> = []
  /// The keys in their order: all loads go by it, so that they take their locks in one order.
  private(set) var sorted = SortedKeys()
  package private(set) var rejections: [Rejection] = []
  /// Records that tell what an earlier one told.
  package private(set) var duplicates = 0
  /// Whether it is known which events are listed, so that others are not.
  private(set) var isWholeListing: Bool

  struct SortedKeys {
    var events: [Key] = []
    var venues: [VenueKey] = []
    var artists: [Key] = []
    var genres: [Key] = []
  }

  private var rejectedAddresses: Set<Key> = []
  /// The venues of each name that have an address.
  private var addresses: [Key: [VenueKey]] = [:]
  /// The index of the record of each event.
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
          let checked = try ValidRecord(record, date: document.date, listedAt: document.listedAt, zone: zone)
          if let first = positions.updateValue(position, forKey: checked.href) {
            positions[checked.href] = first
            try compare(record, with: document.entries[first])
          } else {
            add(checked)
          }
        } catch {
          reject(position, error.reason, href: record.event.href.nonBlank)
          // A document with records of another day is not, or not only, of the listing that it is taken for.
          if error.reason == .badDate || error.reason == .otherDate { isWholeListing = false }
        }
      }
    }
    joinVenuesByName()
    sorted = SortedKeys(
      events: events.keys.sorted(), venues: venues.keys.sorted(), artists: artists.keys.sorted(),
      genres: genres.sorted())
  }

  /// The names of the venues that have an address, nil for those of a name that several have: such a name does not tell
  /// which is meant.
  func distinctName(of key: VenueKey) -> String? {
    guard let name = venues[key]?.content.name, addresses[Key(name)]?.count == 1 else { return nil }
    return name
  }

  /// A venue that is listed once with the link to its page and once without is one.
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

  /// Whether an event is listed, loadable or not.
  func lists(_ href: Key) -> Bool { events[href] != nil || rejectedAddresses.contains(href) }

  /// Passes over a record that tells what an earlier one of its event told. When each was read does not matter.
  private mutating func compare(
    _ record: EventRecord, with first: LoadDocument.Entry
  ) throws(ValidRecord.Failure) {
    guard case .record(var earlier) = first else { return }
    earlier.scrapeTime = record.scrapeTime
    earlier.origin?.pageTimes = record.origin?.pageTimes ?? .init()
    guard record == earlier else { throw ValidRecord.Failure(reason: .conflictingDuplicate) }
    duplicates += 1
  }

  private mutating func reject(_ position: Int, _ reason: Rejection.Reason, href: String?) {
    // A NUL can be neither stored nor shown, so an address with one is none.
    let href = href.flatMap { $0.hasNUL ? nil : $0 }
    rejections.append(Rejection(position: position, reason: reason, href: href))
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
    add(artist, named: record.act)
    for related in record.relatedByEvent { add(IncomingArtist(href: related.href), named: related.name) }
    for name in artist.related { add(IncomingArtist(), named: name) }
  }

  private mutating func add(_ artist: IncomingArtist, named name: Key) {
    if artists[name]?.add(artist) == nil { artists[name] = artist }
  }
}
