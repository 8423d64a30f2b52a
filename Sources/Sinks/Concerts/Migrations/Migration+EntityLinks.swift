import Ledger

extension Migration {
  /// Keeps which artists and venues of two sources are one. A row is a pair with its score; nothing is merged, and what
  /// a person decides stays.
  static let entityLinks = Migration(
    version: 15, name: "entity links", script: [linkTable, comparisonTable, linkView].joined(separator: "\n"))

  /// Lets a pair be found by its address, although the points of its venues disagree.
  static let linksByAddress = Migration(
    version: 18, name: "links by address",
    script: """
      alter table entity_links drop constraint entity_links_method_check,
        add constraint entity_links_method_check check (method in ('equal', 'fuzzy', 'place', 'address', 'manual'));
      comment on column entity_links.method is \(linkMethods);
      comment on column entity_link_states.method is \(linkMethods);
      """)

  private static let linkMethods = """
    'equal: the same words; fuzzy: alike words; place: alike words at one address or point; \
    address: at one address, although the points are far apart; manual: a person named the pair'
    """

  private static let linkTable = """
    create table entity_links (
      entity text not null check (entity in ('artist', 'venue')),
      left_source text not null,
      left_id text not null,
      right_source text not null,
      right_id text not null,
      score double precision not null check (score between 0 and 1),
      method text not null check (method in ('equal', 'fuzzy', 'place', 'manual')),
      verdict text check (verdict in ('same', 'different')),
      decided_by text,
      decided_at timestamptz,
      first_seen timestamptz not null default now(),
      last_seen timestamptz not null default now(),
      primary key (entity, left_source, left_id, right_source, right_id),
      check ((verdict is null) = (decided_at is null)),
      check (verdict is not null or decided_by is null)
    );
    create index entity_links_right_index on entity_links (entity, right_source, right_id);
    comment on table entity_links is
      'pairs of artists or venues of two sources that may be one, with a score and what a person decided';
    comment on column entity_links.entity is 'artist or venue';
    comment on column entity_links.left_source is 'the source of the tables artists and venues';
    comment on column entity_links.left_id is 'artists.id or venues.id, as a text';
    comment on column entity_links.right_source is 'the source of the row of the catalog: ticketmaster or spotify';
    comment on column entity_links.right_id is 'catalog.artists.artist_id or catalog.venues.venue_id';
    comment on column entity_links.score is 'the confidence that both are one, 0 to 1, when they were last compared';
    comment on column entity_links.method is
      'equal: the same words; fuzzy: alike words; place: alike words at one address; manual: a person named the pair';
    comment on column entity_links.verdict is
      'same or different: what a person decided, which no comparison replaces; null if nobody has';
    comment on column entity_links.decided_by is 'who decided it';
    comment on column entity_links.decided_at is 'when it was decided; null without a verdict';
    comment on column entity_links.first_seen is 'when the pair was first found';
    comment on column entity_links.last_seen is 'when the pair was last compared, which happens when either side changes';
    """

  private static let comparisonTable = """
    create table entity_comparisons (
      entity text not null check (entity in ('artist', 'venue')),
      source text not null,
      id text not null,
      fingerprint text not null,
      compared_at timestamptz not null default now(),
      primary key (entity, source, id)
    );
    comment on table entity_comparisons is
      'the artists and venues that were compared with those of other sources, so that only what changed is compared again';
    comment on column entity_comparisons.entity is 'artist or venue';
    comment on column entity_comparisons.source is 'the entity''s source';
    comment on column entity_comparisons.id is 'the entity''s id, as entity_links has it';
    comment on column entity_comparisons.fingerprint is
      'MD5 of what was compared, and of the version of the rules; another one is compared again';
    comment on column entity_comparisons.compared_at is 'when it was last compared';
    """

  /// The number 0.85 is `LinkScore.link`. Artists of one name are told apart by nothing that is stored, so that two
  /// that are as good, on either side, are a person's to decide, and once one is decided no other one is linked; two such
  /// venues are one place that the source has twice.
  private static let linkView = """
    create view entity_link_states as
      select entity, left_source, left_id, right_source, right_id, score, method, verdict, decided_by, decided_at,
        first_seen, last_seen, best, rivals,
        case
          when verdict is not null then verdict
          when score < 0.85 or best - score > 0.04 then 'doubtful'
          when entity = 'artist' and (rivals > 1 or is_decided) then 'doubtful'
          else 'linked'
        end as state
      from (
        select e.*,
          greatest(max(score) filter (where verdict is distinct from 'different') over of_left,
            max(score) filter (where verdict is distinct from 'different') over of_right) as best,
          greatest(count(*) filter (where verdict is distinct from 'different') over (of_left
              order by score range between 0.04 preceding and 0.04 following),
            count(*) filter (where verdict is distinct from 'different') over (of_right
              order by score range between 0.04 preceding and 0.04 following)) as rivals,
          coalesce(bool_or(verdict = 'same') over of_left, false)
            or coalesce(bool_or(verdict = 'same') over of_right, false) as is_decided
        from entity_links e
        window of_left as (partition by entity, left_source, left_id, right_source),
          of_right as (partition by entity, right_source, right_id, left_source)
      ) l;
    comment on view entity_link_states is
      'entity_links with state: same or different by a person''s verdict; linked: a score of 0.85 or more, and no better pair of either; else doubtful';
    do $$
    declare
      c record;
    begin
      for c in
        select attname, col_description(attrelid, attnum) as text from pg_attribute
        where attrelid = 'entity_links'::regclass and attnum > 0 and not attisdropped
      loop
        execute format('comment on column entity_link_states.%I is %L', c.attname, c.text);
      end loop;
    end $$;
    comment on column entity_link_states.state is
      'same or different: a person''s verdict; linked: the score says so; doubtful: for a person to decide';
    comment on column entity_link_states.best is 'the greatest score of either entity in the source of the other';
    comment on column entity_link_states.rivals is 'the pairs of one entity in the source of the other with about this score, of either the more';
    """
}
