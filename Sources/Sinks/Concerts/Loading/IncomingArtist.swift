import FoundationEssentials

/// What a document tells of an act.
struct IncomingArtist {
  var href: String?
  var description: String?
  var website: String?
  var genres: Set<Key> = []
  /// Names of the acts that its own page links to.
  var related: Set<Key> = []
  /// Names of the acts that the pages of its events link to.
  var relatedByEvents: Set<Key> = []
  /// Whether what is not told, but for the last, is known not to be. Else it is unknown, and what is stored stays.
  var pageWasRead = false
  /// How old that is; nil when nothing is told, or it does not say.
  var readAt: Date?

  /// Of two records the one whose page was read, or read later, tells of the act, else the earlier, with its gaps filled.
  /// Relations by events accumulate, and one that knows the act's address is enough.
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
