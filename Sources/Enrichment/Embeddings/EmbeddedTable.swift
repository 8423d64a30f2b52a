/// A table whose rows have vectors: the values of which the texts are made, and the columns.
struct EmbeddedTable: Sendable {
  struct Column: Sendable {
    let name: String
    /// The contents of the text, for the column's comment: embedding of ….
    let meaning: String
    /// Makes the text of the row's parts; nil if the row has none.
    let text: @Sendable ([String?]) -> String?

    /// The column with the SHA-256 of the vector's text.
    var hash: String { "\(name)_hash" }
  }

  let name: String
  /// SQL expressions of type text over the row `t`.
  let parts: [String]
  let columns: [Column]

  /// The tables, in the order in which they are embedded.
  static let all = [genres, venues, artists, events]

  /// The version of the texts. A change of `EmbeddedText` is a new version: the fingerprints of all rows are then other
  /// ones, and their texts are made and compared again.
  private static let version = "1"

  /// The parts as an SQL array.
  var partsArray: String { "array[\(parts.map { "(\($0))::text" }.joined(separator: ", "))]" }

  /// The SHA-256 of the values of which the row's texts are made, as an SQL expression. It is stored beside the vectors: the
  /// server itself finds the rows that changed, and the texts have one definition, in Swift.
  var fingerprint: String {
    "sha256(convert_to(to_jsonb(array['\(Self.version)'] || \(partsArray))::text, 'UTF8'))"
  }
}

extension EmbeddedTable {
  static let genres = EmbeddedTable(
    name: "genres", parts: ["t.name", "t.description"],
    columns: [
      Column(name: "genre_embedding", meaning: "name and description") { parts in
        EmbeddedText.genre(name: parts[0], description: parts[1])
      }
    ])

  static let venues = EmbeddedTable(
    name: "venues",
    parts: [
      "t.name", "t.full_address", "t.thoroughfare", "t.locality", "t.state", "t.postal_code", "t.description",
      "t.is_indoors", "t.capacity", "t.is_streaming", names(of: "venue_genres", "venue_id"),
    ],
    columns: [
      Column(
        name: "venue_info_embedding", meaning: "name, address, description, characteristics and genres"
      ) { parts in
        var venue = EmbeddedText.Venue(name: parts[0])
        (venue.fullAddress, venue.thoroughfare, venue.locality) = (parts[1], parts[2], parts[3])
        (venue.state, venue.postalCode, venue.description) = (parts[4], parts[5], parts[6])
        (venue.isIndoors, venue.isStreaming) = (parts[7].map { $0 == "true" }, parts[9].map { $0 == "true" })
        (venue.capacity, venue.genres) = (parts[8].flatMap { Int($0) }, parts[10])
        return EmbeddedText.venue(venue)
      }
    ])

  static let artists = EmbeddedTable(
    name: "artists", parts: ["t.name", "t.description", "t.website", names(of: "artist_genres", "artist_id")],
    columns: [
      Column(name: "description_embedding", meaning: "name, description, website and genres") { parts in
        EmbeddedText.artist(name: parts[0], description: parts[1], website: parts[2], genres: parts[3])
      }
    ])

  static let events = EmbeddedTable(
    name: "events", parts: ["t.artist_name", "t.venue_name", "t.description"],
    columns: [
      Column(name: "description_embedding", meaning: "the description") { EmbeddedText.description($0[2]) },
      Column(name: "event_text_embedding", meaning: "artist, venue and description") { parts in
        EmbeddedText.event(artist: parts[0], venue: parts[1], description: parts[2])
      },
    ])

  /// The names of an entity's genres, sorted by bytes, so that their order does not depend on the database's locale.
  private static func names(of table: String, _ column: String) -> String {
    """
    array_to_string(array(
      select g.name from \(table) j join genres g on g.id = j.genre_id
      where j.\(column) = t.id order by g.name collate "C"), ', ')
    """
  }
}
