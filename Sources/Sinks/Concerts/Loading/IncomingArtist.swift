import FoundationEssentials

/// An artist in a document.
struct IncomingArtist {
  var href: String?
  var description: String?
  var website: String?
  var genres: Set<Key> = []
  /// Names of the artists to which the artist's own page links.
  var related: Set<Key> = []
  /// Names of the artists to which the pages of the artist's events link.
  var relatedByEvents: Set<Key> = []
  /// True if the artist's page was read. If so, missing fields (other than `relatedByEvents`) are really absent and
  /// overwrite stored values; if not, stored values are kept.
  var pageWasRead = false
  /// The time at which the artist's page was read; nil if it was not, or if that is unknown.
  var readAt: Date?

  /// True if nothing is known but the name and the address.
  var isOnlyNamed: Bool {
    description == nil && website == nil && genres.isEmpty && related.isEmpty && relatedByEvents.isEmpty && !pageWasRead
      && readAt == nil
  }

  /// Merges another record of the artist. The record whose page was read, or was read later, wins; otherwise the other
  /// record fills the gaps of this one. Relations by events accumulate, and an address from either is enough.
  mutating func add(_ other: IncomingArtist) {
    let isOlder = (readAt ?? .distantPast) < (other.readAt ?? .distantPast)
    let (first, second) = other.pageWasRead && (!pageWasRead || isOlder) ? (other, self) : (self, other)
    let relatedByEvents = relatedByEvents.union(other.relatedByEvents)
    self = first
    self.relatedByEvents = relatedByEvents
    href = first.href ?? second.href
    if pageWasRead { return }
    readAt = first.readAt ?? second.readAt
    description = first.description ?? second.description
    website = first.website ?? second.website
    genres.formUnion(second.genres)
    related.formUnion(second.related)
  }
}
