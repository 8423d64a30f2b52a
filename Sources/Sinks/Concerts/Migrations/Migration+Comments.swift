import Ledger

extension Migration {
  /// Comments on tables, views and columns. A comment that is there already stays. Columns that only some databases have,
  /// such as the legacy system's embeddings, are left out elsewhere.
  static let comments = """
    do $$
    declare
      c record;
    begin
      for c in
        select x.relation, x.attribute, x.comment, t.relkind
        from (values
          \([concertComments, ledgerComments].joined(separator: ",\n"))
        ) as x (relation, attribute, comment)
          join pg_class t on t.oid = to_regclass(x.relation)
          left join pg_attribute a on a.attrelid = t.oid and a.attname = x.attribute
        where (x.attribute is null or a.attnum > 0)
          and case when x.attribute is null then obj_description(t.oid, 'pg_class')
            else col_description(t.oid, a.attnum) end is null
      loop
        if c.attribute is null then
          execute format('comment on %s %I is %L', case c.relkind when 'v' then 'view' else 'table' end, c.relation,
            c.comment);
        else
          execute format('comment on column %I.%I is %L', c.relation, c.attribute, c.comment);
        end if;
      end loop;
    end $$;
    """

  private static let concertComments = """
    ('venues', null, 'places where events are; key: source and wwoz_venue_href, else source and name'),
    ('venues', 'id', 'the row''s number; other tables refer to it'),
    ('venues', 'source', 'the source of the venue: wwoz'),
    ('venues', 'name', 'as the latest listing has it'),
    ('venues', 'phone_number', 'as the venue''s page has it'),
    ('venues', 'thoroughfare', 'street and number'),
    ('venues', 'locality', 'city'),
    ('venues', 'state', 'state, as LA'),
    ('venues', 'postal_code', 'ZIP code'),
    ('venues', 'full_address', 'the address in one line'),
    ('venues', 'wwoz_venue_href', 'the path of the venue''s page at the source, /organizations/…; null if it has none'),
    ('venues', 'website', 'the venue''s own site, a URL'),
    ('venues', 'is_active', 'true if the source says that the venue is open; null if it does not say'),
    ('venues', 'latitude', 'degrees north, WGS 84; written by the legacy system only'),
    ('venues', 'longitude', 'degrees east, WGS 84; written by the legacy system only'),
    ('venues', 'capacity', 'number of persons; written by the legacy system only'),
    ('venues', 'is_indoors', 'written by the legacy system only'),
    ('venues', 'is_streaming', 'written by the legacy system only'),
    ('venues', 'last_updated', 'when the row was last written'),
    ('venues', 'last_geocoded', 'when latitude and longitude were found; written by the legacy system only'),
    ('venues', 'description', 'written by the legacy system only'),
    ('venues', 'venue_info_embedding', 'embedding of the venue''s text, 384 dimensions; written by the legacy system only'),
    ('artists', null, 'who performs; key: name'),
    ('artists', 'id', 'the row''s number; other tables refer to it'),
    ('artists', 'name', 'as listed'),
    ('artists', 'wwoz_artist_href', 'the path of the artist''s page at the source, /artists/…; null if it has none'),
    ('artists', 'description', 'as the artist''s page has it'),
    ('artists', 'popularity_score', 'written by the legacy system only'),
    ('artists', 'typical_set_length', 'written by the legacy system only'),
    ('artists', 'website', 'the artist''s own site, a URL'),
    ('artists', 'description_embedding', 'embedding of the artist''s text, 384 dimensions; written by the legacy system only'),
    ('genres', null, 'kinds of music; key: name'),
    ('genres', 'id', 'the row''s number; other tables refer to it'),
    ('genres', 'name', 'as the source writes it'),
    ('genres', 'description', 'written by the legacy system only'),
    ('genres', 'genre_embedding', 'embedding of the name, 384 dimensions; written by the legacy system only'),
    ('events', null, 'one artist at one venue at one time; key: source and wwoz_event_href'),
    ('events', 'id', 'the row''s number; other tables refer to it'),
    ('events', 'source', 'the source of the event: wwoz'),
    ('events', 'wwoz_event_href', 'the path of the event''s page at the source, /events/…'),
    ('events', 'description', 'as the event''s page has it'),
    ('events', 'artist_id', 'the artist (artists.id)'),
    ('events', 'venue_id', 'the venue (venues.id)'),
    ('events', 'artist_name', 'the artist as listed for this event'),
    ('events', 'venue_name', 'the venue as listed for this event'),
    ('events', 'performance_time', 'when it begins; null if the source gives no time'),
    ('events', 'end_time', 'written by the legacy system only'),
    ('events', 'scrape_time', 'when the listing was read from which the row was last written'),
    ('events', 'last_updated', 'when the row was last written'),
    ('events', 'is_recurring', 'written by the legacy system only; false by default'),
    ('events', 'recurrence_pattern', 'written by the legacy system only'),
    ('events', 'is_indoors', 'written by the legacy system only'),
    ('events', 'is_streaming', 'written by the legacy system only'),
    ('events', 'description_embedding', 'embedding of the description, 384 dimensions; written by the legacy system only'),
    ('events', 'event_text_embedding',
      'embedding of artist, venue and description, 384 dimensions; written by the legacy system only'),
    ('events', 'status', 'scheduled, or cancelled: the source says so, or a later listing of the day lacks the event'),
    ('events', 'first_seen', 'when the row was first written'),
    ('venue_artists', null, 'the artists who have had an event at a venue'),
    ('venue_artists', 'venue_id', 'the venue (venues.id)'),
    ('venue_artists', 'artist_id', 'the artist (artists.id)'),
    ('venue_genres', null, 'the genres of a venue''s events'),
    ('venue_genres', 'venue_id', 'the venue (venues.id)'),
    ('venue_genres', 'genre_id', 'the genre (genres.id)'),
    ('artist_genres', null, 'an artist''s genres, by the artist''s page'),
    ('artist_genres', 'artist_id', 'the artist (artists.id)'),
    ('artist_genres', 'genre_id', 'the genre (genres.id)'),
    ('event_genres', null, 'an event''s genres, by the event''s page'),
    ('event_genres', 'event_id', 'the event (events.id)'),
    ('event_genres', 'genre_id', 'the genre (genres.id)'),
    ('artist_relations', null, 'artists to whom the source links from an artist''s page, or from that of an event'),
    ('artist_relations', 'artist_id', 'the artist whose page, or whose event''s page, has the link (artists.id)'),
    ('artist_relations', 'related_artist_id', 'the artist to whom the link leads (artists.id)'),
    ('current_events', null, 'the events of today, in the source''s zone, and of later days, those without a time too'),
    ('current_events', 'id', 'events.id'),
    ('current_events', 'source', 'events.source'),
    ('current_events', 'wwoz_event_href', 'events.wwoz_event_href'),
    ('current_events', 'event_date', 'the local day'),
    ('current_events', 'local_time', 'the local date and time of the beginning, on the source''s clock; null if it is unknown'),
    ('current_events', 'performance_time', 'the same moment, for clients that have their own zone'),
    ('current_events', 'status', 'scheduled or cancelled'),
    ('current_events', 'artist_id', 'artists.id'),
    ('current_events', 'artist', 'the artist''s name'),
    ('current_events', 'description', 'events.description'),
    ('current_events', 'venue_id', 'venues.id'),
    ('current_events', 'venue', 'the venue''s name'),
    ('current_events', 'full_address', 'the venue''s address in one line'),
    ('current_events', 'latitude', 'the venue''s, degrees north; null if it is unknown'),
    ('current_events', 'longitude', 'the venue''s, degrees east; null if it is unknown'),
    ('current_events', 'genres', 'the event''s genres, by name; an empty array if there are none'),
    ('current_events', 'artist_genres', 'the artist''s genres, by name'),
    ('current_events', 'related_artists', 'names of the related artists, of the event and of the artist'),
    ('current_events', 'first_seen', 'events.first_seen'),
    ('current_events', 'last_seen', 'when the event was last found in a listing of its day'),
    ('current_events', 'moved_from', 'events.moved_from')
    """

  private static let ledgerComments = """
    ('loads', 'id', 'the load''s number; larger is later'),
    ('loads', 'dataset', 'the dataset''s id'),
    ('loads', 'raw_key', 'the document''s key in S3'),
    ('loads', 'run', 'the run that loaded the document (etl_runs.run); null if it was loaded without one'),
    ('loads', 'counts', 'the load''s counts for each kind of record, as the loader reported them'),
    ('loads', 'loaded_at', 'when the document was loaded'),
    ('loads', 'records_found', 'records in the document: new, changed, unchanged or rejected'),
    ('loads', 'records_new', 'records that were not stored before'),
    ('loads', 'records_changed', 'stored records that were changed'),
    ('loads', 'records_unchanged', 'stored records that were not written'),
    ('loads', 'records_rejected', 'records that are in rejected_records instead'),
    ('loads', 'records_cancelled', 'stored records that the document no longer has, or has as cancelled'),
    ('rejected_records', null, 'records that could not be loaded, until a later document resolves them, and after'),
    ('rejected_records', 'id', 'the row''s number'),
    ('rejected_records', 'dataset', 'the dataset''s id'),
    ('rejected_records', 'raw_key', 'the document''s key in S3'),
    ('rejected_records', 'reason', 'why the record was rejected'),
    ('rejected_records', 'rejected_at', 'when the record was rejected'),
    ('rejected_records', 'resolved_at', 'when a later document resolved it; null while it is open'),
    ('etl_runs', 'dataset', 'the dataset''s id'),
    ('etl_runs', 'trigger', 'schedule, manual or replay'),
    ('etl_runs', 'started_at', 'when the execution started'),
    ('etl_runs', 'ended_at', 'when the execution ended; null while it runs'),
    ('etl_runs', 'records_found', 'the sum of the run''s loads, as in loads; null while the run is open'),
    ('etl_runs', 'records_new', 'as records_found'),
    ('etl_runs', 'records_changed', 'as records_found'),
    ('etl_runs', 'records_unchanged', 'as records_found'),
    ('etl_runs', 'records_rejected', 'as records_found'),
    ('etl_runs', 'records_cancelled', 'as records_found'),
    ('etl_runs', 'error', 'the name of the error with which the execution failed; null if it did not fail'),
    ('etl_runs', 'cause', 'the error''s text'),
    ('etl_failures', 'dataset', 'the dataset''s id'),
    ('etl_failures', 'run', 'the run (etl_runs.run)'),
    ('etl_failures', 'error', 'the error''s name'),
    ('etl_failures', 'cause', 'the error''s text, as Step Functions has it'),
    ('etl_failures', 'failed_at', 'when the item failed'),
    ('etl_run_counts', 'dataset', 'the dataset''s id'),
    ('etl_run_counts', 'run', 'the run (etl_runs.run)'),
    ('etl_run_counts', 'dates_loaded', 'the number of items that were loaded'),
    ('etl_run_counts', 'records_found', 'the sum of loads.records_found'),
    ('etl_run_counts', 'records_new', 'the sum of loads.records_new'),
    ('etl_run_counts', 'records_changed', 'the sum of loads.records_changed'),
    ('etl_run_counts', 'records_unchanged', 'the sum of loads.records_unchanged'),
    ('etl_run_counts', 'records_rejected', 'the sum of loads.records_rejected'),
    ('etl_run_counts', 'records_cancelled', 'the sum of loads.records_cancelled'),
    ('etl_run_counts', 'pages_failed', 'the sum of loads.pages_failed; null if none of the loads knows it'),
    ('schema_migrations', null, 'the migrations that this database has had'),
    ('schema_migrations', 'version', 'the migration''s number'),
    ('schema_migrations', 'name', 'the migration''s name'),
    ('schema_migrations', 'checksum', 'FNV-1a hash of the migration''s SQL, by which an edited one is found out'),
    ('schema_migrations', 'applied_at', 'when the migration was applied')
    """
}
