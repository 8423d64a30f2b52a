/// An act, as a document tells of it or as it is stored. Its key is its name.
struct ArtistContent: Equatable {
  var href: String?
  var description: String?
  var website: String?
  var genres: Set<Key> = []
  /// Names of the acts that its own page links to.
  var related: Set<Key> = []
  /// Names of the acts that the pages of its events link to.
  var relatedByEvents: Set<Key> = []

  /// This, with the gaps filled from another.
  func filled(from other: ArtistContent) -> ArtistContent {
    ArtistContent(
      href: href ?? other.href, description: description ?? other.description, website: website ?? other.website,
      genres: genres.union(other.genres), related: related.union(other.related),
      relatedByEvents: relatedByEvents.union(other.relatedByEvents))
  }
}
