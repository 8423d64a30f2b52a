import Contracts
import FoundationEssentials
import Ledger
import Postgres
import Time

extension ConcertsSink {
  /// Returns the days that readers see otherwise since a time, although the change may have come with another day's
  /// document: the days with an event whose venue, artist or related artist changed, and those from which an event moved.
  /// - Parameter time: a time of the database's clock.
  /// - Throws: `SchemaMismatch` if the database has another version, or an error of the database.
  public func changedDates(
    since time: Date, in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> Set<CalendarDate> {
    let query = PostgresStatement(
      """
      with changed_artists as materialized (select id from artists where changed_at >= $2)
      select event_date from events
      where source = $1 and venue_id in (select id from venues where source = $1 and changed_at >= $2)
      union select event_date from events where source = $1 and artist_id in (select id from changed_artists)
      union select e.event_date from event_related_artists j join events e on e.id = j.event_id
        where e.source = $1 and j.related_artist_id in (select id from changed_artists)
      union select moved_from from events
        where source = $1 and moved_from is not null and last_updated >= $2
      """, [.text(dataset.source), .time(time)])
    return try database.reading(query, deadline: deadline) { rows in
      Set(try rows.map { try $0["event_date"] as CalendarDate })
    }
  }
}
