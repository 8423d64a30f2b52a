import Ledger

extension Migration {
  /// Removes duplicates, empty texts and dangling references that the legacy system left behind.
  static let legacyRepairs = """
    -- Text has no limit. Empty text is null, and so is the description that system 000 made up.
    do $$
    declare
      entity text;
      attribute text;
      assignments text;
      listing text;
    begin
      foreach entity in array array['venues', 'artists', 'genres', 'events'] loop
        for attribute in
          select column_name from information_schema.columns
          where table_schema = current_schema and table_name = entity and character_maximum_length is not null
            and column_name not like '%embedding%'
        loop
          execute format('alter table %I alter column %I type text', entity, attribute);
        end loop;
        select
          string_agg(format('%1$I = nullif(%1$I, '''')', column_name), ', '),
          string_agg(quote_ident(column_name), ', ')
        into assignments, listing
        from information_schema.columns
        where table_schema = current_schema and table_name = entity and is_nullable = 'YES'
          and data_type in ('text', 'character varying') and column_name not like '%embedding%';
        execute format('update %I set %s where '''' in (%s)', entity, assignments, listing);
      end loop;
    end $$;
    update artists set description = null where description = 'lorum ipsum';

    -- Joins: none twice, none that leads nowhere.
    do $$
    declare
      link record;
    begin
      for link in
        select * from (values
          ('venue_artists', 'venue_id', 'venues', 'artist_id', 'artists'),
          ('venue_genres', 'venue_id', 'venues', 'genre_id', 'genres'),
          ('artist_genres', 'artist_id', 'artists', 'genre_id', 'genres'),
          ('event_genres', 'event_id', 'events', 'genre_id', 'genres'),
          ('artist_relations', 'artist_id', 'artists', 'related_artist_id', 'artists')
        ) as links (name, one, one_entity, other, other_entity)
      loop
        execute format('delete from %1$I j where not exists (select from %3$I where id = j.%2$I)
            or not exists (select from %5$I where id = j.%4$I)
            or exists (select from %1$I k where k.%2$I = j.%2$I and k.%4$I = j.%4$I and k.ctid < j.ctid)',
          link.name, link.one, link.one_entity, link.other, link.other_entity);
        if not exists (
          select from pg_constraint where conrelid = link.name::regclass and contype = 'p'
        ) then
          execute format('alter table %I add primary key (%I, %I)', link.name, link.one, link.other);
        end if;
      end loop;
    end $$;
    update events e set venue_id = null
    where venue_id is not null and not exists (select from venues where id = e.venue_id);
    update events e set artist_id = null
    where artist_id is not null and not exists (select from artists where id = e.artist_id);

    -- Entities that are stored more than once become one, which keeps every value that any of them has. What refers
    -- to the others, in whatever table, refers to it from then on.
    alter table venues add column source text not null default 'wwoz';
    alter table events add column source text not null default 'wwoz';

    create function pg_temp.merge(entity text, identity text, preference text) returns void language plpgsql as $$
    declare
      attribute text;
      reference record;
      place record;
    begin
      execute format('create temporary table doubles on commit drop as
        select id, survivor from (
          select id, first_value(id) over (partition by identity order by %s, id) as survivor
          from (select *, %s as identity from %I t) s
          where identity is not null
        ) s where id <> survivor', preference, identity, entity);
      if not exists (select from doubles) then
        drop table doubles;
        return;
      end if;
      for attribute in
        select column_name from information_schema.columns
        where table_schema = current_schema and table_name = entity and is_nullable = 'YES' and is_generated = 'NEVER'
          and column_name not like '%embedding%'
      loop
        execute format('update %1$I t set %2$I = d.value
          from (
            select distinct on (survivor) survivor, %2$I as value from doubles join %1$I using (id)
            where %2$I is not null order by survivor, id
          ) d
          where t.id = d.survivor and t.%2$I is null', entity, attribute);
      end loop;
      for reference in
        select table_name as name, column_name as attribute from (values
          ('events', 'venue_id', 'venues'), ('events', 'artist_id', 'artists'),
          ('venue_artists', 'venue_id', 'venues'), ('venue_artists', 'artist_id', 'artists'),
          ('venue_genres', 'venue_id', 'venues'), ('venue_genres', 'genre_id', 'genres'),
          ('artist_genres', 'artist_id', 'artists'), ('artist_genres', 'genre_id', 'genres'),
          ('event_genres', 'event_id', 'events'), ('event_genres', 'genre_id', 'genres'),
          ('artist_relations', 'artist_id', 'artists'), ('artist_relations', 'related_artist_id', 'artists')
        ) as known (table_name, column_name, entity_name)
        where entity_name = entity
        union
        select c.conrelid::regclass::text, a.attname
        from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
        where c.contype = 'f' and c.confrelid = entity::regclass and cardinality(c.conkey) = 1
      loop
        for place in
          execute format('select r.ctid as row, d.survivor from %s r join doubles d on d.id = r.%I',
            reference.name, reference.attribute)
        loop
          begin
            execute format('update %s set %I = $1 where ctid = $2', reference.name, reference.attribute)
              using place.survivor, place.row;
          exception when unique_violation then
            -- The survivor has that reference already.
            execute format('delete from %s where ctid = $1', reference.name) using place.row;
          end;
        end loop;
      end loop;
      execute format('delete from %I where id in (select id from doubles)', entity);
      drop table doubles;
    end $$;

    select pg_temp.merge('genres', 'name', 'true'), pg_temp.merge('artists', 'name', 'true');
    -- A venue seen again in a run was stored a second time, without its address: the one that has it survives. A
    -- venue without a page is the one of its name that has one, if any.
    select pg_temp.merge('venues',
      'coalesce(wwoz_venue_href, (select min(wwoz_venue_href) from venues o where o.name = t.name), ''name '' || name)',
      'thoroughfare is null, full_address is null');
    select pg_temp.merge('events', 'wwoz_event_href', 'performance_time is null');
    drop function pg_temp.merge;
    delete from artist_relations where artist_id = related_artist_id;
    """

  /// Replaces the legacy system's keys.
  static let legacyKeys = """
    -- The keys. System 000's on venues are dropped, whatever they are called: one address may change its name.
    do $$
    declare
      key record;
    begin
      for key in
        select i.indexrelid::regclass::text as index_name, c.conname, i.indrelid::regclass::text as table_name
        from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = i.indrelid
        where i.indisunique and not i.indisprimary and i.indrelid in ('venues'::regclass, 'events'::regclass)
          and (select array_agg(a.attname::text order by a.attname) from pg_attribute a
            where a.attrelid = i.indrelid and a.attnum = any (i.indkey))
            in (array['name'], array['full_address', 'name'], array['wwoz_venue_href'], array['wwoz_event_href'])
      loop
        if key.conname is null then
          execute format('drop index %s', key.index_name);
        else
          execute format('alter table %s drop constraint %I', key.table_name, key.conname);
        end if;
      end loop;
    end $$;

    do $$
    declare
      entity text;
      link record;
    begin
      foreach entity in array array['genres', 'artists'] loop
        if not exists (
          select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
          where i.indrelid = entity::regclass and i.indisunique and i.indisvalid and i.indpred is null
            and i.indnatts = 1 and a.attname = 'name'
        ) then
          execute format('alter table %I add unique (name)', entity);
        end if;
      end loop;
      for link in
        select * from (values
          ('venue_artists', 'venue_id', 'venues', 'cascade'), ('venue_artists', 'artist_id', 'artists', 'cascade'),
          ('venue_genres', 'venue_id', 'venues', 'cascade'), ('venue_genres', 'genre_id', 'genres', 'cascade'),
          ('artist_genres', 'artist_id', 'artists', 'cascade'), ('artist_genres', 'genre_id', 'genres', 'cascade'),
          ('event_genres', 'event_id', 'events', 'cascade'), ('event_genres', 'genre_id', 'genres', 'cascade'),
          ('artist_relations', 'artist_id', 'artists', 'cascade'),
          ('artist_relations', 'related_artist_id', 'artists', 'cascade'),
          ('events', 'artist_id', 'artists', 'no action'), ('events', 'venue_id', 'venues', 'no action')
        ) as links (name, attribute, entity, on_delete)
      loop
        if not exists (
          select from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
          where c.conrelid = link.name::regclass and c.contype = 'f' and cardinality(c.conkey) = 1
            and a.attname = link.attribute
        ) then
          execute format('alter table %I add foreign key (%I) references %I (id) on delete %s',
            link.name, link.attribute, link.entity, link.on_delete);
        end if;
      end loop;
    end $$;

    create unique index venues_source_href_key on venues (source, wwoz_venue_href);
    create index venues_source_name_index on venues (source, name);
    create unique index venues_source_name_key on venues (source, name) where wwoz_venue_href is null;
    create unique index events_source_href_key on events (source, wwoz_event_href);
    create index if not exists ix_venue_artist_artist_id on venue_artists (artist_id);
    create index if not exists ix_venue_genre_genre_id on venue_genres (genre_id);
    create index if not exists ix_artist_genre_genre_id on artist_genres (genre_id);
    create index if not exists ix_event_genre_genre_id on event_genres (genre_id);
    create index if not exists ix_artist_relation_related_artist_id on artist_relations (related_artist_id);
    """
}
