extension VenueLocations {
  /// The address of `v` as it is looked up, and its hash.
  static let address = """
    venue_address(v.thoroughfare, v.locality, v.state, v.postal_code, v.full_address)
    """
  static let hash = "encode(sha256(convert_to(\(address), 'UTF8')), 'hex')"

  /// The coordinates that `v` should have by its row `l`: a person's always, others if they are of its present address.
  private static let isValid =
    "l.outcome = 'found' and (l.provider = 'manual' or l.query_hash is not distinct from \(hash))"

  /// A venue's columns may have 4 bytes, in a database of the legacy system. This is a meter.
  private static func differs(_ column: String) -> String {
    """
    coalesce((v.\(column) is null) <> (x.\(column) is null) or abs(v.\(column)::float8 - x.\(column)) >= 0.00001, false)
    """
  }

  private static let targets = """
    select v.id, case when \(isValid) then l.latitude end as latitude, case when \(isValid) then l.longitude end as longitude,
      case when \(isValid) then l.looked_up_at end as looked_up_at
    from venue_locations l join venues v on v.id = l.venue_id
    """

  private static let isDifferent = """
    (\(differs("latitude")) or \(differs("longitude")) or v.last_geocoded is distinct from x.looked_up_at)
    """

  /// Venues whose coordinates are not those of their locations.
  static let differences = "select v.id from (\(targets)) x join venues v on v.id = x.id where \(isDifferent)"

  /// Fills the coordinates of venues. Readers are told of a change by `changed_at`: the days on which the venue has events
  /// are cached again.
  static let alignment = """
    update venues v set latitude = x.latitude, longitude = x.longitude, last_geocoded = x.looked_up_at,
      last_updated = case when \(differs("latitude")) or \(differs("longitude")) then now() else v.last_updated end,
      changed_at = case when \(differs("latitude")) or \(differs("longitude")) then now() else v.changed_at end
    from (\(targets)) x where v.id = x.id and \(isDifferent)
    """

  /// Parameters: ids that are left out, the limit, the time, the provider. Venues for which a provider failed are last, so
  /// that they do not hold up the others.
  static let dueQuery = """
    select d.*, count(*) over () as total
    from (
      select v.id, \(address) as query, \(hash) as query_hash, v.thoroughfare, v.locality, v.state, v.postal_code,
        venue_address(v.thoroughfare, v.locality, v.state, v.postal_code, null) = \(address) as is_of_parts,
        case when l.query_hash = \(hash) and l.provider = $4 and l.reason <> 'expired' then l.attempts else 0 end as misses,
        l.venue_id, l.query_hash as known_hash, l.provider, l.outcome, l.reason, l.expires_at, l.retry_at,
        l.looked_up_at
      from venues v left join venue_locations l on l.venue_id = v.id
      where v.id <> all ($1)
    ) d
    where d.query is not null and (d.venue_id is null or d.provider <> 'manual' and (
      d.known_hash is distinct from d.query_hash
      or d.outcome = 'found' and d.expires_at <= $3
      or d.outcome = 'miss' and (d.retry_at <= $3 or d.provider <> $4)))
    order by case when d.reason = '\(MissReason.failed.rawValue)' then d.looked_up_at end nulls first, d.id
    limit $2
    """

  /// Parameters: those of `values`.
  static let upsert = """
    insert into venue_locations as l (
      venue_id, provider, query, query_hash, outcome, reason, latitude, longitude, precision, place_id, matched_address,
      partial, attempts, looked_up_at, expires_at, retry_at)
    select v.id, $1, x.query, x.query_hash, case when x.reason is null then 'found' else 'miss' end, x.reason, x.latitude,
      x.longitude, x.precision, x.place_id, x.matched_address, x.partial, x.attempts, $2, x.expires_at, x.retry_at
    from unnest($3::int8[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::float8[], $9::text[], $10::text[],
        $11::text[], $12::bool[], $13::int8[], $14::timestamptz[], $15::timestamptz[])
      x (venue_id, query, query_hash, reason, latitude, longitude, precision, place_id, matched_address, partial, attempts,
        expires_at, retry_at)
      join venues v on v.id = x.venue_id and \(hash) = x.query_hash
    on conflict (venue_id) do update set
      provider = excluded.provider, query = excluded.query, query_hash = excluded.query_hash,
      outcome = excluded.outcome, reason = excluded.reason, latitude = excluded.latitude, longitude = excluded.longitude,
      precision = excluded.precision,
      -- It may be kept: it leads to the place when the coordinates are looked up again.
      place_id = coalesce(excluded.place_id,
        case when l.provider = excluded.provider and l.query_hash = excluded.query_hash then l.place_id end),
      matched_address = excluded.matched_address, partial = excluded.partial, attempts = excluded.attempts,
      looked_up_at = excluded.looked_up_at, expires_at = excluded.expires_at, retry_at = excluded.retry_at
    where l.provider <> 'manual'
      -- What failed is no reason to forget a place.
      and (excluded.reason is distinct from '\(MissReason.failed.rawValue)' or l.outcome <> 'found'
        or l.query_hash is distinct from excluded.query_hash)
    """
}
