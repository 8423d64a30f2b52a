#!/usr/bin/python3
"""A small listings site to run the pipeline against without the internet: WWOZ's markup with invented content.

  sample_site.py --port P [--latency-ms MS] [--log FILE] [--changes FILE]

  /calendar/livewire-music?date=YYYY-MM-DD   the events of any date, by venue (today's without a date)
  /organizations/SLUG  /events/ID  /artists/SLUG  /robots.txt
  /samples/DATASET/…                         the samples of the other datasets (sample_files.py)

The same address always has the same page, today and in ten years: everything is derived from the address by hashing.
Venues and artists recur on many dates. The first Tuesday of a month has no events. ETag and If-None-Match, gzip and
keep-alive work. --log appends a line of JSON for each request. --changes is a file that is read for each request, and
need not be there: other streets of venues and other texts of artists, by their names, as if the source had:

    {"Paper Moon": {"street": "14 Lagniappe Loop"}, "Hattie Lune": {"text": "Now with a second violin."}}

or another edition of a sample's posts (sample_posts.py): {"invictus_wod": {"edition": 1}}

Programs that import this module can serve further editions of the site, by number: in each some events are missing,
some are earlier, some have rows that are not events, and some pages have other content. Edition 0 is the one above.
"""

import argparse
import datetime
import gzip
import hashlib
import html
import json
import re
import sys
import threading
import time
import zoneinfo
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import sample_files

ZONE = zoneinfo.ZoneInfo("America/Chicago")
FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)

# name, street, postal code, telephone, whether it has a website, status; None: the page does not show it.
VENUES = [
    ("Alder & Ash Listening Room", "412 Poplar Walk", "70117", "(504) 555-0101", True, "Active"),
    ("Bayou Lantern, The", "1820 Canal Lantern Row", "70119", "(504) 555-0102", True, "Active"),
    ("Café Rosalie", "77 Rue Petite", "70130", "(504) 555-0103", False, "Active"),
    ("Copper Kettle", "3009 Foundry St", "70115", None, True, "Active"),
    ('Dizzy\'s "Back Porch" Bar', "640 Elder St", "70116", "(504) 555-0105", True, None),
    ("Fig Tree Courtyard (OUTDOORS)", "15 Fig Alley", "70118", "(504) 555-0106", False, "Active"),
    ("Gaslight Ballroom", "2200 Gaslight Ave", "70113", "(504) 555-0107", True, "Active"),
    ("Heron Landing (OUTDOORS)", "1 Levee Road", "70124", None, False, "Active"),
    ("House of Tin", "908 Tinsmith Ct", "70117", "(504) 555-0109", True, "Active"),
    ("Julep Room, The", "301 Mint Street", "70130", "(504) 555-0110", True, "Active"),
    ("Kingfisher Lounge", "4415 Feather Blvd", "70122", "(504) 555-0111", False, None),
    ("Magnolia Social & Pleasure Hall", "1234 Magnolia Bend", "70113", "(504) 555-0112", False, "Active"),
    ("Night Market Stage", "55 Market Arcade", "70112", None, True, "Active"),
    ("Old Ferry Inn", "9 Ferry Stairs", "70114", "(504) 555-0114", True, "Inactive"),
    ("Paper Moon", "2717 Crescent Way", "70115", "(504) 555-0115", True, "Active"),
    ("Quarter Note, The", "818 Half Rest Lane", "70116", "(504) 555-0116", True, "Active"),
    ("Salt & Cypress", "3660 Cypress Knee Dr", "70118", "(504) 555-0117", False, "Active"),
    ("Second Line Records", "1001 Parade Street", "70119", "(504) 555-0118", True, "Active"),
    (".Streaming Only", None, None, None, False, None),
    ("Tin Roof “Sessions”", "230 Corrugated St", "70117", None, True, "Active"),
    ("Union Street Gardens (Outdoors)", "500 Union Square", "70112", "(504) 555-0121", False, "Active"),
    ("Velvet Pelican", "16 Pelican Passage", "70116", "(504) 555-0122", True, "Active"),
]
GENRES = [
    "Traditional Jazz", "Modern Jazz", "Brass Band", "Funk", "Blues", "R&B", "Zydeco", "Cajun", "Soul", "Folk", "Latin",
]  # fmt: skip
ARTISTS = [
    "Ada Broussard Trio", "Bent Note Society", "Big Water Brass Band", "Blue Heron Stompers", "Calliope & Sons",
    "Camille Étienne", "Captain Odd's Washboard Revue", "Carnival of Crows", "Célestine & the Late Trams",
    "Chicory Street Ramblers", "Cousin Leopold", "Delphine Arceneaux Quartet", "Doc Tupelo", "Eight Mile Bayou",
    'Elodie "Honey" Marchand', "Fontaine Family Band", "Ghost Parade", "Gumbo Limbo Orchestra",
    "Half Past Midnight", "Hattie Lune", "Indigo Levee Syndicate", "Jack-in-the-Pulpit", "Josephine's Parlor",
    "King Cake Conspiracy", "La Lune Noire", "Lafitte Avenue Five", "Little Theo & the Oyster Knives",
    "Lost Umbrella Club", "Mirliton Quartet", "Miss Oleander", "Monsieur Papillon", "Nine Lives Brass Band",
    "Ozark Delacroix", "Paper Lantern Parade", "Pelican Post", "Praline Sisters", "Quiet Hill Pickers",
    "Rampart Row Rhythm", "Red Beans & Rhythm", "Rosette Guidry", "Sazerac Sound System",
    "Señor Magnolia y su Conjunto", "Sister Ruth's Tambourine Choir", "Smoky Mae", "Snapping Turtle Soup",
    "Spanish Moss Serenade", "St. Roch Irregulars", "Sugar Mill Five", "Tante Odile", "The Accidental Second Line",
    "The Bywater Planets", "The Riverbend Owls", "Three Keys to the Garden", "Tuba Thibodeaux",
    "Uncle Clem's Good Time Band", "Velma & the Voltage", "Wandering Zydeco Kings", "Willow & Bone",
    "Yellow Door Singers", "Zora Lagniappe",
]  # fmt: skip
# Starting times of sets, with their relative frequency.
TIMES = {
    "12:30am": 1, "10:00am": 1, "11:30am": 1, "1:00pm": 2, "2:30pm": 2, "4:00pm": 2, "5:00pm": 4, "6:00pm": 8,
    "7:00pm": 10, "8:00pm": 10, "9:00pm": 8, "10:00pm": 5, "11:59pm": 1,
}  # fmt: skip
WORDS = [
    "low lights",
    "a second set after the break",
    "red beans on the stove",
    "dancing encouraged",
    "a guest on trombone",
    "songs old and new",
]


def number(*parts):
    """Returns a pseudo-random number that depends only on the parts."""
    return int(hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:12], 16)


def pick(items, count, *parts):
    """Returns `count` different items in an order that depends only on the parts."""
    return sorted(items, key=lambda item: number(*parts, item))[:count]


def slug(name):
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("é", "e").replace("ñ", "n")).strip("-")


def website(name):
    return f"http://www.example.com/{slug(name)}"


VENUE_BY_SLUG = {slug(venue[0]): venue for venue in VENUES}
ARTIST_BY_SLUG = {slug(artist): artist for artist in ARTISTS}


def altered(edition, one_in, *parts):
    """True if the edition differs from edition 0 in this detail, as one in `one_in` details does."""
    return edition > 0 and number(edition, *parts) % one_in == 0


class Event:
    """One set. Its id contains date and position in the listing; like all ids of the source it is 1 modulo 5."""

    def __init__(self, date, position, venue, artist, minute, edition=0):
        self.id = (date.toordinal() * 100 + position) * 5 + 1
        self.is_listed = not altered(edition, 5, self.id, "gone")
        self.is_of_the_day = not altered(edition, 12, self.id, "other day")
        self.words = (self.id, edition) if altered(edition, 4, self.id, "words") else (self.id,)
        if altered(edition, 8, self.id, "earlier"):
            minute -= 30
        self.venue, self.artist, self.minute = venue, artist, minute
        self.time = f"{(minute // 60 - 1) % 12 + 1}:{minute % 60:02}{'am' if minute < 720 else 'pm'}"


def minutes(text):
    hour, minute = text[:-2].split(":")
    return int(hour) % 12 * 60 + int(minute) + (720 if text.endswith("pm") else 0)


def draw_time(*parts):
    rest = number(*parts) % sum(TIMES.values())
    for text, chance in TIMES.items():
        rest -= chance
        if rest < 0:
            return minutes(text)


def events(date, edition=0):
    """Returns the date's events, by venue and time: 10 to 20 venues with one to four sets each, or none. Events that
    the edition does not list are included, because their pages exist."""
    if date.weekday() == 1 and date.day <= 7:
        return []
    busy = date.weekday() >= 4
    venues = pick(VENUES, 10 + number(date, "venues") % 6 + (5 if busy else 0), date)
    rows = []
    for venue in sorted(venues, key=lambda venue: venue[0].lower()):
        sets = 1 + (number(date, venue[0], "sets") % 3 if busy else number(date, venue[0], "sets") % 5 // 3)
        artists = pick(ARTISTS, sets, date, venue[0])
        starts = {draw_time(date, venue[0], index) for index in range(sets)}
        if number(date, venue[0], "residency") % 12 == 0:  # one artist, several sets
            artists, starts = artists[:1] * 4, {1020, 1080, 1140, 1200}
        rows += [(venue, artist, start) for artist, start in zip(artists, sorted(starts), strict=False)]
    return [Event(date, position, *row, edition) for position, row in enumerate(rows)]


# ---- pages


def shell(title, content, classes):
    """Returns a whole page: the content within the source's surrounding markup, including its pitfalls for parsers."""
    return f"""<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8" />
<script>window.stats||(stats={{}});stats.loader=function(a,b){{if(a<b&&b>0){{return "<p class='truncate'>"}}}};</script>
<meta name="generator" content="Drupal 7 (http://drupal.org)" />
<title>{html.escape(title)} | Sample Listings</title>
<link rel="stylesheet" href="/style.css?a=1&b=2" />
</head>
<body class="html not-front not-logged-in no-sidebars {classes}" >
<div class="navbar"><ul class="menu nav">
  <li><a href="/calendar/livewire-music">Livewire</a></li>
  <li><a href="/search?type=venue&sort=name">Venues & Halls</a></li>
</ul></div>
<h2 class="page-title">
            {html.escape(title)}          </h2>
  <div class="region region-content">
    <section id="block-block-26" class="block block-block clearfix"> <h2 class="block-title"></h2>
      <h4 class="margin-vertical">Unless otherwise noted, live shows are indoors.</h4></section>
    <section id="block-system-main"
     class="block block-system clearfix">
        <h2 class="block-title">
          </h2>
{content}
</section>
  </div>
<footer class="footer"><p>Invented listings for trying things out. <br /> No such place, no such band.</p></footer>
</body>
</html>
"""


def listing(date, edition):
    before, after = date - datetime.timedelta(days=1), date + datetime.timedelta(days=1)
    panels = {}
    for event in events(date, edition):
        if event.is_listed:
            panels.setdefault(event.venue[0], []).append(event)
    return shell(
        "Livewire Music Calendar®",
        f"""  <div class="livewire-calendar">
  <div class="row margin-bottom-lg margin-top-md margin-horizontal-none">
    <div class="col-xs-1 livewire-sort-arrows">
      <a href="?date={before}"><i class="fa fa-arrow-left"></i></a></div>
    <div class="col-xs-10 text-center">
      <span class="livewire-sort-heading">
        Events by venue for
        <span class="heading-date">
          {date:%A}, {date:%B} {date.day}, {date.year}        </span>
      </span>
    </div>
    <div class="col-xs-1 pull-right livewire-sort-arrows">
      <a href="?date={after}"><i class="fa fa-arrow-right"></i></a></div>
  </div>
  <div class="row">
    <div class="margin-bottom-lg col-md-5 col-md-push-7 livewire-sidebar">
      <div class="text-center">
        <div class="panel panel-default">
          <div class="panel-body"> <div id="livewire-calendar-widget" data-current-date="{date}"></div> </div>
        </div>
      </div>
    </div>
    <div class="margin-bottom-lg col-md-7 col-md-pull-5 livewire-listing">
      <div class="">
{"".join(panel(date, name, rows) for name, rows in panels.items())}
      </div>
    </div>
  </div>
</div>""",
        "page-calendar page-calendar-livewire-music",
    )


# The source does not escape names in listings, and writes six spaces before </a>.
def panel(date, name, rows):
    return f"""              <div class="panel panel-default">
  <div class="panel-heading">
    <h3 class="panel-title">
      <a href="/organizations/{slug(name)}">
        {name}      </a>{"  "}
    </h3>
  </div>

  <div class="panel-body">
{"".join(row(date, event, last=event is rows[-1]) for event in rows)}
      </div>
</div>
"""


def row(date, event, last):
    if not event.is_of_the_day:
        date += datetime.timedelta(days=1)
    return f"""<div class="row">
  <div class="col-xs-2 calendar-page">
        <div class="month">
      {date:%b}    </div>


    <div class="day">
      {date.day}    </div>
      </div>


  <div class="col-xs-10 calendar-info">
    <p class="truncate">
      <a href="/events/{event.id}">
        {event.artist}      </a>
    </p>

    <p>
      {date:%A},  {date:%B} {date.day}
      at

      {event.time}    </p>

{"" if last else "          <hr />"}
      </div>
</div>
"""


def field(name, kind, content, label=None):
    if not content:
        return ""
    head = f'<div class="field-label">{label}:&nbsp;</div>' if label else ""
    look = "inline clearfix" if label else "hidden"
    return (
        f'<div class="field field-name-{name} field-type-{kind} field-label-{look}">{head}'
        f'<div class="field-items"><div class="field-item even">{content}</div></div></div>\n'
    )


def node(kind, title, *fields):
    content = f'<div class="node node-{kind} clearfix"><div class="content">\n{"".join(fields)}</div></div>'
    return shell(title, content, f"page-node node-type-{kind}")


def body(*paragraphs):
    text = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    return field("body", "text-with-summary", text)


def artist_links(artists):
    links = ", ".join(f'<a href="/artists/{slug(artist)}">{html.escape(artist)}</a>' for artist in artists)
    return links and f'<span class="textformatter-list">{links}</span>'


def venue_page(edition, changes, name, street, postal_code, telephone, has_website, status):
    street = changes.get(name, {}).get("street", street)
    if altered(edition, 3, name):
        telephone = f"(504) 555-1{edition:03}"
    address = street and (
        f'<div class="street-block"><div class="thoroughfare">{html.escape(street)}</div></div>'
        '<div class="addressfield-container-inline locality-block country-US">'
        '<span class="locality">New Orleans</span>, '
        f'<span class="state">LA</span> <span class="postal-code">{postal_code}</span></div>'
    )
    dial = telephone and f'<a href="tel:{telephone.replace(" ", "%20")}">{telephone}</a>'
    link = has_website and f'<a href="{website(name)}" target="_blank">{website(name)}</a>'
    return node(
        "organization",
        name,
        field("field-address", "addressfield", address),
        field("field-phone", "telephone", dial, "Phone"),
        field("field-url", "link-field", link, "Website"),
        field("field-organization-status", "list-text", status, "Status"),
    )


def event_page(event):
    words = pick(WORDS, 2, *event.words)
    text = [
        f"{html.escape(event.artist)} at {event.time}: {words[0]} &amp; {words[1]}. Café tables, tip the band.",
        "All ages &mdash; cash bar.",
    ]
    linked = [event.artist] if number(event.id, "own") % 5 else []  # some pages do not link to their own artist
    guests = pick([artist for artist in ARTISTS if artist != event.artist], number(event.id, "guests") % 2, event.id)
    return node(
        "event",
        event.artist,
        body(*text) if number(event.id, "text") % 4 else "",
        field("field-related-acts", "entityreference", artist_links(linked + guests), "Related Acts"),
    )


def artist_page(edition, changes, artist):
    seed = (artist, edition) if altered(edition, 3, artist) else (artist,)
    genres = pick(GENRES, 1 + number(artist, "genres") % 3, *seed)
    links = ", ".join(
        f'<a href="/taxonomy/term/{GENRES.index(genre) + 1}">{html.escape(genre)}</a>' for genre in genres
    )
    link = number(artist, "website") % 2 and f'<a href="{website(artist)}">{website(artist)}</a>'
    related = pick([other for other in ARTISTS if other != artist], number(artist, "related") % 3, *seed)
    text = f"{artist} plays around town, with {pick(WORDS, 1, *seed)[0]}." if number(artist, "text") % 3 else None
    text = changes.get(artist, {}).get("text", text)
    return node(
        "artist",
        artist,
        body(html.escape(text)) if text else "",
        field("field-url", "link-field", link, "Website"),
        field("field-genres", "taxonomy-term-reference", links, "Genres"),
        field("field-related-acts", "entityreference", artist_links(related), "Related Acts"),
    )


def page(path, query, edition=0, changes=None):
    """Returns the page's text and content type, or None if there is no such page."""
    changes = changes or {}
    kind, _, name = path.strip("/").partition("/")
    if path == "/robots.txt":
        return "User-agent: *\nDisallow: /search\n", "text/plain; charset=utf-8"
    content = None
    if path == "/calendar/livewire-music":
        date = parse_date(query.get("date", [datetime.datetime.now(ZONE).date().isoformat()])[0])
        content = date and listing(date, edition)
    elif kind == "organizations" and name in VENUE_BY_SLUG:
        content = venue_page(edition, changes, *VENUE_BY_SLUG[name])
    elif kind == "artists" and name in ARTIST_BY_SLUG:
        content = artist_page(edition, changes, ARTIST_BY_SLUG[name])
    elif kind == "events" and re.fullmatch(r"\d{1,9}", name) and int(name) % 5 == 1:
        ordinal, position = divmod(int(name) // 5, 100)
        if FIRST.toordinal() <= ordinal <= LAST.toordinal():
            listed = events(datetime.date.fromordinal(ordinal), edition)
            content = event_page(listed[position]) if position < len(listed) else None
    return content and (content, "text/html; charset=utf-8")


def changes_in(path):
    """Returns the changes in a file; without the file there are none."""
    if not path:
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def parse_date(text):
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return date if FIRST <= date <= LAST else None


# ---- server


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # sends headers and body together
    timeout = 60  # of an idle connection
    latency = 0
    edition = 0
    changes = None  # the path of a file
    log = None
    log_lock = threading.Lock()

    def do_GET(self):
        started = time.time()
        time.sleep(self.latency)
        status = self.respond_to(urlsplit(self.path))
        if self.log:
            line = {
                "t": round(started, 3),
                "ms": round((time.time() - started) * 1000, 1),
                "path": self.path,
                "status": status,
            }
            with self.log_lock:
                self.log.write(json.dumps(line) + "\n")

    do_HEAD = do_GET

    def respond_to(self, target):
        if target.path.startswith(sample_files.PREFIX):
            changes = changes_in(self.changes)
            status, content, kind, more = sample_files.respond(target.path, target.query, self.headers, changes)
            if status == 200:
                return self.respond_with_page(content, kind, more)
            return self.respond(status, content, kind, more)
        found = page(target.path, parse_qs(target.query), self.edition, changes_in(self.changes))
        if not found:
            return self.respond(404, b"not found\n", "text/plain; charset=utf-8")
        return self.respond_with_page(found[0].encode(), found[1])

    def respond_with_page(self, content, kind, more=None):
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Vary": "Accept-Encoding", **(more or {})}
        known = [each.strip() for each in self.headers.get("If-None-Match", "").split(",")]
        if tag in known or "*" in known:
            return self.respond(304, b"", None, headers)
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, 1, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return self.respond(200, content, kind, headers)

    def respond(self, status, content, kind, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        return status

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--log")
    parser.add_argument("--changes")
    arguments = parser.parse_args()
    Handler.changes = arguments.changes
    Handler.latency = arguments.latency_ms / 1000
    if arguments.log:
        Handler.log = open(arguments.log, "a", buffering=1, encoding="utf-8")
    Server(("127.0.0.1", arguments.port), Handler).serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
