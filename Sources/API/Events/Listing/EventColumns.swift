/// An event as JSON, made by Postgres: each name is here, and in `EventSchemas`, which a test compares.
enum EventColumns {
  static let tables = "events e left join artists a on a.id = e.artist_id left join venues v on v.id = e.venue_id"

  /// - Parameter distance: the distance as SQL; nil for an event without one.
  static func json(distance: String? = nil, withDetails: Bool = false) -> String {
    "(\(base)\(withDetails ? details : "")\(distance.map(member) ?? ""))::text"
  }

  /// The distance, to add to an object.
  static func member(distance: String) -> String { " || jsonb_build_object('distance_m', round(\(distance))::bigint)" }

  private static let zone = EventZone.identifier

  /// The members' order is jsonb's.
  private static let base = """
    jsonb_build_object(
      'id', e.id, 'source', e.source, 'status', e.status, 'date', \(EventZone.day("e.event_date")),
      'local_time', case when isfinite(e.performance_time)
        then to_char(\(EventZone.limited("e.performance_time")) at time zone '\(zone)', 'HH24:MI') end,
      'timezone', '\(zone)',
      'starts_at', \(EventZone.utc("e.performance_time")),
      'artist', jsonb_build_object(
        'id', a.id, 'name', coalesce(a.name, e.artist_name), 'website', nullif(a.website, ''),
        'genres', \(artistGenres)),
      'venue', jsonb_build_object(
        'id', v.id, 'name', coalesce(v.name, e.venue_name),
        'address', nullif(coalesce(v.full_address, v.thoroughfare), ''),
        'city', nullif(v.locality, ''), 'website', nullif(v.website, ''),
        'latitude', v.latitude::float8, 'longitude', v.longitude::float8),
      'genres', \(genres), 'description', nullif(e.description, ''), 'url', \(url("e.source", "e.wwoz_event_href")))
    """

  private static let details = """
     || jsonb_build_object(
      'related_artists', array(
        select r.name from artists r
        where r.id in (
          select related_artist_id from event_related_artists where event_id = e.id
          union select related_artist_id from artist_relations where artist_id = e.artist_id and from_artist)
        order by r.name collate "C"),
      'first_seen', \(EventZone.utc("e.first_seen")), 'last_written', \(EventZone.utc("e.last_written")),
      'moved_from', e.moved_from)
    """

  static let genres = """
    array(
        select g.name from event_genres j join genres g on g.id = j.genre_id
        where j.event_id = e.id order by g.name collate "C")
    """

  private static let artistGenres = """
    array(
          select g.name from artist_genres j join genres g on g.id = j.genre_id
          where j.artist_id = a.id order by g.name collate "C")
    """

  /// The page at the source, as the view `all_concerts` has it.
  static func url(_ source: String, _ path: String) -> String {
    "case when \(source) = 'wwoz' then 'https://www.wwoz.org' else '' end || nullif(\(path), '')"
  }
}
