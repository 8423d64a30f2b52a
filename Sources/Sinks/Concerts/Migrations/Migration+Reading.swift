import Ledger

extension Migration {
  /// Helps those who read the data: indexes for the obvious queries, the view `current_events`, and a comment on every
  /// table and column that has none.
  static let reading = Migration(
    version: 7, name: "indexes, view and comments for readers",
    script: [currentEvents, comments].joined(separator: "\n"),
    adding: [
      MigrationIndex("events", "event_date"), MigrationIndex("events", "performance_time"),
      MigrationIndex("events", "venue_id"), MigrationIndex("events", "artist_id"), MigrationIndex("events", "load_id"),
      MigrationIndex("rejected_records", "load_id"), MigrationIndex("loads", "run"),
    ])

  /// Whoever changes a table that the view reads names it in `changedTables`: the view is then created again.
  private static let currentEvents = """
    create view current_events as
      select e.id, e.source, e.wwoz_event_href, e.event_date,
        e.performance_time at time zone '\(ConcertsSink.zoneOfCurrentEvents)' as local_time, e.performance_time, e.status,
        e.artist_id, coalesce(a.name, e.artist_name) as artist, e.description,
        e.venue_id, coalesce(v.name, e.venue_name) as venue, v.full_address, v.latitude, v.longitude,
        array(
          select g.name from event_genres j join genres g on g.id = j.genre_id
          where j.event_id = e.id order by g.name collate "C") as genres,
        array(
          select g.name from artist_genres j join genres g on g.id = j.genre_id
          where j.artist_id = e.artist_id order by g.name collate "C") as artist_genres,
        \(relatedArtists) as related_artists,
        e.first_seen
      from events e left join artists a on a.id = e.artist_id left join venues v on v.id = e.venue_id
      where e.event_date >= (now() at time zone '\(ConcertsSink.zoneOfCurrentEvents)')::date;
    """

  private static let relatedArtists = """
    array(
          select r.name from artist_relations j join artists r on r.id = j.related_artist_id
          where j.artist_id = e.artist_id order by r.name collate "C")
    """
}

extension ConcertsSink {
  /// The zone of the view `current_events`: that of every dataset that this sink loads.
  public static let zoneOfCurrentEvents = "America/Chicago"
}
