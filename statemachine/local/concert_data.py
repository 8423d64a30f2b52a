"""What the stand-ins for Ticketmaster and Spotify have: invented venues, artists and events, always the same.

In New Orleans many venues and artists are those of the sample site (sample_site.py), under other spellings, as two
sources spell one place: VENUES and ARTISTS name the sample site's, or None. The rest is of some forty cities.
"""

from __future__ import annotations

import datetime
import hashlib
import zoneinfo
from dataclasses import dataclass
from functools import cache

NEW_ORLEANS = "New Orleans"
SLOTS = 8  # events of a city on a day
KEYWORDS = {"concert": 70, "music": 60, "live": 50}  # percent of the events that have the word

# Name: state, its code, country, its code, zone, latitude, longitude.
CITIES = {
    NEW_ORLEANS: ("Louisiana", "LA", "US", "America/Chicago", 29.9511, -90.0715),
    "New York": ("New York", "NY", "US", "America/New_York", 40.7128, -74.0060),
    "Los Angeles": ("California", "CA", "US", "America/Los_Angeles", 34.0522, -118.2437),
    "Chicago": ("Illinois", "IL", "US", "America/Chicago", 41.8781, -87.6298),
    "Houston": ("Texas", "TX", "US", "America/Chicago", 29.7604, -95.3698),
    "Phoenix": ("Arizona", "AZ", "US", "America/Phoenix", 33.4484, -112.0740),
    "Philadelphia": ("Pennsylvania", "PA", "US", "America/New_York", 39.9526, -75.1652),
    "San Antonio": ("Texas", "TX", "US", "America/Chicago", 29.4252, -98.4946),
    "San Diego": ("California", "CA", "US", "America/Los_Angeles", 32.7157, -117.1611),
    "Dallas": ("Texas", "TX", "US", "America/Chicago", 32.7767, -96.7970),
    "Austin": ("Texas", "TX", "US", "America/Chicago", 30.2672, -97.7431),
    "Nashville": ("Tennessee", "TN", "US", "America/Chicago", 36.1627, -86.7816),
    "Miami": ("Florida", "FL", "US", "America/New_York", 25.7617, -80.1918),
    "Seattle": ("Washington", "WA", "US", "America/Los_Angeles", 47.6062, -122.3321),
    "Boston": ("Massachusetts", "MA", "US", "America/New_York", 42.3601, -71.0589),
    "Atlanta": ("Georgia", "GA", "US", "America/New_York", 33.7490, -84.3880),
    "Denver": ("Colorado", "CO", "US", "America/Denver", 39.7392, -104.9903),
    "Portland": ("Oregon", "OR", "US", "America/Los_Angeles", 45.5152, -122.6784),
    "Minneapolis": ("Minnesota", "MN", "US", "America/Chicago", 44.9778, -93.2650),
    "Detroit": ("Michigan", "MI", "US", "America/Detroit", 42.3314, -83.0458),
    "Memphis": ("Tennessee", "TN", "US", "America/Chicago", 35.1495, -90.0490),
    "Kansas City": ("Missouri", "MO", "US", "America/Chicago", 39.0997, -94.5786),
    "Saint Louis": ("Missouri", "MO", "US", "America/Chicago", 38.6270, -90.1994),
    "Charlotte": ("North Carolina", "NC", "US", "America/New_York", 35.2271, -80.8431),
    "Baltimore": ("Maryland", "MD", "US", "America/New_York", 39.2904, -76.6122),
    "Milwaukee": ("Wisconsin", "WI", "US", "America/Chicago", 43.0389, -87.9065),
    "Cleveland": ("Ohio", "OH", "US", "America/New_York", 41.4993, -81.6944),
    "Pittsburgh": ("Pennsylvania", "PA", "US", "America/New_York", 40.4406, -79.9959),
    "Orlando": ("Florida", "FL", "US", "America/New_York", 28.5384, -81.3789),
    "Tampa": ("Florida", "FL", "US", "America/New_York", 27.9506, -82.4572),
    "Las Vegas": ("Nevada", "NV", "US", "America/Los_Angeles", 36.1699, -115.1398),
    "Salt Lake City": ("Utah", "UT", "US", "America/Denver", 40.7608, -111.8910),
    "Toronto": ("Ontario", "ON", "CA", "America/Toronto", 43.6532, -79.3832),
    "London": (None, None, "GB", "Europe/London", 51.5074, -0.1278),
    "Sydney": ("New South Wales", "NSW", "AU", "Australia/Sydney", -33.8688, 151.2093),
    "Melbourne": ("Victoria", "VIC", "AU", "Australia/Melbourne", -37.8136, 144.9631),
    "Brisbane": ("Queensland", "QLD", "AU", "Australia/Brisbane", -27.4698, 153.0251),
    "Warszawa": (None, None, "PL", "Europe/Warsaw", 52.2297, 21.0122),
    "Kraków": (None, None, "PL", "Europe/Warsaw", 50.0647, 19.9450),
    "Gdańsk": (None, None, "PL", "Europe/Warsaw", 54.3520, 18.6466),
}
COUNTRIES = {
    "US": ("United States Of America", "USD"), "CA": ("Canada", "CAD"), "GB": ("Great Britain", "GBP"),
    "AU": ("Australia", "AUD"), "PL": ("Poland", "PLN"),
}  # fmt: skip

# Venues in New Orleans: the name at Ticketmaster, the address, the postal code, and the name at the sample site.
VENUES = [
    ("Alder and Ash Listening Room", "412 Poplar Walk", "70117", "Alder & Ash Listening Room"),
    ("The Bayou Lantern", "1820 Canal Lantern Row", "70119", "Bayou Lantern, The"),
    ("Bayou Lantern - Upstairs", "1820 Canal Lantern Row", "70119", "Bayou Lantern, The"),
    ("Cafe Rosalie", "77 Rue Petite", "70130", "Café Rosalie"),
    ("The Copper Kettle", "3009 Foundry Street", "70115", "Copper Kettle"),
    ("Dizzy's Back Porch Bar", "640 Elder Street", "70116", 'Dizzy\'s "Back Porch" Bar'),
    ("Fig Tree Courtyard", "15 Fig Alley", "70118", "Fig Tree Courtyard (OUTDOORS)"),
    ("The Gaslight Ballroom", "2200 Gaslight Avenue", "70113", "Gaslight Ballroom"),
    ("Gaslight Ballroom - New Orleans", "2200 Gaslight Ave.", "70113", "Gaslight Ballroom"),
    ("Heron Landing", None, "70124", "Heron Landing (OUTDOORS)"),
    ("House Of Tin", "908 Tinsmith Court", "70117", "House of Tin"),
    ("Julep Room", "301 Mint St.", "70130", "Julep Room, The"),
    ("KINGFISHER LOUNGE", "4415 Feather Boulevard", "70122", "Kingfisher Lounge"),
    ("Magnolia Social and Pleasure Hall", "1234 Magnolia Bend", "70113", "Magnolia Social & Pleasure Hall"),
    ("Night Market Stage ", "55 Market Arcade", "70112", "Night Market Stage"),
    ("Old Ferry Inn, New Orleans", "9 Ferry Stairs", "70114", "Old Ferry Inn"),
    ("Papermoon", "2717 Crescent Way", "70115", "Paper Moon"),
    ("Paper Moon NOLA", "2717 Crescent Way", "70115", "Paper Moon"),
    ("The Quarter Note", "818 Half Rest Ln", "70116", "Quarter Note, The"),
    ("Quarter Note Jazz Club", "818 Half Rest Lane", "70116", "Quarter Note, The"),
    ("Salt and Cypress", "3660 Cypress Knee Drive", "70118", "Salt & Cypress"),
    ("2nd Line Records", "1001 Parade Street", "70119", "Second Line Records"),
    ("Tin Roof Sessions", "230 Corrugated Street", "70117", "Tin Roof “Sessions”"),
    ("Union St. Gardens", "500 Union Square", "70112", "Union Street Gardens (Outdoors)"),
    ("The Velvet Pelican Lounge", "16 Pelican Passage", "70116", "Velvet Pelican"),
    ("Velvet Pelikan", "16 Pelican Passage", "70116", "Velvet Pelican"),
    # Others, some of which sound alike.
    ("Copper Penny Saloon", "12 Ledger Street", "70130", None),
    ("House of Brass", "77 Bellows Street", "70117", None),
    ("Paper Mill Arena", "1 Paper Mill Road", "70121", None),
    ("Quarter Horse Corral", "4400 Bridle Path", "70126", None),
    ("Velvet Curtain Theatre", "220 Curtain Street", "70112", None),
    ("Gaslamp Terrace", "19 Lamplighter Row", "70113", None),
    ("Union Hall", "801 Union Square", "70112", None),
    ("Magnolia Amphitheater", "50 Grove Loop", "70129", None),
    ("Old Mill Inn", "3 Millrace Lane", "70131", None),
    ("Second Street Armory", "200 Second Street", "70130", None),
    ("Night Owl Stage", "61 Owl Court", "70116", None),
    ("Fig & Olive Terrace", "88 Olive Street", "70118", None),
    ("Kingpin Lanes", "1300 Strike Avenue", "70115", None),
    ("Tin Can Taproom", "5 Cannery Row", "70117", None),
    ("Crescent Dome", "1500 Dome Plaza", "70113", None),
    ("Alder Street Garage", "40 Alder Street", "70119", None),
]

# The name, and the name at the sample site.
ARTISTS = [
    ("The Ada Broussard Trio", "Ada Broussard Trio"),
    ("Big Water Brass", "Big Water Brass Band"),
    ("Blue Herron Stompers", "Blue Heron Stompers"),
    ("Calliope and Sons", "Calliope & Sons"),
    ("Camille Etienne", "Camille Étienne"),
    ("Captain Odds Washboard Revue", "Captain Odd's Washboard Revue"),
    ("Celestine and The Late Trams", "Célestine & the Late Trams"),
    ("Chicory St. Ramblers", "Chicory Street Ramblers"),
    ("Delphine Arceneaux", "Delphine Arceneaux Quartet"),
    ("Dr. Tupelo", "Doc Tupelo"),
    ("8 Mile Bayou", "Eight Mile Bayou"),
    ("Elodie Marchand", 'Elodie "Honey" Marchand'),
    ("The Fontaine Family Band", "Fontaine Family Band"),
    ("Gumbo Limbo Orch.", "Gumbo Limbo Orchestra"),
    ("Half-Past Midnight", "Half Past Midnight"),
    ("Indigo Levee Syndicate ", "Indigo Levee Syndicate"),
    ("Jack in the Pulpit", "Jack-in-the-Pulpit"),
    ("Josephines Parlor", "Josephine's Parlor"),
    ("King Cake Conspiracy (NOLA)", "King Cake Conspiracy"),
    ("Lafitte Ave. Five", "Lafitte Avenue Five"),
    ("Little Theo and The Oyster Knives", "Little Theo & the Oyster Knives"),
    ("MISS OLEANDER", "Miss Oleander"),
    ("Nine Lives BB", "Nine Lives Brass Band"),
    ("Paper Lantern Parade!", "Paper Lantern Parade"),
    ("The Praline Sisters", "Praline Sisters"),
    ("Red Beans and Rhythm", "Red Beans & Rhythm"),
    ("Rosette Guidry Band", "Rosette Guidry"),
    ("Senor Magnolia y su Conjunto", "Señor Magnolia y su Conjunto"),
    ("Sister Ruths Tambourine Choir", "Sister Ruth's Tambourine Choir"),
    ("Saint Roch Irregulars", "St. Roch Irregulars"),
    ("Sugarmill Five", "Sugar Mill Five"),
    ("Accidental Second Line", "The Accidental Second Line"),
    ("Bywater Planets", "The Bywater Planets"),
    ("Riverbend Owls", "The Riverbend Owls"),
    ("Uncle Clem & His Good Time Band", "Uncle Clem's Good Time Band"),
    ("Velma and the Voltage", "Velma & the Voltage"),
    ("Zora Lagniappe", "Zora Lagniappe"),
    # Others, some of which sound alike.
    ("Ada Boudreaux", None),
    ("Big Sky Brass Band", None),
    ("Blue Harbor Stompers", None),
    ("Captain Even", None),
    ("Delphine Laurent", None),
    ("Gumbo Fever", None),
    ("Indigo Harbor", None),
    ("King Cotton Blues Band", None),
    ("Little Theodore", None),
    ("Nine Volt Heart", None),
    ("Paper Kites Society", None),
    ("Red Hill Rhythm Kings", None),
    ("Sister Rae", None),
    ("Sugar Hill Five", None),
    ("Velvet Voltage", None),
]
GENRES = [
    ("Jazz", "New Orleans Jazz"), ("Jazz", "Brass"), ("R&B", "Funk"), ("Blues", "Delta Blues"), ("Folk", "Cajun"),
    ("Rock", "Alternative Rock"), ("Pop", "Pop"), ("Country", "Americana"), ("Dance/Electronic", "House"),
    ("Hip-Hop/Rap", "Hip Hop"), ("Undefined", "Undefined"),
]  # fmt: skip
FIRST_WORDS = ["Amber", "Broken", "Cedar", "Distant", "Electric", "Faded", "Golden", "Hollow", "Ivory", "Jagged",
               "Lonesome", "Midnight", "Neon", "Painted", "Silver", "Wandering"]  # fmt: skip
LAST_WORDS = ["Antlers", "Bridges", "Cartographers", "Dynamos", "Engines", "Foxes", "Gardens", "Harbors", "Lanterns",
              "Meridians", "Orchards", "Pilots", "Rivers", "Signals", "Telegraphs", "Voyagers"]  # fmt: skip
PLACES = ["Arena", "Ballroom", "Amphitheater", "Music Hall", "Club", "Theatre", "Pavilion", "Tavern"]


def number(*parts: object) -> int:
    """Returns a pseudo-random number that depends only on the parts."""
    return int(hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:12], 16)


def identifier(kind: str, *parts: object) -> str:
    """Returns an id in the form of Ticketmaster's."""
    digest = hashlib.sha256("|".join(map(str, (kind, *parts))).encode()).hexdigest()
    return f"{kind}{digest[:12]}"


@dataclass(frozen=True)
class Artist:
    name: str
    same_as: str | None  # the sample site's name
    genre: tuple[str, str]

    @property
    def id(self) -> str:
        return identifier("K8vZ", self.name)


@cache
def artists() -> tuple[Artist, ...]:
    own = [Artist(name, same, GENRES[number(name, "genre") % 5]) for name, same in ARTISTS]
    others = [f"{first} {last}" for first in FIRST_WORDS for last in LAST_WORDS]
    return tuple(own + [Artist(name, None, GENRES[number(name, "genre") % len(GENRES)]) for name in others])


@cache
def venues(city: str) -> tuple[dict, ...]:
    """Returns the venues of a city, as the API has them."""
    if city == NEW_ORLEANS:
        return tuple(venue(city, name, line, code) for name, line, code, _ in VENUES)
    names = dict.fromkeys(
        f"{FIRST_WORDS[number(city, 'venue', place) % 16]} {PLACES[place % 8]}" for place in range(24)
    )
    return tuple(
        venue(city, name, f"{100 + number(city, name, 'house') % 900} Example Street", None) for name in names
    )


def venue(city: str, name: str, line: str | None, code: str | None) -> dict:
    state, state_code, country, zone, latitude, longitude = CITIES[city]
    draw = number(city, name, "form") % 100
    found: dict = {
        "name": name,
        "type": "venue",
        "id": identifier("KovZ", city, name),
        "test": False,
        "url": f"https://tickets.example/venue/{number(city, name, 'url') % 1_000_000}",
        "locale": "en-us",
        "postalCode": code or str(10000 + number(city, name, "code") % 89999),
        "timezone": zone,
        "city": {"name": city},
        "country": {"name": COUNTRIES[country][0], "countryCode": country},
        "address": {"line1": line} if line else {},
        "location": {
            "longitude": f"{longitude + (draw - 50) / 2000:.8f}",
            "latitude": f"{latitude + (draw % 10 - 5) / 200:.8f}",
        },
        "markets": [{"id": str(number(city, "market") % 150)}],
        "upcomingEvents": {"_total": number(city, name, "events") % 40},
    }
    if state:
        found["state"] = {"name": state, "stateCode": state_code}
    if draw % 17 == 3:
        del found["location"]
    if draw % 23 == 5:
        del found["timezone"]
    return found


def classification(genre: tuple[str, str]) -> list[dict]:
    named = [{"id": identifier("KnvZ", name), "name": name} for name in genre]
    segment = {"id": identifier("KZFz", "Music"), "name": "Music"}
    return [{"primary": True, "segment": segment, "genre": named[0], "subGenre": named[1]}]


def attraction(artist: Artist) -> dict:
    return {
        "name": artist.name,
        "type": "attraction",
        "id": artist.id,
        "test": False,
        "url": f"https://tickets.example/artist/{number(artist.name, 'url') % 1_000_000}",
        "locale": "en-us",
        "classifications": classification(artist.genre),
    }


@cache
def event(city: str, day: datetime.date, slot: int) -> dict:
    """Returns an event: the same one whenever it is asked for."""
    place = day.toordinal() * SLOTS + slot
    draw = number(city, place, "form") % 1000
    here = venues(city)[place % len(venues(city))]
    pool = artists()[: len(ARTISTS)] if city == NEW_ORLEANS else artists()[len(ARTISTS) :]
    playing = [pool[number(city, place, "artist", index) % len(pool)] for index in range(1 + (draw % 10 == 0))]
    start: dict = {
        "localDate": str(day),
        "dateTBD": False,
        "dateTBA": False,
        "timeTBA": False,
        "noSpecificTime": False,
    }
    zone = zoneinfo.ZoneInfo(CITIES[city][3])
    clock = datetime.time(12 + number(city, place, "hour") % 11, 30 * (draw % 2))
    instant = datetime.datetime.combine(day, clock, zone).astimezone(datetime.timezone.utc)
    if draw < 30:
        start["timeTBA"] = True
    elif draw < 50:
        start["noSpecificTime"] = True
    elif draw < 60:
        start["dateTBD"] = True
    else:
        start["localTime"] = clock.isoformat()
        if draw >= 80:  # the others have local times only
            start["dateTime"] = instant.strftime("%Y-%m-%dT%H:%M:%SZ")
    codes = {0: "cancelled", 1: "postponed", 2: "rescheduled", 3: "offsale"}
    name = f"{playing[0].name.strip()} at {here['name'].strip()}"
    found: dict = {
        "name": name if draw % 50 else f" {name}  ",
        "type": "event",
        "id": identifier("G5vZ", city, place),
        "test": False,
        "url": f"https://tickets.example/event/{number(city, place, 'url') % 1_000_000_000}",
        "locale": "en-us",
        "images": [
            {"ratio": "16_9", "url": f"https://images.example/{number(city, place)}_{width}.jpg", "width": width,
             "height": width * 9 // 16, "fallback": False}
            for width in (1024, 640, 205)
        ],
        "sales": {"public": {"startDateTime": "1900-01-01T06:00:00Z", "startTBD": False}},
        "dates": {"start": start, "status": {"code": codes.get(draw % 40, "onsale")}, "spanMultipleDays": False},
        "classifications": classification(playing[0].genre),
        "pleaseNote": "Doors open an hour before the show." if draw % 3 else None,
        "_links": {"self": {"href": f"/discovery/v2/events/{identifier('G5vZ', city, place)}?locale=en-us"}},
        "_embedded": {"venues": [here], "attractions": [attraction(each) for each in playing]},
    }  # fmt: skip
    if draw % 29:
        found["dates"]["timezone"] = CITIES[city][3]
    if draw % 4:
        lowest = 10 + number(city, place, "price") % 60
        currency = COUNTRIES[CITIES[city][2]][1]
        ranges = [{"type": "standard", "currency": currency, "min": lowest, "max": lowest * 2.5}]
        if draw % 8 == 1:
            ranges.append({"type": "standard", "currency": currency, "min": lowest - 2.5, "max": lowest * 2})
        found["priceRanges"] = ranges
    if draw % 5 == 0:
        found["accessibility"] = {}
    if draw % 31 == 7:
        del found["_embedded"]["attractions"]
    return found


def words(city: str, place: int) -> set[str]:
    return {word for word, share in KEYWORDS.items() if number(city, place, word) % 100 < share}


def events(city: str | None, keyword: str, first: datetime.date, count: int) -> list[tuple[str, datetime.date, int]]:
    """Returns the places of a city's events from a day on that a keyword finds, by day; of all cities if none is
    named. `count` is the number of a city's events without a keyword."""
    found = []
    for name in [city] if city else CITIES:
        if name not in CITIES:
            continue
        for place in range(count):
            day, slot = first + datetime.timedelta(days=place // SLOTS), place % SLOTS
            if is_found(keyword.lower(), name, day, slot):
                found.append((name, day, slot))
    return sorted(found, key=lambda each: (each[1], each[2], each[0]))


def is_found(keyword: str, city: str, day: datetime.date, slot: int) -> bool:
    if not keyword:
        return True
    if keyword in KEYWORDS:
        return keyword in words(city, day.toordinal() * SLOTS + slot)
    return keyword in event(city, day, slot)["name"].lower()


# ---- Spotify


@dataclass(frozen=True)
class SpotifyArtist:
    artist: Artist
    genres: tuple[str, ...]

    @property
    def id(self) -> str:
        return hashlib.sha256(f"spotify|{self.artist.name}".encode()).hexdigest()[:22]

    def document(self, address: str) -> dict:
        name = self.artist.name.strip()
        draw = number("spotify", name) % 100
        found: dict = {
            "external_urls": {"spotify": f"https://open.spotify.example/artist/{self.id}"},
            "followers": {"href": None, "total": number("followers", name) % 500_000},
            "genres": list(self.genres),
            "href": f"{address}/v1/artists/{self.id}",
            "id": self.id,
            "images": [
                {"height": size, "width": size, "url": f"https://images.example/{self.id}/{size}"}
                for size in (640, 320, 160)
            ],
            "name": name,
            "popularity": draw,
            "type": "artist",
            "uri": f"spotify:artist:{self.id}",
        }
        if draw % 13 == 4:
            found["followers"]["total"] = float(found["followers"]["total"])
        if draw % 19 == 6:
            del found["followers"], found["popularity"]
        return found


# What the jobs' queries ask for, beside the genres' own names.
QUERIES = {"rock": "Rock", "pop": "Pop", "jazz": "Jazz", "country": "Country", "electronic": "Dance/Electronic",
           "hip hop": "Hip-Hop/Rap"}  # fmt: skip


@cache
def spotify_artists() -> tuple[SpotifyArtist, ...]:
    return tuple(
        SpotifyArtist(each, () if each.genre[0] == "Undefined" else tuple(name.lower() for name in each.genre))
        for each in artists()
    )


def search(query: str) -> list[SpotifyArtist]:
    """Returns the artists that a query finds: those of its genre, those with the text in their names, or, for words
    like `trending`, some of all. The sample site's artists play jazz, whatever else they play."""
    wanted = query.lower()
    if wanted in QUERIES:
        return [
            each
            for each in spotify_artists()
            if each.artist.genre[0] == QUERIES[wanted] or (wanted == "jazz" and each.artist.same_as)
        ]
    named = [each for each in spotify_artists() if wanted in each.artist.name.lower()]
    return named or [each for each in spotify_artists() if number(wanted, each.artist.name) % 3 == 0]
