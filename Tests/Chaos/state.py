"""The contents of Postgres and Redis after runs, in a form that can be compared."""

from __future__ import annotations

import collections
import json
import re
from collections.abc import Collection, Iterable

from pipeline import Pipeline
from runs import InvariantViolation

# Columns that differ between two undisturbed runs are left out, or replaced by what must be true of them:
# - Row ids, and columns that refer to them: replaced by the content of the row that they refer to.
# - last_updated, last_geocoded, first_seen, last_written, scrape_time, listed_at, page_read_at, and TTLs: replaced by
#   whether they are set, are in order, and refer to a load of the row's date. (page_read_at is left out: an
#   unchanged row keeps its old value, which may be null.)
# - Single loads, and raw_key: a repeated run has more loads, with nothing new. Only their sums are compared; checks.py
#   checks that their documents are in S3. For the same reason, rejections resolved by an equal rejection are left out.
# - etl_runs and etl_failures: they describe single runs; checks.py compares them with the result of each run.
# Rows that belong to a date carry it, so that single dates can be compared.
QUERY = """
select 'venues', null::date, to_jsonb(v) - '{id,last_updated,last_geocoded,listed_at,page_read_at,changed_at}'::text[]
  || jsonb_build_object('updated', last_updated is not null, 'listed', listed_at is not null) from venues v
union all select 'artists', null::date, to_jsonb(a) - '{id,page_read_at,changed_at}'::text[] from artists a
union all select 'genres', null::date, to_jsonb(g) - '{id}'::text[] from genres g
union all select 'events', e.event_date,
  to_jsonb(e) - '{id,venue_id,artist_id,last_updated,first_seen,last_written,moved_from,scrape_time,load_id}'::text[]
    || jsonb_build_object('venue', v.wwoz_venue_href, 'artist', a.name, 'scraped', scrape_time is not null,
      'seen', first_seen <= last_written and last_written <= e.last_updated,
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
union all select 'artist_relations', null::date, jsonb_build_array(a.name, b.name, r.from_event, r.from_artist)
  from artist_relations r left join artists a on a.id = r.artist_id left join artists b on b.id = r.related_artist_id
union all select 'event_related_artists', e.event_date, jsonb_build_array(e.wwoz_event_href, a.name, inherited)
  from event_related_artists j left join events e on e.id = j.event_id left join artists a on a.id = j.related_artist_id
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
CANCELLED_KEYS = "cancelled:"
SCRAPE_TIME = re.compile(r'(?<="scrape_time":")[^"]*')

Row = tuple[str, str, str]  # kind, date (empty if the row belongs to none), text


class State:
    """A multiset of rows."""

    def __init__(self, rows: Iterable[Row] | collections.Counter):
        self.rows = collections.Counter(rows)

    @classmethod
    def read(cls, pipeline: Pipeline) -> State:
        rows = [tuple(line.split("|", 2)) for line in pipeline.sql(QUERY).splitlines()]
        for key, value in pipeline.cached().items():
            expires = "it expires" if pipeline.redis.command_reply("PTTL", key) > 0 else "it never expires"
            rows += [
                ("cache", "", f"{key} {expires} {SCRAPE_TIME.sub('', value)}"),
            ]
            if key.startswith(CANCELLED_KEYS):
                rows.append(("cached cancelled events", key.removeprefix(CANCELLED_KEYS), cached_events(value)))
            else:
                rows.append(("cached events", key.removeprefix(KEYS), cached_events(value)))
        return cls(rows)

    def of(self, dates: Collection[str]) -> State:
        """Returns the rows that only these dates' documents determine.

        Venues and artists, and therefore the cached bytes, also depend on other dates. Of the cache, only the list of
        events remains.
        """
        return State({row: count for row, count in self.rows.items() if row[1] in dates})

    def without(self, kind: str) -> State:
        return State({row: count for row, count in self.rows.items() if row[0] != kind})

    def times(self) -> dict[str, list]:
        """Returns the events of each cached date, with their times."""
        days = {date: json.loads(text) for kind, date, text in self.rows if kind == "cached events"}
        return {date: [event for event, _ in day] for date, day in days.items()}

    def expect(self, found: State) -> None:
        """Raises InvariantViolation if `found` differs from this state."""
        lost, gained = list((self.rows - found.rows).elements()), list((found.rows - self.rows).elements())
        if lost or gained:
            shown = [f"- {' '.join(row)[:400]}" for row in sorted(lost)[:3]]
            shown += [f"+ {' '.join(row)[:400]}" for row in sorted(gained)[:3]]
            raise InvariantViolation(
                f"{len(lost)} rows of the baseline are missing, and {len(gained)} rows are unexpected:\n"
                + "\n".join(shown)
            )


def cached_events(value: str) -> str:
    """Returns a cached day's events as JSON: address, time and description. Other documents do not affect these."""
    records = json.loads(value)
    events = [(each["event_data"]["wwoz_event_href"], each["performance_time"]) for each in records]
    descriptions = [each["event_data"]["description"] for each in records]
    return json.dumps(sorted(zip(events, descriptions, strict=True)), ensure_ascii=False)
