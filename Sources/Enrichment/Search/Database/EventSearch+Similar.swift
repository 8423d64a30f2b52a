import Postgres
import Time

extension EventSearch {
  /// Returns the artists most like one.
  /// - Parameter name: as a person writes it: without accents, `the` or capitals, and with a typing error.
  /// - Throws: `artistUnknown`, or as `answer`.
  public func similar(
    to name: String, limit: Int = 10, today: CalendarDate, deadline: Deadline
  ) throws(SearchError) -> (artist: KnownNames.Artist, similar: [SimilarArtist]) {
    try checkFunctions(deadline: deadline)
    let names = try knownNames(deadline: deadline)
    guard let artist = Self.artist(name, in: names.artists) else {
      throw .artistUnknown(name, alike: Self.alike(name, in: names.artists))
    }
    let query = PostgresStatement(
      """
      select s.*, a.name from similar_artists($1::integer, $2, $3::integer) with ordinality s
      join artists a on a.id = s.artist_id order by s.ordinality
      """, [.int(artist.id), .date(today), .int(limit)])
    let similar = try reading(query, deadline) { rows in
      try rows.map { row in
        SimilarArtist(
          id: try row["artist_id"], name: try row["name"], score: try row["score"], similarity: try row["similarity"],
          genreMatch: try row["genre_match"], sharedGenres: try row["shared_genres"], isRelated: try row["is_related"],
          next: try row["next_date"])
      }
    }
    return (artist, similar)
  }

  /// The artist who is called so: exactly, else but for typing errors, if that is one.
  static func artist(_ name: String, in artists: [KnownNames.Artist]) -> KnownNames.Artist? {
    let key = NameKey.words(ofName: name)
    guard !key.isEmpty else { return nil }
    let keyed = artists.map { ($0, NameKey.words(ofName: $0.name)) }
    if let exact = keyed.first(where: { $0.1 == key }) { return exact.0 }
    let like = keyed.filter { $0.1.count == key.count && zip($0.1, key).allSatisfy(Typing.isLike) }
    return like.count == 1 ? like[0].0 : nil
  }

  /// Up to five artists with a word of the name.
  static func alike(_ name: String, in artists: [KnownNames.Artist]) -> [String] {
    let key = Set(NameKey.words(ofName: name)).subtracting(CommonWords.frame)
    let scored = artists.map { artist in
      let words = NameKey.words(ofName: artist.name)
      return (artist.name, words.count { word in key.contains { Typing.isLike($0, word) } }, words.count)
    }
    return scored.filter { $0.1 > 0 }.sorted { ($1.1, $0.2, $0.0) < ($0.1, $1.2, $1.0) }.prefix(5).map(\.0)
  }
}
