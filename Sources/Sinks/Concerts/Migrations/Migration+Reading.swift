import Ledger

extension Migration {
  /// Helps those who read the data: indexes for the obvious queries, the view `current_events`, and a comment on every
  /// table and column that has none.
  static let reading = Migration(
    version: 7, name: "indexes, view and comments for readers",
    script: [currentEvents, comments, replacedIndex].joined(separator: "\n"),
    adding: [
      MigrationIndex("events", "event_date"), MigrationIndex("events", "performance_time"),
      MigrationIndex("events", "venue_id"), MigrationIndex("events", "artist_id"), MigrationIndex("events", "load_id"),
      MigrationIndex("rejected_records", "load_id"), MigrationIndex("loads", "run"),
    ])

  /// A migration that changes a table which the view reads names it in `changing`: the view is then created again.
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
        \(relatedArtistNames) as related_artists,
        e.first_seen, \(lastSeen) as last_seen, e.moved_from
      from events e left join artists a on a.id = e.artist_id left join venues v on v.id = e.venue_id
      where e.event_date >= (now() at time zone '\(ConcertsSink.zoneOfCurrentEvents)')::date;
    """

  /// As the cached day has them: of the event's own page, and of the artist's.
  private static let relatedArtistNames = """
    array(
          select r.name from artists r
          where r.id in (
            select related_artist_id from event_related_artists where event_id = e.id
            union select related_artist_id from artist_relations where artist_id = e.artist_id and from_artist)
          order by r.name collate "C")
    """

  /// An unchanged event is not written, so the row does not say when it was last listed. A scheduled one is on the newest
  /// listing of its day; one that a listing no longer had was on those before.
  private static let lastSeen = """
    coalesce((
          select max(l.listed_at)
          from loads c join loads l on l.dataset = c.dataset and l.event_date = e.event_date and not l.superseded
            and (e.status = 'scheduled' or e.last_written = e.last_updated or l.listed_at < c.listed_at)
          where c.id = e.load_id), e.last_written)
    """

  /// The index on (source, event_date) is replaced by that on event_date, which serves readers who name no source too.
  private static let replacedIndex = "drop index if exists events_source_date_index;"
}

extension ConcertsSink {
  /// The zone of the view `current_events`: that of every dataset that this sink loads.
  public static let zoneOfCurrentEvents = "America/Chicago"
}
