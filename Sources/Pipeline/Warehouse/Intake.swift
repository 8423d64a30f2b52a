import Pipeline
import Time

/// A document, taken apart: what it tells of each event, venue, act and genre, once each, and what in it cannot be loaded.
struct Intake {
  /// A btree's entry holds about 2700 bytes; no name comes near.
  static let longestKey = 1000

  private(set) var events: [Key: ToldEvent] = [:]
  private(set) var venues: [VenueKey: Told<VenueContent>] = [:]
  private(set) var artists: [Key: Told<ArtistContent>] = [:]
  private(set) var genres: Set<Key> = []
  private(set) var rejections: [Rejection] = []
  /// Records that tell what an earlier one told.
  private(set) var duplicates = 0
  /// Addresses of all events that are listed, loadable or not; nil when not all of them are known.
  private(set) var listed: Set<Key>?

  private let date: CalendarDate
  private let zone: TimeZoneRules
  /// The position of the first record with each address.
  private var positions: [Key: Int] = [:]
  private let entries: [LoadDocument.Entry]

  init(_ document: LoadDocument, zone: TimeZoneRules) {
    date = document.date
    self.zone = zone
    entries = document.entries
    listed = document.isWholeListing ? [] : nil
    for (position, entry) in entries.enumerated() {
      switch entry {
      case .unreadable(let reason, let href): reject(position, .unreadable(reason), href: href)
      case .record(let record): add(record, at: position)
      }
    }
  }

  private mutating func add(_ record: EventRecord, at position: Int) {
    do throws(Failure) {
      let parts = try Parts(record, date: date, zone: zone)
      if let first = positions[parts.href] {
        guard case .record(let earlier) = entries[first], record.tellsTheSame(as: earlier) else {
          throw Failure(reason: .conflictingDuplicate)
        }
        duplicates += 1
      } else {
        positions[parts.href] = position
        add(parts)
      }
    } catch {
      reject(position, error.reason, href: record.event.href.meaningful)
    }
  }

  private mutating func reject(_ position: Int, _ reason: Rejection.Reason, href: String?) {
    // A NUL can be neither stored nor shown, so an address with one is none.
    let href = href.flatMap { $0.utf8.contains(0) ? nil : $0 }
    rejections.append(Rejection(position: position, reason: reason, href: href))
    if let href { listed?.insert(Key(href)) } else { listed = nil }
  }

  private mutating func add(_ parts: Parts) {
    listed?.insert(parts.href)
    events[parts.href] = parts.event
    genres.formUnion(parts.event.content.genres)
    genres.formUnion(parts.artist.content.genres)
    venues[parts.venueKey] =
      venues[parts.venueKey]?.merged(with: parts.venue) { $0.filled(from: $1) } ?? parts.venue
    addArtist(parts.artistName, parts.artist)
    for (name, href) in parts.relatedArtists {
      addArtist(name, Told(content: ArtistContent(href: href), isWhole: false))
    }
  }

  private mutating func addArtist(_ name: Key, _ artist: Told<ArtistContent>) {
    artists[name] = artists[name]?.merged(with: artist) { $0.filled(from: $1) } ?? artist
  }
}

extension EventRecord {
  fileprivate func tellsTheSame(as other: EventRecord) -> Bool {
    var copy = other
    copy.scrapeTime = scrapeTime
    return self == copy
  }
}
