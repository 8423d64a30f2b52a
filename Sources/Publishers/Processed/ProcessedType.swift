/// A type of record of the processed zone: its table in the schema `catalog`, and the columns of its JSON Lines. The order,
/// the names and the kinds of the columns are what readers rely on; README.md has them.
public struct ProcessedType: Sendable {
  /// A column of the JSON Lines, which has the name of the table's column.
  struct Column: Sendable {
    let name: String
    let kind: Kind
  }

  /// The kind of a column's values. Each may be null.
  enum Kind: Sendable {
    case text, integer, number
    /// `2024-05-31`
    case date
    /// `19:30:00`
    case time
    /// `2024-05-31T19:30:00Z`
    case instant
    /// A list of texts.
    case texts
    /// A list of `{"type", "min", "max", "currency"}`.
    case prices
  }

  /// The name of a definition, of the folder and of the objects: `concerts`.
  public let name: String
  /// The table in the schema `catalog`.
  let table: String
  /// The column that identifies a record, and orders the lines.
  let key: String
  /// The column by whose date the records are divided; nil for one object of each source.
  let date: String?
  let columns: [Column]

  /// All types, by the names of the definitions.
  public static let all: [ProcessedType] = [.artists, .venues, .concerts]

  static let artists = ProcessedType(
    name: "artists", table: "artists", key: "artist_id", date: nil,
    columns: [
      Column(name: "artist_id", kind: .text), Column(name: "name", kind: .text), Column(name: "genre", kind: .texts),
      Column(name: "popularity_score", kind: .number), Column(name: "formation_date", kind: .date),
      Column(name: "members", kind: .texts), Column(name: "spotify_id", kind: .text),
      Column(name: "source", kind: .text),
    ])

  static let venues = ProcessedType(
    name: "venues", table: "venues", key: "venue_id", date: nil,
    columns: [
      Column(name: "venue_id", kind: .text), Column(name: "name", kind: .text), Column(name: "city", kind: .text),
      Column(name: "state", kind: .text), Column(name: "country", kind: .text), Column(name: "address", kind: .text),
      Column(name: "postal_code", kind: .text), Column(name: "timezone", kind: .text),
      Column(name: "venue_type", kind: .text), Column(name: "capacity", kind: .integer),
      Column(name: "latitude", kind: .number), Column(name: "longitude", kind: .number),
      Column(name: "source", kind: .text), Column(name: "ticketmaster_id", kind: .text),
    ])

  static let concerts = ProcessedType(
    name: "concerts", table: "concerts", key: "concert_id", date: "local_date",
    columns: [
      Column(name: "concert_id", kind: .text), Column(name: "artist_id", kind: .text),
      Column(name: "artist_ids", kind: .texts), Column(name: "venue_id", kind: .text),
      Column(name: "event_date", kind: .instant), Column(name: "local_date", kind: .date),
      Column(name: "local_time", kind: .time), Column(name: "timezone", kind: .text),
      Column(name: "date_precision", kind: .text), Column(name: "ticket_prices", kind: .prices),
      Column(name: "total_attendance", kind: .integer), Column(name: "revenue", kind: .number),
      Column(name: "status", kind: .text), Column(name: "status_code", kind: .text),
      Column(name: "source", kind: .text),
    ])
}
