import FoundationEssentials
import Postgres

extension ExistingRows {
  /// - Parameter results: the results of `statements(for:of:)`, in the same order.
  init(_ results: ArraySlice<PostgresRows>) throws {
    var results = results
    for row in results.removeFirst() {
      loadID = try row["id"]
      rejectedBefore = try row["records_rejected"]
      hasOpenRejections = try row["has_open_rejections"]
      isSuperseded = try row["is_superseded"]
      isSameListing = try row["is_same_listing"]
      let counts: String? = try row["counts"]
      countsInThisRun = try counts.map { try JSONDecoder().decode(LoadCounts.self, from: Data($0.utf8)) }
    }
    for row in results.removeFirst() {
      let (id, name): (Int, String) = (try row["id"], try row["key"])
      genres[Key(name)] = Row(id: id, content: try row["is_stored"] ? () : nil)
      genreNames[id] = name
    }
    for row in results.removeFirst() { try addVenue(.href(Key(try row["key"])), row) }
    for row in results.removeFirst() { try addVenue(.name(Key(try row["key"])), row) }
    for row in results.removeFirst() {
      let isStored: Bool = try row["is_stored"]
      artists[Key(try row["key"])] = Row(
        id: try row["id"],
        content: isStored
          ? ArtistRow(
            href: try row["wwoz_artist_href"], description: try row["description"], website: try row["website"]) : nil,
        isReadLater: try row["is_read_later"])
    }
    for row in results.removeFirst() { artists[Key(try row["key"])]?.content?.genres.insert(try row["genre_id"]) }
    for row in results.removeFirst() {
      let (name, related): (Key, Int) = (Key(try row["key"]), try row["related_artist_id"])
      if try row["from_event"] {
        artists[name]?.content?.relatedByEvents.insert(related)
      } else {
        artists[name]?.content?.related.insert(related)
      }
    }
    for row in results.removeFirst() { try addEvent(row) }
    for row in results.removeFirst() {
      let genre: Int = try row["genre_id"]
      events[Key(try row["key"])]?.content?.genres.insert(genre)
      if genreNames[genre] == nil { genreNames[genre] = try row["name"] }
    }
    for row in results.removeFirst() { scheduled[Key(try row["wwoz_event_href"])] = try row["id"] }
  }

  private mutating func addVenue(_ key: VenueKey, _ row: PostgresRow) throws {
    let storedName: String? = try row["name"]
    let content = try storedName.map { name in
      VenueRow(
        href: try row["wwoz_venue_href"], name: name, details: try VenueRow.columns.map { try row[$0] },
        isActive: try row["is_active"], isIndoors: try row["is_indoors"], isStreaming: try row["is_streaming"])
    }
    venues[key] = Row(
      id: try row["id"], content: content, isNamedLater: try row["is_named_later"],
      isReadLater: try row["is_read_later"])
  }

  private mutating func addEvent(_ row: PostgresRow) throws {
    let isStored: Bool = try row["is_stored"]
    let status: String? = try row["status"]
    let content =
      isStored
      ? EventRow(
        date: try row["event_date"], time: try row["performance_time"], artistName: try row["artist_name"],
        artistID: try row["artist_id"], venueName: try row["venue_name"], venueID: try row["venue_id"],
        description: try row["description"], isIndoors: try row["is_indoors"], isStreaming: try row["is_streaming"],
        isScheduled: status == "scheduled") : nil
    let key = Key(try row["key"])
    events[key] = Row(id: try row["id"], content: content)
    if try row["is_moved"] == true { movedEvents.insert(key) }
  }
}
