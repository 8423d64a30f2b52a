import Ledger

extension Migration {
  /// Keeps related artists by event, and the times at which shared rows changed. A relation that any event's page had made
  /// was shown at every event of the artist, and nothing says which event's page it was: each of the artist's events
  /// inherits it, until its own page is read again. So a reader sees what was there before.
  static let relatedArtists = Migration(
    version: 6, name: "related artists by event",
    script: """
      -- The keys are made after the rows, which is faster by far on a large database.
      create table event_related_artists (
        event_id integer not null, related_artist_id integer not null, inherited boolean not null default false);
      insert into event_related_artists
        select e.id, r.related_artist_id, true from events e join artist_relations r on r.artist_id = e.artist_id
        where r.from_event;
      alter table event_related_artists
        add primary key (event_id, related_artist_id),
        add foreign key (event_id) references events (id) on delete cascade,
        add foreign key (related_artist_id) references artists (id) on delete cascade;
      create index event_related_artists_related_artist_id_index on event_related_artists (related_artist_id);
      comment on table event_related_artists is 'the artists to whom an event''s own page links, as last read';
      comment on column event_related_artists.event_id is 'the event (events.id)';
      comment on column event_related_artists.related_artist_id is 'the related artist (artists.id)';
      comment on column event_related_artists.inherited is
        'from before relations were kept by event: any event of the artist linked; false once the event''s page was read';

      -- A relation that both an event's page and the artist's page had made was kept as the event's only. The artist's
      -- page adds itself when it is read again.
      alter table artist_relations add column from_artist boolean not null default false;
      update artist_relations set from_artist = true where not from_event;
      comment on column artist_relations.from_artist is 'the artist''s own page links to the related artist, as last read';
      comment on column artist_relations.from_event is
        'a page of any of the artist''s events has ever linked; event_related_artists has what each event''s page links to';

      alter table venues add column changed_at timestamptz;
      alter table artists add column changed_at timestamptz;
      comment on column venues.changed_at is
        'when what readers see of the venue last changed; null if it has not since it was stored';
      comment on column artists.changed_at is
        'when what readers see of the artist, with genres and relations of its own page, last changed; null if it has not';

      alter table events add column moved_from date;
      comment on column events.moved_from is 'the day on which the event was listed before; null if it never moved';
      alter table events rename column last_seen to last_written;
      comment on column events.last_written is
        'when a listing last wrote the row; an event that is listed again unchanged is not written';
      """, changing: ["artist_relations"])
}
