/// The database columns of an artist. The key is the name.
struct ArtistRow: Equatable {
  var href: String?
  var description: String?
  var website: String?
  /// Ids of genres.
  var genres: Set<Int> = []
  /// Ids of the artists to which the artist's own page links.
  var related: Set<Int> = []
  /// Ids of the artists to which a page of any of the artist's events has ever linked. Readers of this system do not see
  /// them: they see those of each event.
  var relatedByEvents: Set<Int> = []
}
