import FoundationEssentials
import Postgres

extension ExistingRows {
  /// - Parameter results: the results of `statements(for:of:)`, in the same order. Each is released once it is read, if the
  ///   caller does not keep it.
  init(_ results: consuming [PostgresRows]) throws {
    results.reverse()
    for row in results.removeLast() {
      loadID = try row["id"]
      rejectedBefore = try row["records_rejected"]
      hasOpenRejections = try row["has_open_rejections"]
      isSuperseded = try row["is_superseded"]
      isSameListing = try row["is_same_listing"]
      let counts: String? = try row["counts"]
      countsInThisRun = try counts.map { try JSONDecoder().decode(LoadCounts.self, from: Data($0.utf8)) }
      noticeBefore = try row["notice"]
      let tallies: String? = try row["tallies"]
      if let tallies {
        talliesOfRun = try JSONDecoder().decode([String: FieldTally].self, from: Data(tallies.utf8))
      }
    }
    for row in results.removeLast() {
      let (id, name): (Int, String) = (try row["id"], try row["key"])
      genres[Key(name)] = Row(id: id, content: try row["is_stored"] ? () : nil)
      genreNames[id] = name
    }
    try addVenues(results.removeLast()) { .href($0) }
    try addVenues(results.removeLast()) { .name($0) }
    try addArtists(results.removeLast())
    for row in results.removeLast() { artists[Key(try row["key"])]?.content?.genres.insert(try row["genre_id"]) }
    for row in results.removeLast() {
      let (name, related): (Key, Int) = (Key(try row["key"]), try row["related_artist_id"])
      if try row["from_event"] { artists[name]?.content?.relatedByEvents.insert(related) }
      if try row["from_artist"] { artists[name]?.content?.related.insert(related) }
    }
    try addEvents(results.removeLast())
    for row in results.removeLast() {
      let genre: Int = try row["genre_id"]
      events[Key(try row["key"])]?.content?.genres.insert(genre)
      if genreNames[genre] == nil { genreNames[genre] = try row["name"] }
    }
    for row in results.removeLast() {
      let (key, related): (Key, Int) = (Key(try row["key"]), try row["related_artist_id"])
      events[key]?.content?.related.insert(related)
      if try row["inherited"] { inheritedRelated[key, default: []].insert(related) }
    }
    for row in results.removeLast() { scheduled[Key(try row["wwoz_event_href"])] = try row["id"] }
  }

  private mutating func addVenues(_ rows: PostgresRows, _ key: (Key) -> VenueKey) throws {
    let columns = try VenueColumns(rows)
    for row in rows {
      let storedName: String? = try row[columns.name]
      let content = try storedName.map { name in
        VenueRow(
          href: try row[columns.href], name: name, details: try columns.details.map { try row[$0] },
          isActive: try row[columns.isActive], isIndoors: try row[columns.isIndoors],
          isStreaming: try row[columns.isStreaming])
      }
      venues[key(Key(try row[columns.key]))] = Row(
        id: try row[columns.id], content: content, isNamedLater: try row[columns.isNamedLater],
        isReadLater: try row[columns.isReadLater])
    }
  }

  private mutating func addArtists(_ rows: PostgresRows) throws {
    let columns = try ArtistColumns(rows)
    for row in rows {
      let isStored: Bool = try row[columns.isStored]
      artists[Key(try row[columns.key])] = Row(
        id: try row[columns.id],
        content: isStored
          ? ArtistRow(
            href: try row[columns.href], description: try row[columns.description], website: try row[columns.website])
          : nil,
        isReadLater: try row[columns.isReadLater])
    }
  }

  private mutating func addEvents(_ rows: PostgresRows) throws {
    let columns = try EventColumns(rows)
    for row in rows {
      let isStored: Bool = try row[columns.isStored]
      let status: String? = try row[columns.status]
      let content =
        isStored
        ? EventRow(
          date: try row[columns.date], time: try row[columns.time], artistName: try row[columns.artistName],
          artistID: try row[columns.artistID], venueName: try row[columns.venueName],
          venueID: try row[columns.venueID], description: try row[columns.description],
          isIndoors: try row[columns.isIndoors], isStreaming: try row[columns.isStreaming],
          isScheduled: status == "scheduled") : nil
      let key = Key(try row[columns.key])
      events[key] = Row(id: try row[columns.id], content: content)
      if try row[columns.isMoved] == true { movedEvents.insert(key) }
    }
  }
}
