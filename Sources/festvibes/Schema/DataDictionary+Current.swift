// `make schema-docs` writes this file from a database that the migrations have made.

extension DataDictionary {
  static let text = #"""
    all_concerts | view | every concert of every source: the events of the listings, and the concerts of the schema catalog
    source | text |  |  | events.source, or catalog.concerts.source; key: source and id
    id | text |  |  | events.id as text, or catalog.concerts.concert_id
    name | text |  |  | the event's name at the source; of an event of a listing the artist's
    artists | text[] |  |  | the artists' names, the first one first; empty if none is known
    venue_id | text |  |  | venues.id as text, or catalog.venues.venue_id; null if it is unknown
    venue | text |  |  | the venue's name
    city | text |  |  | the venue's city
    state | text |  |  | the venue's state, as LA; null if it is unknown
    country | text |  |  | the venue's country code; null if the source does not give it
    local_date | date |  |  | the day at the venue; null if the source does not give it
    local_time | text |  |  | the time at the venue, HH:MM:SS; null if the source does not give it
    timezone | text |  |  | the zone of local_date and local_time; null if it is unknown
    start_time | timestamp with time zone |  |  | the moment of the beginning; null unless date_precision is instant
    date_precision | text |  |  | instant, day, or none: how much of the time the source gives; it is never guessed
    status | text |  |  | scheduled or cancelled; of the catalog also postponed, rescheduled and completed, as the source has it
    url | text |  |  | the event's page at the source; null if it is unknown
    ticket_prices | jsonb |  |  | price ranges by type, as catalog.concerts.ticket_prices; null for listings, which have none
    artist_genres | table | an artist's genres, by the artist's page
    artist_id | integer | not null | key | the artist (artists.id)
    genre_id | integer | not null | key | the genre (genres.id)
    artist_relations | table | artists to whom the source links from an artist's page, or from that of an event
    artist_id | integer | not null | key | the artist whose page, or whose event's page, has the link (artists.id)
    related_artist_id | integer | not null | key | the artist to whom the link leads (artists.id)
    from_event | boolean | not null |  | a page of any of the artist's events has ever linked; event_related_artists has what each event's page links to
    from_artist | boolean | not null |  | the artist's own page links to the related artist, as last read
    artists | table | who performs; key: name
    id | integer | not null | key | the row's number; other tables refer to it
    name | text | not null |  | as listed
    wwoz_artist_href | text | null |  | the path of the artist's page at the source, /artists/…; null if it has none
    description | text | null |  | as the artist's page has it
    popularity_score | double precision | null |  | written by the legacy system only
    typical_set_length | interval | null |  | written by the legacy system only
    website | text | null |  | the artist's own site, a URL
    page_read_at | timestamp with time zone | null |  | when the act's own page was read that the details, genres and relations are of; an older one does not change them
    changed_at | timestamp with time zone | null |  | when what readers see of the artist, with genres and relations of its own page, last changed; null if it has not
    description_embedding_hash | text | null |  | SHA-256 of the text of which description_embedding is, in UTF-8; null without one
    embedding_model | text | null |  | name and version of the model of the embeddings
    embedding_source | bytea | null |  | SHA-256 of the values of which the embedded texts were made; another one shows that they are out of date
    cached_items | table | the last time that each work item was written to the cache
    dataset | text | not null | key | the id of the dataset
    item | text | not null | key | the id of the work item
    event_date | date | null |  | the item's date; null for an item without one
    cached_at | timestamp with time zone | not null |  | the end of the call that wrote it
    expires_at | timestamp with time zone | null |  | when the cache drops it, as planned; null if it stays
    records | integer | not null |  | the number of records in the cached value
    current_events | view | the events of today, in the source's zone, and of later days, those without a time too
    id | integer |  |  | events.id
    source | text |  |  | events.source
    wwoz_event_href | text |  |  | events.wwoz_event_href
    event_date | date |  |  | the local day
    local_time | timestamp without time zone |  |  | the local date and time of the beginning, on the source's clock; null if it is unknown
    performance_time | timestamp with time zone |  |  | the same moment, for clients that have their own zone
    status | text |  |  | scheduled or cancelled
    artist_id | integer |  |  | artists.id
    artist | text |  |  | the artist's name
    description | text |  |  | events.description
    venue_id | integer |  |  | venues.id
    venue | text |  |  | the venue's name
    full_address | text |  |  | the venue's address in one line
    latitude | double precision |  |  | the venue's, degrees north; null if it is unknown
    longitude | double precision |  |  | the venue's, degrees east; null if it is unknown
    genres | text[] |  |  | the event's genres, by name; an empty array if there are none
    artist_genres | text[] |  |  | the artist's genres, by name
    related_artists | text[] |  |  | names of the related artists, of the event and of the artist
    first_seen | timestamp with time zone |  |  | events.first_seen
    last_seen | timestamp with time zone |  |  | when the event was last found in a listing of its day
    moved_from | date |  |  | events.moved_from
    entity_comparisons | table | the artists and venues that were compared with those of other sources, so that only what changed is compared again
    entity | text | not null | key | artist or venue
    source | text | not null | key | the entity's source
    id | text | not null | key | the entity's id, as entity_links has it
    fingerprint | text | not null |  | MD5 of what was compared, and of the version of the rules; another one is compared again
    compared_at | timestamp with time zone | not null |  | when it was last compared
    entity_link_states | view | entity_links with state: same or different by a person's verdict; linked: a score of 0.85 or more, and no better pair of either; else doubtful
    entity | text |  |  | artist or venue
    left_source | text |  |  | the source of the tables artists and venues
    left_id | text |  |  | artists.id or venues.id, as a text
    right_source | text |  |  | the source of the row of the catalog: ticketmaster or spotify
    right_id | text |  |  | catalog.artists.artist_id or catalog.venues.venue_id
    score | double precision |  |  | the confidence that both are one, 0 to 1, when they were last compared
    method | text |  |  | equal: the same words; fuzzy: alike words; place: alike words at one address or point; address: at one address, although the points are far apart; manual: a person named the pair
    verdict | text |  |  | same or different: what a person decided, which no comparison replaces; null if nobody has
    decided_by | text |  |  | who decided it
    decided_at | timestamp with time zone |  |  | when it was decided; null without a verdict
    first_seen | timestamp with time zone |  |  | when the pair was first found
    last_seen | timestamp with time zone |  |  | when the pair was last compared, which happens when either side changes
    best | double precision |  |  | the greatest score of either entity in the source of the other
    rivals | bigint |  |  | the pairs of one entity in the source of the other with about this score, of either the more
    state | text |  |  | same or different: a person's verdict; linked: the score says so; doubtful: for a person to decide
    entity_links | table | pairs of artists or venues of two sources that may be one, with a score and what a person decided
    entity | text | not null | key | artist or venue
    left_source | text | not null | key | the source of the tables artists and venues
    left_id | text | not null | key | artists.id or venues.id, as a text
    right_source | text | not null | key | the source of the row of the catalog: ticketmaster or spotify
    right_id | text | not null | key | catalog.artists.artist_id or catalog.venues.venue_id
    score | double precision | not null |  | the confidence that both are one, 0 to 1, when they were last compared
    method | text | not null |  | equal: the same words; fuzzy: alike words; place: alike words at one address or point; address: at one address, although the points are far apart; manual: a person named the pair
    verdict | text | null |  | same or different: what a person decided, which no comparison replaces; null if nobody has
    decided_by | text | null |  | who decided it
    decided_at | timestamp with time zone | null |  | when it was decided; null without a verdict
    first_seen | timestamp with time zone | not null |  | when the pair was first found
    last_seen | timestamp with time zone | not null |  | when the pair was last compared, which happens when either side changes
    etl_checkpoints | table | up to where the source of each work item is loaded; of datasets with incremental whose state is postgres
    source_type | text | not null |  | the name of the dataset's extractor; api, csv or rss in rows of system 003
    source_name | text | not null |  | the dataset's id; DATASET/ITEM if its plan has several items
    checkpoint_type | text | null |  | time, integer or text: the way in which cursors are compared
    checkpoint_value | character varying(255) | null |  | the greatest cursor of what is loaded, at most 200 bytes; null before the first load and after a reset
    checkpoint_data | jsonb | null |  | of a dataset of series: {"series": {CODE: the time of its last loaded point}}; of system 003 in its own rows
    last_run_at | timestamp with time zone | null |  | the item's last load or failure
    last_success_at | timestamp with time zone | null |  | the item's last load
    last_failure_at | timestamp with time zone | null |  | the item's last failure
    total_runs | integer | not null |  | the runs that loaded the item, or failed at it
    total_records_processed | bigint | not null |  | the records of all loaded documents, rejected ones included
    last_records_processed | integer | not null |  | the records of the last loaded document
    status | text | null |  | success or failed: the item's last run; null before it
    error_message | text | null |  | the error of the last run, if it failed
    last_run | text | null |  | the name of the last run, so that a repeated stage counts once
    last_document | text | null |  | the key of the last loaded document, so that it counts once
    etl_failures | table | the work items that failed in a run: where, and why
    dataset | text | not null | key | the dataset's id
    run | text | not null | key | the run (etl_runs.run)
    event_date | date | null |  | the item's date; null for an item without one
    stage | text | null |  | null if only the end of the run reported the failure
    error | text | not null |  | the error's name
    cause | text | null |  | the error's text, as Step Functions has it
    failed_at | timestamp with time zone | not null |  | when the item failed
    item | text | not null | key | the id of the work item
    etl_locks | table | the locks of datasets of which one run at a time may work
    lock_key | text | not null | key | the lock's name: etl: and the id of the dataset, or what its definition says
    owner | text | not null |  | the name of the run that has the lock
    acquired_at | timestamp with time zone | not null |  | when the run took the lock
    expires_at | timestamp with time zone | not null |  | when the lock ends unless the run renews it; another run can take it over a minute later
    etl_run_counts | view | the sum of a run's loads: the last one of each item; dates_loaded counts items
    dataset | text |  |  | the dataset's id
    run | text |  |  | the run (etl_runs.run)
    dates_loaded | integer |  |  | the number of items that were loaded
    records_found | integer |  |  | the sum of loads.records_found
    records_new | integer |  |  | the sum of loads.records_new
    records_changed | integer |  |  | the sum of loads.records_changed
    records_unchanged | integer |  |  | the sum of loads.records_unchanged
    records_rejected | integer |  |  | the sum of loads.records_rejected
    records_cancelled | integer |  |  | the sum of loads.records_cancelled
    pages_failed | integer |  |  | the sum of loads.pages_failed; null if none of the loads knows it
    etl_runs | table | one row for each run: an execution of the state machine, or a run of a process on a host of its own
    dataset | text | not null | key | the dataset's id
    run | text | not null | key | the execution's name; also in loads.run
    trigger | text | not null |  | schedule, manual, replay or event
    status | text | not null |  | partial: an item failed, or a record was rejected; failed: the execution failed, so that not every item was tried
    dates | date[] | not null |  | the dates of the items, in the same order; null for an item without a date
    started_at | timestamp with time zone | not null |  | when the execution started
    ended_at | timestamp with time zone | null |  | when the execution ended; null while it runs
    dates_loaded | integer | null |  | the number of items that were loaded
    records_found | integer | null |  | the sum of the run's loads, as in loads; null while the run is open
    records_new | integer | null |  | as records_found
    records_changed | integer | null |  | as records_found
    records_unchanged | integer | null |  | as records_found
    records_rejected | integer | null |  | as records_found
    records_cancelled | integer | null |  | as records_found
    error | text | null |  | the name of the error with which the execution failed; null if it did not fail
    cause | text | null |  | the error's text
    items | text[] | not null |  | the ids of the run's work items; empty if the run failed before they were known
    items_aborted | text[] | null |  | the items that had begun when the run was stopped; null if the run tried all, or if it is not known yet
    items_not_tried | text[] | null |  | the items that never began, because the run ended before; null as items_aborted
    reconciled_at | timestamp with time zone | null |  | when festvibes status closed the row from the execution in Step Functions; null if the run or its event did
    run_id | text | not null |  | the same as run, under the name that other readers use
    source_name | text | not null |  | the same as dataset, under the name that other readers use
    records_loaded | integer | null |  | the records that the destination has after the run: new, changed and unchanged; null while it runs
    job_type | text | null |  | the job: a profile of the dataset's plan; null for the plan itself
    object_bucket | text | null |  | the bucket of the object that the run is about; null if it names none
    object_key | text | null |  | the key of that object
    host | text | null |  | the process that does the run itself, as MACHINE:PID@BOOT/NAMESPACE; null for an execution of the state machine
    enrichment | jsonb | null |  | what the run embedded and geocoded, and why it did less; null if it did not try
    event_genres | table | an event's genres, by the event's page
    event_id | integer | not null | key | the event (events.id)
    genre_id | integer | not null | key | the genre (genres.id)
    event_related_artists | table | the artists to whom an event's own page links, as last read
    event_id | integer | not null | key | the event (events.id)
    related_artist_id | integer | not null | key | the related artist (artists.id)
    inherited | boolean | not null |  | from before relations were kept by event: any event of the artist linked; false once the event's page was read
    events | table | one artist at one venue at one time; key: source and wwoz_event_href
    id | integer | not null | key | the row's number; other tables refer to it
    wwoz_event_href | text | null |  | the path of the event's page at the source, /events/…
    description | text | null |  | as the event's page has it
    artist_id | integer | null |  | the artist (artists.id)
    venue_id | integer | null |  | the venue (venues.id)
    artist_name | text | null |  | the artist as listed for this event
    venue_name | text | null |  | the venue as listed for this event
    performance_time | timestamp with time zone | null |  | when it begins; null if the source gives no time
    end_time | timestamp with time zone | null |  | written by the legacy system only
    scrape_time | timestamp with time zone | null |  | when the listing was read from which the row was last written
    last_updated | timestamp with time zone | null |  | when the row was last written
    is_recurring | boolean | null |  | written by the legacy system only; false by default
    recurrence_pattern | text | null |  | written by the legacy system only
    is_indoors | boolean | null |  | written by the legacy system only
    is_streaming | boolean | null |  | written by the legacy system only
    source | text | not null |  | the source of the event: wwoz
    event_date | date | not null |  | the local day in the source's time zone
    status | text | not null |  | scheduled, or cancelled: the source says so, or a later listing of the day lacks the event
    first_seen | timestamp with time zone | not null |  | when the row was first written
    last_written | timestamp with time zone | not null |  | when a listing last wrote the row; an event that is listed again unchanged is not written
    content_hash | bytea | null |  | SHA-256 of what the source says of the event
    load_id | bigint | null |  | the load (loads.id) that wrote the row
    moved_from | date | null |  | the day on which the event was listed before; null if it never moved
    description_embedding_hash | text | null |  | SHA-256 of the text of which description_embedding is, in UTF-8; null without one
    event_text_embedding_hash | text | null |  | SHA-256 of the text of which event_text_embedding is, in UTF-8; null without one
    embedding_model | text | null |  | name and version of the model of the embeddings
    embedding_source | bytea | null |  | SHA-256 of the values of which the embedded texts were made; another one shows that they are out of date
    genres | table | kinds of music; key: name
    id | integer | not null | key | the row's number; other tables refer to it
    name | text | not null |  | as the source writes it
    description | text | null |  | written by the legacy system only
    genre_embedding_hash | text | null |  | SHA-256 of the text of which genre_embedding is, in UTF-8; null without one
    embedding_model | text | null |  | name and version of the model of the embeddings
    embedding_source | bytea | null |  | SHA-256 of the values of which the embedded texts were made; another one shows that they are out of date
    loads | table | one row for each extract document that was loaded to its end
    id | bigint | not null | key | the load's number; larger is later
    dataset | text | not null |  | the dataset's id
    event_date | date | null |  | the item's date; null for an item without one
    raw_key | text | not null |  | the document's key in S3
    run | text | null |  | the run that loaded the document (etl_runs.run); null if it was loaded without one
    listed_at | timestamp with time zone | null |  | when the listing was read; an older one does not overwrite what it told
    counts | jsonb | not null |  | the load's counts for each kind of record, as the loader reported them
    loaded_at | timestamp with time zone | not null |  | when the document was loaded
    superseded | boolean | not null |  | a later document of the item had been loaded before: nothing was changed
    item | text | not null |  | the id of the work item
    records_found | integer | not null |  | records in the document: new, changed, unchanged or rejected
    records_new | integer | not null |  | records that were not stored before
    records_changed | integer | not null |  | stored records that were changed
    records_unchanged | integer | not null |  | stored records that were not written
    records_rejected | integer | not null |  | records that are in rejected_records instead
    records_cancelled | integer | not null |  | stored records that the document no longer has, or has as cancelled
    pages_read | integer | null |  | the pages that the document was made of; null if unknown
    pages_failed | integer | null |  | the pages that could not be read, so that the document lacks their details; null if unknown
    rejected_records | table | records that could not be loaded, until a later document resolves them, and after
    id | bigint | not null | key | the row's number
    dataset | text | not null |  | the dataset's id
    event_date | date | null |  | the item's date; null for an item without one
    raw_key | text | not null |  | the document's key in S3
    position | integer | not null |  | the record's index in the document, from 0; rows that the scraper rejected come after the records
    reason | text | not null |  | why the record was rejected
    record | jsonb | null |  | the record, or the row; as a JSON string where jsonb cannot hold it as it is
    rejected_at | timestamp with time zone | not null |  | when the record was rejected
    load_id | bigint | null |  | the load (loads.id) that rejected it
    href | text | null |  | the record's key at the source, by which a later document is seen to have it
    resolved_at | timestamp with time zone | null |  | when a later document resolved it; null while it is open
    resolved_by | bigint | null |  | the load (loads.id) of the later document that resolved it
    resolution | text | null |  | loaded, rejected again or not listed by the later document; replaced if the record has no key to compare
    item | text | not null |  | the id of the work item
    schema_migrations | table | the migrations that this database has had
    version | integer | not null | key | the migration's number
    name | text | not null |  | the migration's name
    checksum | text | not null |  | FNV-1a hash of the migration's SQL, by which an edited one is found out
    applied_at | timestamp with time zone | not null |  | when the migration was applied
    unloaded_documents | table | documents of earlier runs that were not loaded, of datasets whose runs read only what is new: a later run tries
    raw_key | text | not null | key | the document's key in S3
    dataset | text | not null |  | the dataset's id
    run | text | not null |  | the run that stored the document
    item | text | not null |  | the id of the work item
    attempts | integer | not null |  | loads that failed, that of the run itself included
    attempted_at | timestamp with time zone | not null |  | when the last attempt began or ended
    error | text | null |  | the name of the last error; null if the loader ended without one
    cause | text | null |  | the last error's message
    state | text | not null |  | open: it is tried again; absent: the run had stored none; set aside: it failed three times, and is not tried again
    venue_artists | table | the artists who have had an event at a venue
    venue_id | integer | not null | key | the venue (venues.id)
    artist_id | integer | not null | key | the artist (artists.id)
    venue_genres | table | the genres of a venue's events
    venue_id | integer | not null | key | the venue (venues.id)
    genre_id | integer | not null | key | the genre (genres.id)
    venue_locations | table | where a venue is, and how that is known; also look-ups that found nothing. Fills latitude and longitude of venues
    venue_id | integer | not null | key | the venue (venues.id)
    provider | text | not null |  | census, google or nominatim: the geocoder; legacy: the legacy system; manual: a person, whose row is never replaced
    query | text | null |  | the address that was looked up: venue_address of the venue at that time
    query_hash | text | null |  | SHA-256 of query, hexadecimal; if it is not that of the present address, the venue is looked up again
    outcome | text | not null |  | found, or miss
    reason | text | null |  | why a miss is one: no match, ambiguous, city only, street only, wrong place, other street, partial match, not accepted, no street, failed or expired; null if found
    latitude | double precision | null |  | degrees north, WGS 84; null for a miss
    longitude | double precision | null |  | degrees east, WGS 84; null for a miss
    precision | text | null |  | rooftop, interpolated (along the street), street or city; null if it is unknown
    place_id | text | null |  | the provider's id of the place, which may be kept
    matched_address | text | null |  | the address as the provider understood it; null if its terms do not allow to keep it
    partial | boolean | not null |  | the provider matched a part of the address, or corrected it
    attempts | integer | not null |  | misses of this address in a row
    looked_up_at | timestamp with time zone | null |  | when it was looked up; null if that is unknown. What failed longest ago is tried again first
    expires_at | timestamp with time zone | null |  | when the coordinates must be looked up again, by the provider's terms; null if they may be kept
    retry_at | timestamp with time zone | null |  | when a miss is looked up again; null if found
    venues | table | places where events are; key: source and wwoz_venue_href, else source and name
    id | integer | not null | key | the row's number; other tables refer to it
    name | text | not null |  | as the latest listing has it
    phone_number | text | null |  | as the venue's page has it
    thoroughfare | text | null |  | street and number
    locality | text | null |  | city
    state | text | null |  | state, as LA
    postal_code | text | null |  | ZIP code
    full_address | text | null |  | the address in one line
    wwoz_venue_href | text | null |  | the path of the venue's page at the source, /organizations/…; null if it has none
    website | text | null |  | the venue's own site, a URL
    is_active | boolean | null |  | true if the source says that the venue is open; null if it does not say
    latitude | double precision | null |  | degrees north, WGS 84; null if it is unknown. Filled from venue_locations
    longitude | double precision | null |  | degrees east, WGS 84; null if it is unknown. Filled from venue_locations
    capacity | integer | null |  | number of persons; written by the legacy system only
    is_indoors | boolean | null |  | written by the legacy system only
    is_streaming | boolean | null |  | written by the legacy system only
    last_updated | timestamp with time zone | null |  | when the row was last written
    last_geocoded | timestamp with time zone | null |  | when latitude and longitude were found; null if they are unknown
    description | text | null |  | written by the legacy system only
    source | text | not null |  | the source of the venue: wwoz
    listed_at | timestamp with time zone | null |  | when the listing was read that the name is of; an older one does not change it
    page_read_at | timestamp with time zone | null |  | when the venue's own page was read that the details are of; an older one does not change them
    changed_at | timestamp with time zone | null |  | when what readers see of the venue last changed; null if it has not since it was stored
    venue_info_embedding_hash | text | null |  | SHA-256 of the text of which venue_info_embedding is, in UTF-8; null without one
    embedding_model | text | null |  | name and version of the model of the embeddings
    embedding_source | bytea | null |  | SHA-256 of the values of which the embedded texts were made; another one shows that they are out of date
    """#
}
