/// An act as it is stored, or is to be. Its key is its name.
struct ArtistRow: Equatable {
  var href: String?
  var description: String?
  var website: String?
  /// Numbers of genres.
  var genres: Set<Int> = []
  /// Numbers of the acts that only its own page links to.
  var related: Set<Int> = []
  /// Numbers of the acts that the pages of its events link to.
  var relatedByEvents: Set<Int> = []
}
