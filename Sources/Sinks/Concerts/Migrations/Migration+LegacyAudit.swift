import Ledger

extension Migration {
  /// Records which rows of a legacy database step 1 merges, sets to null and removes, and why. It counts with the step's
  /// own conditions, which `legacyRepairs` and `loaderAdditions` have.
  static let legacyAudit = MigrationAudit(before: countedBefore, after: countedAfter)

  private static let countedBefore = """
    create temporary table rows_before (entity text, id bigint, name text, has_time boolean) on commit drop;
    do $$
    declare
      entity text;
      attribute text;
      link record;
      found bigint;
      names text[];
      columns text[];
    begin
      foreach entity in array array['venues', 'artists', 'genres', 'events'] loop
        continue when to_regclass(entity) is null;
        columns := array(select attname from pg_attribute
          where attrelid = to_regclass(entity) and attnum > 0 and not attisdropped);
        attribute := case entity when 'events' then 'wwoz_event_href' else 'name' end;
        execute format('insert into rows_before select %L, id, %s, %s from %I', entity,
          case when attribute = any (columns) then quote_ident(attribute) else 'null' end,
          case when entity = 'events' and 'performance_time' = any (columns) then 'performance_time is not null'
            else 'false' end, entity);
        for attribute in
          select column_name from information_schema.columns
          where table_schema = current_schema and table_name = entity and is_nullable = 'YES'
            and data_type in ('text', 'character varying') and column_name not like '%embedding%'
          order by ordinal_position
        loop
          execute format('select count(*) from %1$I where %2$I = ''''', entity, attribute) into found;
          if found > 0 then
            insert into migration_changes (action, place, rows, reason, examples)
            values ('set to null', entity || '.' || attribute, found, 'the text was empty', '{}');
          end if;
        end loop;
        if entity = 'artists' and 'description' = any (columns) then
          select count(*), (array_agg(name order by name))[1:5] into found, names
          from artists where description = 'lorum ipsum';
          if found > 0 then
            insert into migration_changes (action, place, rows, reason, examples)
            values ('set to null', 'artists.description', found, 'the legacy system made up the text ''lorum ipsum''', names);
          end if;
        end if;
      end loop;

      for link in
        select * from (values
          ('venue_artists', 'venue_id', 'venues', 'artist_id', 'artists'),
          ('venue_genres', 'venue_id', 'venues', 'genre_id', 'genres'),
          ('artist_genres', 'artist_id', 'artists', 'genre_id', 'genres'),
          ('event_genres', 'event_id', 'events', 'genre_id', 'genres'),
          ('artist_relations', 'artist_id', 'artists', 'related_artist_id', 'artists')
        ) as links (name, one, one_entity, other, other_entity)
      loop
        continue when to_regclass(link.name) is null;
        execute format('select count(*) from %1$I j where not exists (select from %3$I where id = j.%2$I)
            or not exists (select from %5$I where id = j.%4$I)
            or exists (select from %1$I k where k.%2$I = j.%2$I and k.%4$I = j.%4$I and k.ctid < j.ctid)
            or (%6$L = ''artist_relations'' and j.%2$I = j.%4$I)',
          link.name, link.one, link.one_entity, link.other, link.other_entity, link.name) into found;
        if found > 0 then
          insert into migration_changes (action, place, rows, reason, examples) values
            ('removed', link.name, found, 'the row was there twice, or led to a missing row or to itself', '{}');
        end if;
      end loop;

      for link in select * from (values ('venue_id', 'venues'), ('artist_id', 'artists')) as x (attribute, entity) loop
        continue when to_regclass(link.entity) is null or not exists (select from pg_attribute
          where attrelid = to_regclass('events') and attname = link.attribute);
        execute format('select count(*), (array_agg(name))[1:5] from events e join rows_before b
            on b.entity = ''events'' and b.id = e.id
            where %1$I is not null and not exists (select from %2$I where id = e.%1$I)',
          link.attribute, link.entity) into found, names;
        if found > 0 then
          insert into migration_changes (action, place, rows, reason, examples)
          values ('set to null', 'events.' || link.attribute, found, 'there is no such row in ' || link.entity, names);
        end if;
      end loop;
    end $$;
    """

  private static let countedAfter = """
    insert into migration_changes (action, place, rows, reason, examples)
      select 'merged', entity, count(*),
        'another row is of the same '
          || case entity when 'venues' then 'address on the site, or name' when 'events' then 'address on the site'
            else 'name' end,
        (array_agg(distinct name) filter (where name is not null))[1:5]
      from rows_before b
      where case entity when 'venues' then not exists (select from venues where id = b.id)
        when 'artists' then not exists (select from artists where id = b.id)
        when 'genres' then not exists (select from genres where id = b.id)
        else not exists (select from events where id = b.id) end
      group by entity order by entity;
    insert into migration_changes (action, place, rows, reason, examples)
      select 'set to null', 'events.performance_time', count(*),
        'midnight is the legacy system''s form of a day without a time; event_date has the day',
        (array_agg(name order by name) filter (where name is not null))[1:5]
      from rows_before b join events e using (id)
      where b.entity = 'events' and b.has_time and e.performance_time is null
      having count(*) > 0;
    update migration_changes set examples = '{}' where examples is null;
    drop table rows_before;
    """
}
