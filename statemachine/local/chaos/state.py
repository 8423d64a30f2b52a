"""What nights leave in Postgres and Redis, in a form in which it can be compared."""

import collections
import json
import re

from .nights import Loss

# Left out, because it differs between two undisturbed nights, too:
# - id and all that refers to one: numbers that tables give their rows. What they lead to stands in their place.
# - last_updated, first_seen, last_seen, scrape_time, listed_at, page_read_at, and TTLs: when something was read or
#   written. In their place stands what must be true of them: that they are there, in order, and lead to a load of the
#   row's date. (Of page_read_at nothing must: a row that does not change keeps the time that it had, or none.)
# - loads one by one, and raw_key: a night that is run again has more of them, with nothing new. Their sums stand here;
#   that their documents are in S3 is for checks.py. Of rejections those that were resolved by a like rejection stay
#   out for the same reason.
# - etl_runs and etl_failures: they tell of single nights, and checks.py compares them with what became of the night.
# Rows of a date carry it, so that dates can be compared by themselves.
QUERY = """
select 'venues', null::date, to_jsonb(v) - '{id,last_updated,listed_at,page_read_at}'::text[]
  || jsonb_build_object('updated', last_updated is not null, 'listed', listed_at is not null) from venues v
union all select 'artists', null::date, to_jsonb(a) - '{id,page_read_at}'::text[] from artists a
union all select 'genres', null::date, to_jsonb(g) - '{id}'::text[] from genres g
union all select 'events', e.event_date,
  to_jsonb(e) - '{id,venue_id,artist_id,last_updated,first_seen,last_seen,scrape_time,load_id}'::text[]
    || jsonb_build_object('venue', v.wwoz_venue_href, 'artist', a.name, 'scraped', scrape_time is not null,
      'seen', first_seen <= last_seen and last_seen <= e.last_updated,
      'loaded', exists (select from loads l where l.id = e.load_id and l.event_date = e.event_date))
  from events e left join venues v on v.id = e.venue_id left join artists a on a.id = e.artist_id
union all select 'venue_artists', null::date, jsonb_build_array(v.name, v.wwoz_venue_href, a.name)
  from venue_artists j left join venues v on v.id = j.venue_id left join artists a on a.id = j.artist_id
union all select 'venue_genres', null::date, jsonb_build_array(v.name, v.wwoz_venue_href, g.name)
  from venue_genres j left join venues v on v.id = j.venue_id left join genres g on g.id = j.genre_id
union all select 'artist_genres', null::date, jsonb_build_array(a.name, g.name)
  from artist_genres j left join artists a on a.id = j.artist_id left join genres g on g.id = j.genre_id
union all select 'event_genres', e.event_date, jsonb_build_array(e.wwoz_event_href, g.name)
  from event_genres j left join events e on e.id = j.event_id left join genres g on g.id = j.genre_id
union all select 'artist_relations', null::date, jsonb_build_array(a.name, b.name, r.from_event)
  from artist_relations r left join artists a on a.id = r.artist_id left join artists b on b.id = r.related_artist_id
union all select 'loads', event_date, jsonb_build_object('new', sum(records_new), 'changed', sum(records_changed),
  'cancelled', sum(records_cancelled), 'found', max(records_found), 'rejected', max(records_rejected),
  'listed', bool_and(listed_at is not null)) from loads group by event_date
union all select 'rejected_records', event_date, jsonb_build_array(reason, href, record,
  exists (select from loads l where l.id = load_id and l.raw_key = r.raw_key))
  from rejected_records r where resolved_at is null
union all (select distinct 'resolved', event_date, jsonb_build_array(href, resolution)
  from rejected_records where resolution in ('loaded', 'not listed'))
"""
KEYS = "events:"
SCRAPE_TIME = re.compile(r'(?<="scrape_time":")[^"]*')


class State:
    """A bag of rows: kind, date or nothing, text."""

    def __init__(self, rows):
        self.rows = collections.Counter(rows)

    @classmethod
    def read(cls, pipeline):
        rows = [tuple(line.split("|", 2)) for line in pipeline.sql(QUERY).splitlines()]
        for key, value in pipeline.cached().items():
            expires = "it expires" if pipeline.redis.command_reply("PTTL", key) > 0 else "it never expires"
            rows += [
                ("cache", "", f"{key} {expires} {SCRAPE_TIME.sub('', value)}"),
                ("shows", key.removeprefix(KEYS), shows(value)),
            ]
        return cls(rows)

    def of(self, dates):
        """What the dates' own documents have told. Of their venues and acts, and so of the cached bytes, other dates
        tell, too; of the cache only the shows are left."""
        return State({row: count for row, count in self.rows.items() if row[1] in dates})

    def without(self, kind):
        return State({row: count for row, count in self.rows.items() if row[0] != kind})

    def times(self):
        """Of each cached date, when which shows are."""
        days = {date: json.loads(text) for kind, date, text in self.rows if kind == "shows"}
        return {date: [told for told, _ in day] for date, day in days.items()}

    def expect(self, found):
        """That the other state is this one."""
        lost, gained = list((self.rows - found.rows).elements()), list((found.rows - self.rows).elements())
        if lost or gained:
            shown = [f"- {' '.join(row)[:400]}" for row in sorted(lost)[:3]]
            shown += [f"+ {' '.join(row)[:400]}" for row in sorted(gained)[:3]]
            raise Loss(
                f"{len(lost)} rows of the undisturbed night are not there, and {len(gained)} others are:\n"
                + "\n".join(shown)
            )


def shows(value):
    """Of a cached day: which shows, when, and what their own pages tell of them."""
    records = json.loads(value)
    told = [(each["event_data"]["wwoz_event_href"], each["performance_time"]) for each in records]
    texts = [each["event_data"]["description"] for each in records]
    return json.dumps(sorted(zip(told, texts, strict=True)), ensure_ascii=False)
