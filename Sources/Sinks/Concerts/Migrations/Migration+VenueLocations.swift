import Ledger

extension Migration {
  /// Keeps where venues are, and how that is known. The legacy system's coordinates become rows of their own; the one that
  /// it stored where it had found no place is removed, and so are numbers that are no place.
  static let venueLocations = Migration(
    version: 12, name: "venue locations",
    script: [locationTable, addressFunction, defaultRemoval, legacyLocations, coordinateComments].joined(
      separator: "\n"),
    changing: ["venues"], audit: MigrationAudit(before: countedDefaults, after: filledExamples))

  private static let locationTable = """
    create table venue_locations (
      venue_id integer primary key references venues (id) on delete cascade,
      provider text not null,
      query text,
      query_hash text,
      outcome text not null check (outcome in ('found', 'miss')),
      reason text,
      latitude double precision check (latitude between -90 and 90),
      longitude double precision check (longitude between -180 and 180),
      precision text check (precision in ('rooftop', 'interpolated', 'street', 'city')),
      place_id text,
      matched_address text,
      partial boolean not null default false,
      attempts integer not null default 0 check (attempts >= 0),
      looked_up_at timestamptz default now(),
      expires_at timestamptz,
      retry_at timestamptz,
      check ((outcome = 'found') = (latitude is not null)),
      check ((outcome = 'found') = (longitude is not null)),
      check ((outcome = 'miss') = (reason is not null))
    );
    comment on table venue_locations is
      'where a venue is, and how that is known; also look-ups that found nothing. Fills latitude and longitude of venues';
    comment on column venue_locations.venue_id is 'the venue (venues.id)';
    comment on column venue_locations.provider is
      'census, google or nominatim: the geocoder; legacy: the legacy system; manual: a person, whose row is never replaced';
    comment on column venue_locations.query is 'the address that was looked up: venue_address of the venue at that time';
    comment on column venue_locations.query_hash is
      'SHA-256 of query, hexadecimal; if it is not that of the present address, the venue is looked up again';
    comment on column venue_locations.outcome is 'found, or miss';
    comment on column venue_locations.reason is
      'why a miss is one: no match, ambiguous, city only, street only, wrong place, other street, partial match, not accepted, no street, failed or expired; null if found';
    comment on column venue_locations.latitude is 'degrees north, WGS 84; null for a miss';
    comment on column venue_locations.longitude is 'degrees east, WGS 84; null for a miss';
    comment on column venue_locations.precision is
      'rooftop, interpolated (along the street), street or city; null if it is unknown';
    comment on column venue_locations.place_id is 'the provider''s id of the place, which may be kept';
    comment on column venue_locations.matched_address is
      'the address as the provider understood it; null if its terms do not allow to keep it';
    comment on column venue_locations.partial is 'the provider matched a part of the address, or corrected it';
    comment on column venue_locations.attempts is 'misses of this address in a row';
    comment on column venue_locations.looked_up_at is
      'when it was looked up; null if that is unknown. What failed longest ago is tried again first';
    comment on column venue_locations.expires_at is
      'when the coordinates must be looked up again, by the provider''s terms; null if they may be kept';
    comment on column venue_locations.retry_at is 'when a miss is looked up again; null if found';
    """

  /// One line, for a geocoder. SQL has it, so that readers, the enricher and its comparisons have the same.
  private static let addressFunction = """
    create function venue_address(
      thoroughfare text, locality text, state text, postal_code text, full_address text
    ) returns text language sql stable parallel safe as $$
      select case
        when thoroughfare ~ '[^[:space:][:punct:]]' and concat(locality, postal_code) ~ '[^[:space:][:punct:]]'
          -- Without a state a city may be in any. The line may have it.
          and not (btrim(concat(state, postal_code)) = '' and strpos(coalesce(full_address, ''), btrim(thoroughfare)) > 0) then
          btrim(regexp_replace(concat_ws(', ', btrim(thoroughfare), nullif(btrim(locality), ''),
            nullif(concat_ws(' ', nullif(btrim(state), ''), nullif(btrim(postal_code), '')), '')),
            '[[:space:]]+', ' ', 'g'))
        when full_address ~ '[^[:space:][:punct:]]' then btrim(regexp_replace(full_address, '[[:space:]]+', ' ', 'g'))
      end
    $$;
    comment on function venue_address is
      'a venue''s address in one line, as it is looked up; null if it has too little to look up';
    """

  /// The legacy system stored its coordinates as 4 or 8 bytes.
  private static let isDefault = """
    abs(latitude::float8 - 29.9511) < 0.00001 and abs(longitude::float8 + 90.0715) < 0.00001
    """

  /// Numbers that are no place, also NaN.
  private static let isNoPlace = """
    not (latitude::float8 between -90 and 90) or not (longitude::float8 between -180 and 180)
      or latitude::float8 = 0 and longitude::float8 = 0
    """

  private static let defaultRemoval = """
    update venues set latitude = null, longitude = null, last_geocoded = null,
      last_updated = now(), changed_at = now()
    where \(isDefault) or \(isNoPlace);
    """

  /// The legacy system's coordinates are Google's, which may be stored for 30 days. The first enrichment looks up again what
  /// is older.
  private static let legacyLocations = """
    insert into venue_locations (
      venue_id, provider, query, query_hash, outcome, latitude, longitude, looked_up_at, expires_at)
    select v.id, 'legacy', a.address, encode(sha256(convert_to(a.address, 'UTF8')), 'hex'), 'found',
      v.latitude::float8, v.longitude::float8, v.last_geocoded,
      coalesce(v.last_geocoded, now()) + interval '30 days'
    from venues v,
      venue_address(v.thoroughfare, v.locality, v.state, v.postal_code, v.full_address) as a (address)
    where v.latitude is not null and v.longitude is not null;
    """

  private static let coordinateComments = """
    do $$
    declare
      c record;
    begin
      for c in
        select x.attribute, x.comment
        from (values
          ('latitude', 'degrees north, WGS 84; null if it is unknown. Filled from venue_locations'),
          ('longitude', 'degrees east, WGS 84; null if it is unknown. Filled from venue_locations'),
          ('last_geocoded', 'when latitude and longitude were found; null if they are unknown')
        ) as x (attribute, comment)
          join pg_attribute a on a.attrelid = 'venues'::regclass and a.attname = x.attribute
        where coalesce(col_description(a.attrelid, a.attnum), 'written by the legacy system only')
          like '%written by the legacy system only'
      loop
        execute format('comment on column venues.%I is %L', c.attribute, c.comment);
      end loop;
    end $$;
    """

  private static let countedDefaults = """
    insert into migration_changes (action, place, rows, reason, examples)
      select 'set to null', place, count(*),
        case when \(isDefault) then 'the legacy system stored 29.9511, -90.0715 for venues that it could not find'
          else 'the numbers are no place on the earth, or 0, 0' end,
        (array_agg(name order by name))[1:5]
      from venues, unnest(array['venues.latitude', 'venues.longitude']) place
      where \(isDefault) or \(isNoPlace)
      group by place, 4 order by place, 4;
    """

  private static let filledExamples = "update migration_changes set examples = '{}' where examples is null;"
}
