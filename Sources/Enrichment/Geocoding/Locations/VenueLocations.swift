import Contracts
import FoundationEssentials
import Ledger
import Postgres
import Time

/// The table `venue_locations`, and the coordinates of `venues` that it fills.
///
/// Every write is a short transaction under the advisory lock that loads take first, too: so a load and a write of
/// locations wait for each other, and cannot deadlock.
public final class VenueLocations {
  let database: Database

  public init(_ database: Database) { self.database = database }

  /// Brings the coordinates of all venues in line with their locations: those of an address that a venue no longer has are
  /// removed, and a row that a person has set is taken over.
  /// - Returns: the number of venues that changed.
  @discardableResult
  func align(deadline: Deadline) throws(PipelineError) -> Int {
    let count: Int = try database.reading(
      PostgresStatement("select count(*) from (\(Self.differences)) x"), deadline: deadline
    ) { try $0[0][0] }
    guard count > 0 else { return 0 }
    return try write([PostgresStatement(Self.alignment)], deadline: deadline).last?.affectedRows ?? 0
  }

  /// Returns venues whose address was not looked up, or is to be looked up again.
  /// - Parameters:
  ///   - ids: venues that are left out.
  ///   - limit: the number of venues at most.
  /// - Returns: the venues, and the number of all that are due.
  func due(
    without ids: [Int], limit: Int, by provider: GeocodingProvider, at now: Date, deadline: Deadline
  ) throws(PipelineError) -> (venues: [DueVenue], total: Int) {
    let query = PostgresStatement(
      Self.dueQuery,
      [.ints(ids), .int(limit), .time(now), .text(provider.name)])
    return try database.reading(query, deadline: deadline) { rows in
      (try rows.map { try Self.venue($0) }, try rows.first.map { try $0["total"] } ?? 0)
    }
  }

  private static func venue(_ row: PostgresRow) throws -> DueVenue {
    let query: String = try row["query"]
    let isOfParts: Bool? = try row["is_of_parts"]
    let address =
      isOfParts == true
      ? PostalAddress(
        line: query, street: try row["thoroughfare"], city: try row["locality"], state: try row["state"],
        postalCode: try row["postal_code"]) : PostalAddress(line: query)
    return DueVenue(
      id: try row["id"], query: query, queryHash: try row["query_hash"], address: address, misses: try row["misses"])
  }

  /// Stores what was found of some venues, and fills their coordinates. A venue that has another address by now, or a
  /// person's row, stays as it is. Writing the same again changes nothing.
  /// - Returns: the number of rows that were written.
  func store(
    _ locations: [VenueLocation], by provider: GeocodingProvider, at now: Date, deadline: Deadline
  ) throws(PipelineError) -> Int {
    guard !locations.isEmpty else { return 0 }
    let ids = PostgresValue.ints(locations.map(\.venue.id))
    let results = try write(
      [
        PostgresStatement(Self.upsert, Self.values(locations, by: provider, at: now)),
        PostgresStatement(Self.alignment + " and v.id = any ($1)", [ids]),
      ], deadline: deadline)
    return results[1].affectedRows
  }

  /// Removes coordinates whose time of storage has ended, with those of their venues. What was not looked up again in time
  /// must not stay, by the provider's terms.
  /// - Returns: the number of venues.
  func removeExpired(at now: Date, deadline: Deadline) throws(PipelineError) -> Int {
    let isExpired = "outcome = 'found' and expires_at <= $1"
    let count: Int = try database.reading(
      PostgresStatement("select count(*) from venue_locations where \(isExpired)", [.time(now)]), deadline: deadline
    ) { try $0[0][0] }
    guard count > 0 else { return 0 }
    let results = try write(
      [
        PostgresStatement(
          """
          update venue_locations set outcome = 'miss', reason = '\(MissReason.expired.rawValue)', latitude = null,
            longitude = null, matched_address = null, expires_at = null, retry_at = $1
          where \(isExpired)
          """, [.time(now)]),
        PostgresStatement(Self.alignment),
      ], deadline: deadline)
    return results[1].affectedRows
  }

  /// Runs statements in one transaction, after the advisory lock.
  /// - Returns: the rows of the lock, and then of each statement.
  func write(_ statements: [PostgresStatement], deadline: Deadline) throws(PipelineError) -> [PostgresRows] {
    try database.retrying(deadline: deadline) {
      try database.connection.transaction(deadline: deadline) {
        try database.connection.pipeline([Database.lock] + statements, deadline: deadline)
      }
    }
  }
}
