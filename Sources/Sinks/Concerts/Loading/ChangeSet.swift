import Contracts
import FoundationEssentials
import Time

/// The rows to write: the difference between a document and the stored rows. Rows are in the order of their keys, so that
/// concurrent loads take their row locks in one order.
struct ChangeSet {
  struct Row<Key, Content> {
    let id: Int
    let key: Key
    let content: Content
    /// The time at which the entity's own page was read; nil if it was not.
    var readAt: Date?
  }

  struct EventWrite {
    let id: Int
    let href: Key
    let content: EventRow
    let incoming: IncomingEvent
  }

  /// A row of a join table.
  struct Pair: Hashable, Comparable {
    let owner: Int
    let other: Int

    static func < (left: Pair, right: Pair) -> Bool { (left.owner, left.other) < (right.owner, right.other) }
  }

  /// A row of `artist_relations`.
  struct Relation {
    let pair: Pair
    let isFromEvent: Bool
    let isFromArtist: Bool
  }

  private(set) var newGenres: [Row<Key, Void>] = []
  private(set) var newVenues: [Row<VenueKey, VenueRow>] = []
  private(set) var changedVenues: [Row<VenueKey, VenueRow>] = []
  private(set) var newArtists: [Row<Key, ArtistRow>] = []
  private(set) var changedArtists: [Row<Key, ArtistRow>] = []
  private(set) var newEvents: [EventWrite] = []
  private(set) var changedEvents: [EventWrite] = []
  /// Ids of scheduled events that the listing lacks.
  private(set) var cancelledEvents: [Int] = []

  private(set) var addedEventGenres: [Pair] = []
  private(set) var removedEventGenres: [Pair] = []
  private(set) var addedArtistGenres: [Pair] = []
  private(set) var removedArtistGenres: [Pair] = []
  private(set) var addedEventRelated: [Pair] = []
  private(set) var removedEventRelated: [Pair] = []
  /// Inherited related artists to which the event's own page links too.
  private(set) var confirmedEventRelated: [Pair] = []
  private(set) var addedRelations: [Relation] = []
  private(set) var changedRelations: [Relation] = []
  private(set) var removedRelations: [Pair] = []
  /// Artists and genres of the venues of new and changed events. They accumulate; some may be stored already.
  private(set) var venueArtists: Set<Pair> = []
  private(set) var venueGenres: Set<Pair> = []

  private(set) var counts = LoadCounts()

  /// - Parameter lost: the fields of which the stored values are kept.
  init(_ parsed: ParsedDocument, of date: CalendarDate, over stored: ExistingRows, keeping lost: LostFields) {
    guard !stored.isSuperseded else {
      counts = LoadCounts(unchanged: parsed)
      countRejections(of: parsed)
      return
    }
    planGenres(parsed, over: stored)
    planVenues(parsed, over: stored, keeping: lost)
    planArtists(parsed, over: stored, keeping: lost)
    planEvents(parsed, of: date, over: stored, keeping: lost)
    counts.fields = lost.byKey
    counts.notice = lost.notice(on: date)
    if parsed.isWholeListing {
      cancelledEvents = stored.scheduled.filter { !parsed.lists($0.key) }.map(\.value).sorted()
    }
    counts.events.cancelled = cancelledEvents.count
    counts.events.found += parsed.duplicates
    counts.events.unchanged += parsed.duplicates
    countRejections(of: parsed)
  }

  private mutating func countRejections(of parsed: ParsedDocument) {
    counts.events.found += parsed.rejections.count
    counts.events.rejected = parsed.rejections.count
    for rejection in parsed.rejections { counts.add(rejection.reason) }
  }

  private mutating func planGenres(_ parsed: ParsedDocument, over stored: ExistingRows) {
    counts.genres.found = parsed.genres.count
    for name in parsed.sorted.genres {
      guard let row = stored.genres[name] else { continue }
      if row.content == nil {
        newGenres.append(Row(id: row.id, key: name, content: ()))
        counts.genres.new += 1
      } else {
        counts.genres.unchanged += 1
      }
    }
  }

  private mutating func planVenues(_ parsed: ParsedDocument, over stored: ExistingRows, keeping lost: LostFields) {
    counts.venues.found = parsed.venues.count
    // A venue that the document has both by its address and by a former name is written once.
    let linked = Set(parsed.sorted.venues.filter { $0.href != nil }.compactMap { stored.venues[$0]?.id })
    for key in parsed.sorted.venues {
      guard let venue = parsed.venues[key], let row = stored.venues[key] else { continue }
      guard let before = row.content else {
        newVenues.append(Row(id: row.id, key: key, content: venue.content, readAt: venue.readAt))
        counts.venues.new += 1
        continue
      }
      var wanted = venue.content(over: before, of: row)
      lost.keep(&wanted, from: before)
      if wanted == before || (key.href == nil && linked.contains(row.id)) {
        counts.venues.unchanged += 1
      } else {
        changedVenues.append(Row(id: row.id, key: key, content: wanted, readAt: venue.readAt))
        counts.venues.changed += 1
      }
    }
  }

  private mutating func planArtists(_ parsed: ParsedDocument, over stored: ExistingRows, keeping lost: LostFields) {
    counts.artists.found = parsed.artists.count
    for name in parsed.sorted.artists {
      guard let artist = parsed.artists[name], let row = stored.artists[name] else { continue }
      let before = row.content ?? ArtistRow()
      var wanted = artist.content(over: before, isReadLater: row.isReadLater, in: stored)
      lost.keep(&wanted, from: before, for: artist)
      let pageJoinsChange = planGenres(of: row.id, from: before, to: wanted)
      let relationsChange = planRelations(of: row.id, from: before, to: wanted)
      if row.content == nil {
        newArtists.append(Row(id: row.id, key: name, content: wanted, readAt: artist.readAt))
        counts.artists.new += 1
        continue
      }
      let rowChanges =
        (wanted.href, wanted.description, wanted.website) != (before.href, before.description, before.website)
      // The row's `page_read_at` is also the age of its joins.
      let isSeen = rowChanges || pageJoinsChange || wanted.related != before.related
      if isSeen { changedArtists.append(Row(id: row.id, key: name, content: wanted, readAt: artist.readAt)) }
      if isSeen || relationsChange { counts.artists.changed += 1 } else { counts.artists.unchanged += 1 }
    }
  }

  /// - Returns: true if there is a difference.
  private mutating func planGenres(of id: Int, from before: ArtistRow, to wanted: ArtistRow) -> Bool {
    let added = wanted.genres.subtracting(before.genres)
    let removed = before.genres.subtracting(wanted.genres)
    addedArtistGenres += added.sorted().map { Pair(owner: id, other: $0) }
    removedArtistGenres += removed.sorted().map { Pair(owner: id, other: $0) }
    return !(added.isEmpty && removed.isEmpty)
  }

  /// - Returns: true if a pair of artists is added or removed.
  private mutating func planRelations(of id: Int, from before: ArtistRow, to wanted: ArtistRow) -> Bool {
    guard (before.related, before.relatedByEvents) != (wanted.related, wanted.relatedByEvents) else { return false }
    let known = before.related.union(before.relatedByEvents)
    let all = wanted.related.union(wanted.relatedByEvents)
    for other in known.union(all).sorted() {
      let pair = Pair(owner: id, other: other)
      let relation = Relation(
        pair: pair, isFromEvent: wanted.relatedByEvents.contains(other), isFromArtist: wanted.related.contains(other))
      if !all.contains(other) {
        removedRelations.append(pair)
      } else if !known.contains(other) {
        addedRelations.append(relation)
      } else if before.relatedByEvents.contains(other) != relation.isFromEvent
        || before.related.contains(other) != relation.isFromArtist
      {
        changedRelations.append(relation)
      }
    }
    return known != all
  }

  private mutating func planEvents(
    _ parsed: ParsedDocument, of date: CalendarDate, over stored: ExistingRows, keeping lost: LostFields
  ) {
    counts.events.found = parsed.events.count
    for href in parsed.sorted.events {
      guard let event = parsed.events[href], let row = stored.events[href] else { continue }
      var wanted = event.content(of: date, at: parsed.venues[event.venue]?.content, over: row.content, in: stored)
      if let before = row.content { lost.keep(&wanted, from: before, for: event) }
      let isMoved = stored.movedEvents.contains(href)
      if !isMoved { planInherited(of: event, row.id, href, over: stored) }
      guard wanted != row.content, !isMoved else {
        counts.events.unchanged += 1
        continue
      }
      let written = EventWrite(id: row.id, href: href, content: wanted, incoming: event)
      if row.content == nil {
        newEvents.append(written)
        counts.events.new += 1
      } else {
        changedEvents.append(written)
        counts.events.changed += 1
      }
      let pairs = { (others: Set<Int>) in others.sorted().map { Pair(owner: row.id, other: $0) } }
      let (genres, related) = (row.content?.genres ?? [], row.content?.related ?? [])
      addedEventGenres += pairs(wanted.genres.subtracting(genres))
      removedEventGenres += pairs(genres.subtracting(wanted.genres))
      addedEventRelated += pairs(wanted.related.subtracting(related))
      removedEventRelated += pairs(related.subtracting(wanted.related))
      guard let venue = wanted.venueID else { continue }
      if let artist = wanted.artistID { venueArtists.insert(Pair(owner: venue, other: artist)) }
      for genre in wanted.genres { venueGenres.insert(Pair(owner: venue, other: genre)) }
    }
  }

  /// Finds the inherited related artists to which the event's page links.
  private mutating func planInherited(of event: IncomingEvent, _ id: Int, _ href: Key, over stored: ExistingRows) {
    guard event.pageWasRead, let inherited = stored.inheritedRelated[href] else { return }
    let linked = Set(event.related.compactMap { stored.artists[$0]?.id })
    confirmedEventRelated += inherited.intersection(linked).sorted().map { Pair(owner: id, other: $0) }
  }
}

extension LoadCounts {
  /// The counts of a document that changes nothing, without its rejected records.
  fileprivate init(unchanged parsed: ParsedDocument) {
    func unchanged(_ count: Int) -> RecordCounts { RecordCounts(found: count, unchanged: count) }
    self.init(
      events: RecordCounts(
        found: parsed.events.count + parsed.duplicates, unchanged: parsed.events.count + parsed.duplicates, cancelled: 0
      ),
      venues: unchanged(parsed.venues.count), artists: unchanged(parsed.artists.count),
      genres: unchanged(parsed.genres.count))
  }

  /// Counts the venue or the artist that a rejected record should have named.
  fileprivate mutating func add(_ reason: RejectedRecord.Reason) {
    switch reason {
    case .noVenueName:
      venues.found += 1
      venues.rejected += 1
    case .noArtistName:
      artists.found += 1
      artists.rejected += 1
    default: break
    }
  }
}
