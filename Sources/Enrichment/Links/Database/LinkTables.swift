import Contracts
import Ledger
import Postgres
import Time

/// The tables of one kind of entity: those of concerts on the left, those of the catalog on the right.
struct LinkTables {
  /// The version of the rules, and of what is compared. Another one compares everything again.
  static let version = 3
  /// The source of the tables of concerts, which system 000 made for one.
  static let leftSource = "wwoz"
  /// The country of its venues, which it does not write; other sources of the table may be of any.
  private static let leftCountry = "case when source = '\(leftSource)' then 'US' end"

  let entity: LinkedEntity

  init(_ entity: LinkedEntity) { self.entity = entity }

  /// The table of the catalog.
  var catalog: String { entity == .artist ? "catalog.artists" : "catalog.venues" }

  var left: String {
    switch entity {
    case .artist:
      """
      select '\(Self.leftSource)' as source, id::text as id, name, null::text as city, null::text as state,
        null::text as country, null::text as address, null::float8 as latitude, null::float8 as longitude
      from artists
      """
    case .venue:
      """
      select source, id::text as id, name, locality as city, state, \(Self.leftCountry) as country,
        coalesce(thoroughfare, full_address) as address, latitude::float8 as latitude, longitude::float8 as longitude
      from venues
      """
    }
  }

  var right: String {
    switch entity {
    case .artist:
      """
      select source, artist_id as id, name, null::text as city, null::text as state, null::text as country,
        null::text as address, null::float8 as latitude, null::float8 as longitude
      from catalog.artists
      """
    case .venue:
      """
      select source, venue_id as id, name, city, state, country, address, latitude::float8 as latitude,
        longitude::float8 as longitude
      from catalog.venues
      """
    }
  }

  /// Both sides, with what is known of the last comparison.
  private var all: String {
    """
    select x.*, c.fingerprint is distinct from x.fingerprint as is_due
    from (
      select l.*, true as is_left, md5('\(Self.version)' || l::text) as fingerprint from (\(left)) l
      union all
      select r.*, false, md5('\(Self.version)' || r::text) from (\(right)) r
    ) x
      left join entity_comparisons c on c.entity = '\(entity.rawValue)' and c.source = x.source and c.id = x.id
    """
  }

  /// False if no dataset has filled the catalog yet.
  func areThere(in database: Database, deadline: Deadline) throws(PipelineError) -> Bool {
    try database.reading(
      PostgresStatement("select to_regclass($1) is not null", [.text(catalog)]), deadline: deadline
    ) { try $0[0][0] }
  }

  func hasDue(in database: Database, deadline: Deadline) throws(PipelineError) -> Bool {
    try database.reading(
      PostgresStatement("select exists (select from (\(all)) a where is_due)"), deadline: deadline
    ) { try $0[0][0] }
  }

  /// Returns all rows of both sides, in the order of their ids.
  /// - Parameter ids: those of the rows to return; nil for all.
  func rows(of database: Database, ids: [String]? = nil, deadline: Deadline) throws(PipelineError) -> [LinkRow] {
    let query = PostgresStatement(
      "select * from (\(all)) a where $1::text[] is null or id = any ($1::text[]) order by is_left, source, id",
      [ids.map { PostgresValue.texts($0) } ?? .text(nil)])
    return try database.reading(query, deadline: deadline) { rows in
      try rows.map { row in
        LinkRow(
          source: try row["source"], id: try row["id"], name: try row["name"], city: try row["city"],
          state: try row["state"], country: try row["country"], address: try row["address"],
          latitude: try row["latitude"], longitude: try row["longitude"], fingerprint: try row["fingerprint"],
          isLeft: try row["is_left"], isDue: try row["is_due"])
      }
    }
  }

  /// Returns the pairs of which a person has decided, by either side.
  func decided(in database: Database, deadline: Deadline) throws(PipelineError) -> [LinkKey: [LinkKey]] {
    let query = PostgresStatement(
      """
      select left_source, left_id, right_source, right_id from entity_links where entity = $1 and verdict is not null
      """, [.text(entity.rawValue)])
    return try database.reading(query, deadline: deadline) { rows in
      var pairs: [LinkKey: [LinkKey]] = [:]
      for row in rows {
        let left = LinkKey(source: try row["left_source"], id: try row["left_id"])
        let right = LinkKey(source: try row["right_source"], id: try row["right_id"])
        pairs[left, default: []].append(right)
        pairs[right, default: []].append(left)
      }
      return pairs
    }
  }
}
