"""What a night leaves in Postgres and Redis, in a form in which two nights can be compared."""

import collections
import json
import re

from .pipeline import Loss

# Left out is what differs between two undisturbed nights, too: the numbers that tables give their rows (what they lead
# to stands in their place), when a row was written or its page read, and which load wrote it.
QUERY = """
with rows (kind, line) as (
  select 'venues', to_jsonb(v) - '{id,last_updated,listed_at,page_read_at}'::text[] from venues v
  union all select 'artists', to_jsonb(a) - '{id,page_read_at}'::text[] from artists a
  union all select 'genres', to_jsonb(g) - '{id}'::text[] from genres g
  union all select 'events',
    to_jsonb(e) - '{id,venue_id,artist_id,last_updated,first_seen,last_seen,scrape_time,load_id}'::text[]
      || jsonb_build_object('venue', v.wwoz_venue_href, 'artist', a.name)
    from events e left join venues v on v.id = e.venue_id left join artists a on a.id = e.artist_id
  union all select 'venue_artists', jsonb_build_array(v.name, v.wwoz_venue_href, a.name)
    from venue_artists j left join venues v on v.id = j.venue_id left join artists a on a.id = j.artist_id
  union all select 'venue_genres', jsonb_build_array(v.name, v.wwoz_venue_href, g.name)
    from venue_genres j left join venues v on v.id = j.venue_id left join genres g on g.id = j.genre_id
  union all select 'artist_genres', jsonb_build_array(a.name, g.name)
    from artist_genres j left join artists a on a.id = j.artist_id left join genres g on g.id = j.genre_id
  union all select 'event_genres', jsonb_build_array(e.wwoz_event_href, e.event_date, g.name)
    from event_genres j left join events e on e.id = j.event_id left join genres g on g.id = j.genre_id
  union all select 'artist_relations', jsonb_build_array(a.name, b.name, r.from_event)
    from artist_relations r left join artists a on a.id = r.artist_id left join artists b on b.id = r.related_artist_id
  union all select 'loads', jsonb_build_object('date', event_date, 'new', sum(records_new),
    'changed', sum(records_changed), 'cancelled', sum(records_cancelled), 'found', max(records_found))
    from loads group by event_date
  union all select 'rejected_records', jsonb_build_array(event_date, reason, href, record)
    from rejected_records where resolved_at is null
)
select kind, line from rows order by 1, 2::text
"""
KEYS = "events:"
SCRAPE_TIME = re.compile(r'(?<="scrape_time":")[^"]*')


class State:
    def __init__(self, lines):
        self.lines = collections.Counter(lines)

    @classmethod
    def read(cls, pipeline):
        lines = pipeline.sql(QUERY).splitlines()
        for key in sorted(pipeline.redis.command_reply("KEYS", KEYS + "*")):
            value = pipeline.redis.command_reply("GET", key.decode())
            lines.append(f"{key.decode()}|{SCRAPE_TIME.sub('', value.decode())}")
        return cls(lines)

    def shows(self):
        """How many shows each date has in the cache."""
        pairs = (line.removeprefix(KEYS).split("|", 1) for line in self.lines if line.startswith(KEYS))
        return {date: len(json.loads(value)) for date, value in pairs}

    def expect(self, found):
        """That the other state is this one."""
        lost, gained = list((self.lines - found.lines).elements()), list((found.lines - self.lines).elements())
        if lost or gained:
            shown = [f"- {line[:300]}" for line in sorted(lost)[:3]]
            shown += [f"+ {line[:300]}" for line in sorted(gained)[:3]]
            raise Loss(
                f"{len(lost)} rows of the undisturbed night are not there, and {len(gained)} others are:\n"
                + "\n".join(shown)
            )
