#!/usr/bin/python3
"""A geocoder to run the enrichment against without the internet: three providers' interfaces, with invented streets.

  geocoder.py --port P [--key KEY] [--faults FILE] [--log FILE]

  /geocoder/locations/onelineaddress?address=…   US Census; POST /geocoder/locations/addressbatch: up to 10,000 rows
  /maps/api/geocode/json?address=…&key=KEY       Google; another key is REQUEST_DENIED
  /search?q=…&format=jsonv2                      Nominatim

It knows the streets of the sample site's venues (sample_site.py), all house numbers of each, and these traps: Ferry
Stairs is unknown, Union Square has two houses of every number, Levee Road is found in another city only, and Fig Alley
is found in part. Coordinates are within the postal code that the site names; the same address always has the same ones.

FILE has faults as JSON, and is read again when it changes; without it there are none. A rule, or a list of rules:

    {"kind": "over_quota", "share": 0.5, "first": 3, "for": "Poplar", "seconds": 5, "seed": 1}

The first rule that applies counts. `share`: of the requests (1); `first`: only as many of them; `for`: only addresses
with this text. Kinds of responses: down (the connection is closed), slow (by `seconds`, 3), unavailable, unknown_error,
over_quota, denied, garbage, cut. Kinds of results, in a batch of single rows: nothing, ambiguous, partial, wrong_city,
wrong_street, city_only.

A room has faults and a list of requests of its own, for tests that run at once. Its address is the server's and /~NAME:
PUT /~NAME/faults sets its faults, GET /~NAME/requests returns its requests. --log appends a line of JSON for each
request, without keys: `fault` is that of the response, `results` are the faults of results with their numbers.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import csv
import email.parser
import email.policy
import hashlib
import io
import json
import os
import re
import sys
import threading
import time
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from rooms import FileRoom, Room

CITY, STATE = "New Orleans", "LA"
MIDDLE = (29.9511, -90.0715)  # of the city
LARGEST_BATCH = 10_000
SLOW = 3.0  # seconds
TRANSPORT = ("down", "slow", "unavailable", "unknown_error", "over_quota", "denied", "garbage", "cut")
RESULTS = ("nothing", "ambiguous", "partial", "wrong_city", "wrong_street", "city_only")
KINDS = (*TRANSPORT, *RESULTS)

# The invented streets: postal code, and the place of house number 1.
STREETS = {
    "Poplar Walk": ("70117", 29.9652, -90.0388),
    "Canal Lantern Row": ("70119", 29.9722, -90.0871),
    "Rue Petite": ("70130", 29.9403, -90.0731),
    "Foundry St": ("70115", 29.9243, -90.1012),
    "Elder St": ("70116", 29.9621, -90.0655),
    "Fig Alley": ("70118", 29.9471, -90.1246),
    "Gaslight Ave": ("70113", 29.9416, -90.0842),
    "Tinsmith Ct": ("70117", 29.9681, -90.0307),
    "Mint Street": ("70130", 29.9447, -90.0693),
    "Feather Blvd": ("70122", 30.0051, -90.0657),
    "Magnolia Bend": ("70113", 29.9397, -90.0887),
    "Market Arcade": ("70112", 29.9552, -90.0769),
    "Crescent Way": ("70115", 29.9216, -90.0938),
    "Half Rest Lane": ("70116", 29.9668, -90.0612),
    "Cypress Knee Dr": ("70118", 29.9512, -90.1163),
    "Parade Street": ("70119", 29.9689, -90.0823),
    "Corrugated St": ("70117", 29.9627, -90.0426),
    "Union Square": ("70112", 29.9571, -90.0788),
    "Pelican Passage": ("70116", 29.9604, -90.0633),
    "Lagniappe Loop": ("70119", 29.9751, -90.0914),  # of no venue: one may move to it
}
TWOFOLD = {"Union Square"}  # the houses of its two sides, a kilometre apart
OTHER_STREET = "Fern Alley"  # a street of the same city and postal code, as a geocoder guesses one
IN_PART = {"Fig Alley"}
ELSEWHERE = {"Levee Road": ("Slidell", "70458", 30.2752, -89.7812)}
# Real places, as whole streets and quarters: Google and Nominatim know them, the Census only knows houses.
PLACES = {
    "frenchmen street": (29.9640, -90.0578),
    "french quarter": (29.9584, -90.0644),
    "bywater": (29.9626, -90.0403),
}


@dataclass(frozen=True)
class Match:
    number: str  # of the house; empty: the match is the whole street, quarter or city
    street: str
    city: str
    postal_code: str
    latitude: float
    longitude: float
    partial: bool = False
    kind: str = "house"  # or street, city

    @property
    def line(self) -> str:
        return f"{self.number} {self.street}".strip()


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def find(address: str, houses_only: bool) -> list[Match]:
    """Returns the matches of an address: a house number, a street, and perhaps a city, a state and a postal code."""
    text = plain(address)
    for street, (code, latitude, longitude) in STREETS.items():
        if found := re.match(rf"(\d+) {plain(street)}\b(.*)", text):
            if not in_city(found[2], CITY):
                return []
            steps = int(found[1]) % 500 * 0.00001
            match = Match(found[1], street, CITY, code, round(latitude + steps, 7), round(longitude + steps / 2, 7))
            if street in TWOFOLD:
                return twofold(match)
            return [replace(match, partial=street in IN_PART)]
    for street, (city, code, latitude, longitude) in ELSEWHERE.items():
        if found := re.match(rf"(\d+) {plain(street)}\b", text):
            return [Match(found[1], street, city, code, latitude, longitude, partial=True)]
    if not houses_only:
        for name, (latitude, longitude) in PLACES.items():
            if text.startswith(name):
                return [Match("", name.title(), CITY, "", latitude, longitude, kind="street")]
    return []


def in_city(rest: str, city: str) -> bool:
    """True if what follows the street names the city, or none: only a state and a postal code."""
    return plain(city) in rest or not re.sub(r"\b(la|louisiana|usa?|\d{5})\b", "", rest).strip()


def twofold(match: Match) -> list[Match]:
    south = replace(match, street=f"S {match.street}", latitude=round(match.latitude - 0.009, 7))
    return [replace(match, street=f"N {match.street}"), south]


def look_up(address: str, houses_only: bool, fault: str | None) -> list[Match]:
    matches = find(address, houses_only)
    if fault == "nothing":
        return []
    if fault == "city_only":
        return [] if houses_only else [Match("", "", CITY, "", *MIDDLE, partial=True, kind="city")]
    if fault == "wrong_city":
        city, code, latitude, longitude = ELSEWHERE["Levee Road"]
        return [
            replace(each, city=city, postal_code=code, latitude=latitude, longitude=longitude) for each in matches
        ]
    if fault == "wrong_street":
        return [replace(each, street=OTHER_STREET, partial=True) for each in matches]
    if fault == "ambiguous":
        return twofold(matches[0]) if matches else []
    if fault == "partial":
        return [replace(each, partial=True) for each in matches]
    return matches


# ---- the providers' forms


def census_match(match: Match) -> dict:
    words = match.street.upper().split()
    return {
        "tigerLine": {"side": "L", "tigerLineId": str(int(hashlib.sha256(match.line.encode()).hexdigest()[:7], 16))},
        "coordinates": {"x": match.longitude, "y": match.latitude},
        "addressComponents": {
            "zip": match.postal_code,
            "streetName": " ".join(words[:-1]),
            "suffixType": words[-1],
            "city": match.city.upper(),
            "state": STATE,
            "fromAddress": "1",
            "toAddress": "9999",
        },
        "matchedAddress": census_address(match),
    }


def census_address(match: Match) -> str:
    return f"{match.line.upper()}, {match.city.upper()}, {STATE}, {match.postal_code}"


def google_result(match: Match) -> dict:
    parts = [
        ("street_number", match.number, match.number),
        ("route", match.street, match.street),
        ("locality", match.city, match.city),
        ("administrative_area_level_1", "Louisiana", STATE),
        ("country", "United States", "US"),
        ("postal_code", match.postal_code, match.postal_code),
    ]
    precision = {"street": "GEOMETRIC_CENTER", "city": "APPROXIMATE"}.get(match.kind)
    types = {"street": ["route"], "city": ["locality", "political"]}.get(match.kind, ["street_address"])
    place = f"{STATE} {match.postal_code}".strip()
    result = {
        "address_components": [
            {"long_name": long, "short_name": short, "types": [kind]} for kind, long, short in parts if long
        ],
        "formatted_address": ", ".join(part for part in (match.line, match.city, place, "USA") if part),
        "geometry": {
            "location": {"lat": match.latitude, "lng": match.longitude},
            "location_type": precision or ("RANGE_INTERPOLATED" if match.partial else "ROOFTOP"),
            "viewport": {
                "northeast": {"lat": match.latitude + 0.00135, "lng": match.longitude + 0.00135},
                "southwest": {"lat": match.latitude - 0.00135, "lng": match.longitude - 0.00135},
            },
        },
        "place_id": "ChIJ" + hashlib.sha256(f"{match.line}|{match.city}".encode()).hexdigest()[:23],
        "types": types,
    }
    return {**result, "partial_match": True} if match.partial else result


def nominatim_place(match: Match) -> dict:
    number = int(hashlib.sha256(match.line.encode()).hexdigest()[:7], 16)
    rank, category, kind = {"street": (26, "highway", "residential"), "city": (16, "boundary", "administrative")}.get(
        match.kind, (30, "place", "house")
    )
    parts = [match.number, match.street, match.city, "Orleans Parish", "Louisiana", match.postal_code, "United States"]
    address = {
        "house_number": match.number,
        "road": match.street,
        "city": match.city,
        "state": "Louisiana",
        "ISO3166-2-lvl4": "US-LA",
        "postcode": match.postal_code,
        "country": "United States",
        "country_code": "us",
    }
    return {
        "place_id": number,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "osm_type": "node",
        "osm_id": number,
        "lat": str(match.latitude),
        "lon": str(match.longitude),
        "category": category,
        "type": kind,
        "place_rank": rank,
        "importance": 0.00001,
        "addresstype": {"street": "road", "city": "city"}.get(match.kind, "place"),
        "name": "" if match.number else match.street or match.city,
        "display_name": ", ".join(part for part in parts if part),
        "address": {name: value for name, value in address.items() if value},
        "boundingbox": [str(match.latitude - 0.00005), str(match.latitude + 0.00005),
                        str(match.longitude - 0.00005), str(match.longitude + 0.00005)],
    }  # fmt: skip


# ---- server


@dataclass
class Reply:
    status: int
    content: bytes
    kind: str = "application/json; charset=utf-8"


def in_json(document: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(document, ensure_ascii=False).encode())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # sends headers and body together
    timeout = 60  # of an idle connection
    server: Server

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # who waited for a slow response is gone
            super().handle()

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = urlsplit(self.path)
        name, path = "", target.path
        if found := re.match(r"/~([\w.-]+)(/.*)", path):
            name, path = found[1], found[2]
        room = self.server.room(name)
        if name and path in ("/faults", "/requests"):
            return self.send(self.control(room, path, body))
        self.handle_request(room, name, path, {key: values[0] for key, values in parse_qs(target.query).items()}, body)

    do_POST = do_PUT = do_GET

    def control(self, room: Room, path: str, body: bytes) -> Reply:
        if path == "/requests":
            with room.lock:
                return in_json(room.requests)
        try:
            room.set(json.loads(body or b"[]"))
        except ValueError as error:
            return in_json({"error": str(error)}, 400)
        return in_json(room.rules)

    def handle_request(self, room: Room, name: str, path: str, query: dict[str, str], body: bytes) -> None:
        started = time.time()
        provider, rows = self.question(path, query, body)
        addresses = [address for _, address in rows]
        rule = room.fault(TRANSPORT, addresses or [""])
        fault = rule["kind"] if rule else None
        line = {"t": round(started, 3), "room": name, "provider": provider, "path": path, "addresses": addresses}
        line |= {"fault": fault, "user_agent": self.headers.get("User-Agent")}
        with room.lock:
            room.requests.append(line)
        if fault == "slow" and rule:
            time.sleep(rule.get("seconds", SLOW))
        results: collections.Counter[str] = collections.Counter()
        reply = self.refusal(provider, fault) or self.answer(room, provider, query, rows, results)
        known = {"results": results} if results else {}
        self.server.record({**line, **known, "status": reply.status, "ms": round((time.time() - started) * 1000, 1)})
        if fault == "down":
            self.close_connection = True
        else:
            self.send(reply, cut=fault == "cut")

    def question(self, path: str, query: dict[str, str], body: bytes) -> tuple[str, list[tuple[str, str]]]:
        """Returns the provider whose interface it is, and the addresses, each with its id in a batch."""
        if path == "/geocoder/locations/onelineaddress":
            return "census", [("", query.get("address", ""))]
        if path == "/maps/api/geocode/json":
            return "google", [("", query.get("address", ""))]
        if path == "/search":
            return "nominatim", [("", query.get("q", ""))]
        if path == "/geocoder/locations/addressbatch":
            rows = csv.reader(io.StringIO(self.uploaded(body).get("addressFile", "")))
            return "census batch", [(row[0], ", ".join(row[1:5])) for row in rows if row]
        return "none", []

    def uploaded(self, body: bytes) -> dict[str, str]:
        head = f"Content-Type: {self.headers.get('Content-Type', '')}\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        fields = {}
        for part in message.iter_parts() if message.is_multipart() else ():
            content = part.get_payload(decode=True)
            name = part.get_param("name", header="Content-Disposition")
            fields[str(name)] = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
        return fields

    def refusal(self, provider: str, fault: str | None) -> Reply | None:
        if fault == "garbage":
            return Reply(200, b"<html><body>Be right back</body></html>", "text/html; charset=utf-8")
        if fault == "unavailable":
            return Reply(503, b"try again", "text/plain; charset=utf-8")
        if provider == "google":
            status = {"unknown_error": "UNKNOWN_ERROR", "over_quota": "OVER_QUERY_LIMIT", "denied": "REQUEST_DENIED"}
            if fault in status:
                return in_json({"error_message": "invented", "results": [], "status": status[fault]})
        status_code = {"unknown_error": 500, "over_quota": 429, "denied": 403}.get(fault or "")
        return Reply(status_code, b"refused", "text/plain; charset=utf-8") if status_code else None

    def answer(
        self,
        room: Room,
        provider: str,
        query: dict[str, str],
        rows: list[tuple[str, str]],
        faults: collections.Counter[str],
    ) -> Reply:
        """Returns the response. Adds the faults in its results to `faults`."""
        matches = []
        for _, address in rows:
            rule = room.fault(RESULTS, [address])
            faults.update([rule["kind"]] if rule else [])
            matches.append(look_up(address, provider.startswith("census"), rule["kind"] if rule else None))
        if provider == "census":
            if not rows[0][1]:
                return in_json({"errors": ["Specified address is empty"], "status": "400"}, 400)
            found = [census_match(each) for each in matches[0]]
            benchmark = {"id": "4", "benchmarkName": query.get("benchmark", ""), "isDefault": True}
            asked = {"address": {"address": rows[0][1]}, "benchmark": benchmark}
            return in_json({"result": {"input": asked, "addressMatches": found}})
        if provider == "census batch":
            return census_batch(rows, matches)
        if provider == "google":
            return google(query, self.server.key, matches[0])
        if provider == "nominatim":
            if not query.get("q"):
                return in_json({"error": {"code": 400, "message": "Nothing to search for."}}, 400)
            return in_json([nominatim_place(each) for each in matches[0]][: int(query.get("limit", 10))])
        return Reply(404, b"not found\n", "text/plain; charset=utf-8")

    def send(self, reply: Reply, cut: bool = False) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()
        self.wfile.write(reply.content[: len(reply.content) // 2] if cut else reply.content)
        self.close_connection = self.close_connection or cut

    def log_message(self, *arguments: object) -> None:
        pass


def census_batch(rows: list[tuple[str, str]], matches: list[list[Match]]) -> Reply:
    """Returns one line for each row, not in their order: the Census keeps none."""
    if not rows or len(rows) > LARGEST_BATCH:
        return Reply(400, f"1 to {LARGEST_BATCH} rows, not {len(rows)}".encode(), "text/plain; charset=utf-8")
    output = io.StringIO()
    writer = csv.writer(output, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for (identifier, address), found in reversed(list(zip(rows, matches, strict=True))):
        if len(found) != 1:
            writer.writerow([identifier, address, "Tie" if found else "No_Match"])
            continue
        match = found[0]
        exact = "Non_Exact" if match.partial else "Exact"
        place = f"{match.longitude},{match.latitude}"
        line = census_match(match)["tigerLine"]
        row = [identifier, address, "Match", exact, census_address(match), place, line["tigerLineId"], line["side"]]
        writer.writerow(row)
    return Reply(200, output.getvalue().encode(), "text/csv;charset=utf-8")


def google(query: dict[str, str], key: str | None, matches: list[Match]) -> Reply:
    if key and query.get("key") != key:
        return in_json({"error_message": "The provided API key is invalid.", "results": [], "status": "REQUEST_DENIED"})
    if not query.get("address"):
        return in_json({"error_message": "Invalid request.", "results": [], "status": "INVALID_REQUEST"})
    results = [google_result(each) for each in matches]
    return in_json({"results": results, "status": "OK" if results else "ZERO_RESULTS"})


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, key: str | None, faults: str | None, log: str | None):
        super().__init__(("127.0.0.1", port), Handler)
        self.key = key
        self.lock = threading.Lock()
        self.rooms: dict[str, Room] = {"": FileRoom(KINDS, faults)}
        self.log = open(log, "a", buffering=1, encoding="utf-8") if log else None

    def server_close(self) -> None:
        super().server_close()
        if self.log:
            self.log.close()

    def room(self, name: str) -> Room:
        with self.lock:
            return self.rooms.setdefault(name, Room(KINDS))

    def record(self, line: dict) -> None:
        if self.log:
            with self.lock:
                self.log.write(json.dumps(line) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", default=os.environ.get("GOOGLE_MAPS_API_KEY"), help="default: GOOGLE_MAPS_API_KEY")
    parser.add_argument("--faults")
    parser.add_argument("--log")
    given = parser.parse_args()
    Server(given.port, given.key, given.faults, given.log).serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
