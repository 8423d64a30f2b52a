import Postgres

/// The columns of the queries of venues. Their names are looked up once for all rows.
struct VenueColumns {
  let id: Int
  let key: Int
  let name: Int
  let isActive: Int
  let isIndoors: Int
  let isStreaming: Int
  let href: Int
  let isNamedLater: Int
  let isReadLater: Int
  let details: [Int]

  init(_ rows: PostgresRows) throws {
    id = try rows.columnIndex(of: "id")
    key = try rows.columnIndex(of: "key")
    name = try rows.columnIndex(of: "name")
    isActive = try rows.columnIndex(of: "is_active")
    isIndoors = try rows.columnIndex(of: "is_indoors")
    isStreaming = try rows.columnIndex(of: "is_streaming")
    href = try rows.columnIndex(of: "wwoz_venue_href")
    isNamedLater = try rows.columnIndex(of: "is_named_later")
    isReadLater = try rows.columnIndex(of: "is_read_later")
    details = try VenueRow.columns.map(rows.columnIndex)
  }
}

/// The columns of the query of artists.
struct ArtistColumns {
  let id: Int
  let key: Int
  let isStored: Int
  let href: Int
  let description: Int
  let website: Int
  let isReadLater: Int

  init(_ rows: PostgresRows) throws {
    id = try rows.columnIndex(of: "id")
    key = try rows.columnIndex(of: "key")
    isStored = try rows.columnIndex(of: "is_stored")
    href = try rows.columnIndex(of: "wwoz_artist_href")
    description = try rows.columnIndex(of: "description")
    website = try rows.columnIndex(of: "website")
    isReadLater = try rows.columnIndex(of: "is_read_later")
  }
}

/// The columns of the query of events.
struct EventColumns {
  let id: Int
  let key: Int
  let isStored: Int
  let date: Int
  let time: Int
  let artistName: Int
  let artistID: Int
  let venueName: Int
  let venueID: Int
  let description: Int
  let isIndoors: Int
  let isStreaming: Int
  let status: Int
  let isMoved: Int

  init(_ rows: PostgresRows) throws {
    id = try rows.columnIndex(of: "id")
    key = try rows.columnIndex(of: "key")
    isStored = try rows.columnIndex(of: "is_stored")
    date = try rows.columnIndex(of: "event_date")
    time = try rows.columnIndex(of: "performance_time")
    artistName = try rows.columnIndex(of: "artist_name")
    artistID = try rows.columnIndex(of: "artist_id")
    venueName = try rows.columnIndex(of: "venue_name")
    venueID = try rows.columnIndex(of: "venue_id")
    description = try rows.columnIndex(of: "description")
    isIndoors = try rows.columnIndex(of: "is_indoors")
    isStreaming = try rows.columnIndex(of: "is_streaming")
    status = try rows.columnIndex(of: "status")
    isMoved = try rows.columnIndex(of: "is_moved")
  }
}
