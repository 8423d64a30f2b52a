import Contracts
import FoundationEssentials
import Postgres
import Time

/// The locations that a person reads and sets.
extension VenueLocations {
  /// Returns the venues without coordinates, by name.
  public func unknown(deadline: Deadline) throws(PipelineError) -> [VenuePlace] {
    try places(
      PostgresStatement("\(Self.placeQuery) where v.latitude is null order by v.name, v.id"), deadline: deadline)
  }

  /// Returns the venue with an id, else the venues with a name, which is compared without regard to case.
  public func places(named name: String, deadline: Deadline) throws(PipelineError) -> [VenuePlace] {
    try places(
      PostgresStatement(
        """
        \(Self.placeQuery) where v.id::text = $1
          or lower(v.name) = lower($1) and not exists (select from venues where id::text = $1)
        order by v.id
        """, [.text(name)]),
      deadline: deadline)
  }

  /// Sets a venue's coordinates by hand. No geocoder replaces them, also if the address changes.
  public func set(_ coordinate: Coordinate, ofVenue id: Int, deadline: Deadline) throws(PipelineError) {
    let results = try write(
      [
        PostgresStatement(
          """
          insert into venue_locations (venue_id, provider, query, query_hash, outcome, latitude, longitude)
          select v.id, 'manual', \(Self.address), \(Self.hash), 'found', $2, $3 from venues v where v.id = $1
          on conflict (venue_id) do update set provider = 'manual', query = excluded.query,
            query_hash = excluded.query_hash, outcome = 'found', reason = null, latitude = excluded.latitude,
            longitude = excluded.longitude, precision = null, place_id = null, matched_address = null, partial = false,
            attempts = 0, looked_up_at = now(), expires_at = null, retry_at = null
          """, [.int(id), .double(coordinate.latitude), .double(coordinate.longitude)]),
        PostgresStatement(Self.alignment + " and v.id = $1", [.int(id)]),
      ], deadline: deadline)
    guard results[1].affectedRows == 1 else {
      throw PipelineError(.databaseConflict, "the venue \(id) was removed meanwhile: nothing was set")
    }
  }

  /// Removes what is known of a venue's place, set by hand or not: the next enrichment looks it up.
  public func forget(venue id: Int, deadline: Deadline) throws(PipelineError) {
    _ = try write(
      [
        PostgresStatement("delete from venue_locations where venue_id = $1", [.int(id)]),
        PostgresStatement(
          """
          update venues set latitude = null, longitude = null, last_geocoded = null, last_updated = now(),
            changed_at = now()
          where id = $1 and (latitude is not null or longitude is not null)
          """, [.int(id)]),
      ], deadline: deadline)
  }

  private func places(_ query: PostgresStatement, deadline: Deadline) throws(PipelineError) -> [VenuePlace] {
    try database.reading(query, deadline: deadline) { rows in
      try rows.map { row in
        let latitude: Double? = try row["latitude"]
        let longitude: Double? = try row["longitude"]
        let coordinate = latitude.flatMap { latitude in
          longitude.flatMap { Coordinate(latitude: latitude, longitude: $0) }
        }
        return VenuePlace(
          id: try row["id"], name: try row["name"], address: try row["address"], coordinate: coordinate,
          provider: try row["provider"], reason: try row["reason"], matchedAddress: try row["matched_address"],
          retryAt: try row["retry_at"])
      }
    }
  }

  private static let placeQuery = """
    select v.id::int8 as id, v.name, \(address) as address, v.latitude::float8 as latitude,
      v.longitude::float8 as longitude, l.provider, l.reason, l.matched_address, l.retry_at
    from venues v left join venue_locations l on l.venue_id = v.id
    """
}
