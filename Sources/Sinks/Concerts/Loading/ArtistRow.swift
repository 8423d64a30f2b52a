/// The database columns of an artist. The key is the name.
struct ArtistRow: Equatable {
  var href: String?
  var description: String?
  var website: String?
  /// Ids of genres.
  var genres: Set<Int> = []
  /// Ids of the artists to which only the artist's own page links.
  var related: Set<Int> = []
  /// Ids of the artists to which the pages of the artist's events link.
  var relatedByEvents: Set<Int> = []
}
