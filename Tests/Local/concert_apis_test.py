"""The stand-ins of Ticketmaster and Spotify (statemachine/local/concert_apis.py). Tests/Architecture runs it, and it
needs no packages."""

from __future__ import annotations

import base64
import datetime
import http.client
import json
import os
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

sys.dont_write_bytecode = True
sys.path.insert(1, str(Path(__file__).resolve().parents[2] / "statemachine/local"))

import concert_apis  # noqa: E402
import concert_data  # noqa: E402
import sample_site  # noqa: E402

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DAY = datetime.date(2026, 11, 27)


class DataTest(unittest.TestCase):
    def test_many_venues_and_artists_are_the_sample_sites_under_other_spellings(self) -> None:
        known = {name for name, *_ in sample_site.VENUES}
        same = [name for *_, name in concert_data.VENUES if name]
        self.assertLessEqual(set(same), known)
        self.assertGreaterEqual(len(same), 25)
        self.assertGreaterEqual(len(concert_data.VENUES) - len(same), 15)
        self.assertFalse(known & {name for name, *_ in concert_data.VENUES})
        artists = [name for _, name in concert_data.ARTISTS if name]
        self.assertLessEqual(set(artists), set(sample_site.ARTISTS))
        self.assertGreaterEqual(len(artists), 25)
        self.assertGreaterEqual(len(concert_data.ARTISTS) - len(artists), 15)

    def test_ids_are_unique_and_an_event_is_always_the_same(self) -> None:
        venues = [each["id"] for city in concert_data.CITIES for each in concert_data.venues(city)]
        artists = [each.id for each in concert_data.artists()]
        events = [concert_data.event(*each)["id"] for each in concert_data.events(None, "", DAY, 40)]
        for ids in (venues, artists, events):
            self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(len(events), 40 * len(concert_data.CITIES))
        first = concert_data.events("Chicago", "concert", DAY, 80)
        later = concert_data.events("Chicago", "concert", DAY + datetime.timedelta(days=1), 80)
        kept = [each for each in first if each[1] > DAY]
        self.assertEqual(kept, later[: len(kept)])

    def test_events_have_the_oddities_of_real_ones(self) -> None:
        events = [concert_data.event(*each) for each in concert_data.events(None, "", DAY, 200)]
        starts = [each["dates"]["start"] for each in events]
        for name in ("timeTBA", "noSpecificTime", "dateTBD"):
            self.assertTrue(any(start[name] for start in starts), name)
        self.assertTrue(any("localTime" in start and "dateTime" not in start for start in starts))
        codes = {each["dates"]["status"]["code"] for each in events}
        self.assertEqual(codes, {"onsale", "offsale", "cancelled", "postponed", "rescheduled"})
        self.assertTrue(any(len(each.get("priceRanges", [])) == 2 for each in events))
        self.assertTrue(any("attractions" not in each["_embedded"] for each in events))
        self.assertTrue(any("location" not in each["_embedded"]["venues"][0] for each in events))
        self.assertTrue(any(each["name"] != each["name"].strip() for each in events))


class ServerTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.log = os.path.join(folder.name, "log")
        arguments = ["--port", "0", "--log", self.log, "--today", str(DAY), "--token-seconds", "2", "--quota", "50"]
        server = concert_apis.Server(concert_apis.parser().parse_args(arguments), ("the-key", "the-id", "the-secret"))
        self.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

    def ask(
        self,
        path: str,
        data: bytes | None = None,
        method: str | None = None,
        headers: dict | None = None,
        **query: str,
    ) -> tuple[int, dict[str, str], bytes]:
        address = self.address + path + (f"?{urlencode(query)}" if query else "")
        request = urllib.request.Request(address, data, headers or {}, method=method)
        try:
            with OPENER.open(request, timeout=10) as response:
                return response.status, dict(response.headers), response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read()

    def events(self, room: str = "", **query: str) -> tuple[int, dict[str, str], dict]:
        query = {"apikey": "the-key", "city": "New Orleans", "keyword": "concert", "size": "20", **query}
        status, headers, body = self.ask(f"{room}/discovery/v2/events.json", **query)
        return status, headers, json.loads(body)

    def token(self, room: str = "", secret: str = "the-secret") -> tuple[int, dict]:
        pair = base64.b64encode(f"the-id:{secret}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}"}
        status, _, body = self.ask(f"{room}/api/token", b"grant_type=client_credentials", headers=headers)
        return status, json.loads(body)

    def artists(self, token: str, path: str = "/v1/search", room: str = "", **query: str) -> tuple[int, dict]:
        headers = {"Authorization": f"Bearer {token}"}
        query = query or {"q": "jazz", "type": "artist", "limit": "50"}
        status, _, body = self.ask(room + path, headers=headers, **query)
        return status, json.loads(body)

    def set_faults(self, room: str, *rules: dict) -> None:
        self.ask(f"{room}/faults", json.dumps(rules).encode(), method="PUT")

    # ---- Ticketmaster

    def test_pages_of_events_have_every_event_once(self) -> None:
        ids: list[str] = []
        page, pages = 0, 1
        while page < pages:
            status, headers, document = self.events(page=str(page))
            self.assertEqual((status, headers["Rate-Limit"]), (200, "50"))
            ids += [each["id"] for each in document["_embedded"]["events"]]
            pages = document["page"]["totalPages"]
            page += 1
        self.assertEqual((len(ids), len(set(ids))), (document["page"]["totalElements"],) * 2)
        self.assertGreater(pages, 2)
        empty = self.events(city="Nowhere")[2]
        self.assertNotIn("_embedded", empty)
        self.assertEqual(empty["page"]["totalPages"], 0)

    def test_keys_sizes_and_depths_are_checked(self) -> None:
        self.assertEqual(self.events(apikey="other")[0], 401)
        self.assertEqual(self.events(size="201")[0], 400)
        self.assertEqual(self.events(size="200", page="5")[0], 400)
        self.assertEqual(self.events(size="x")[0], 400)
        with open(self.log, encoding="utf-8") as file:
            self.assertNotIn("the-key", file.read())

    def test_venues(self) -> None:
        query = {"apikey": "the-key", "city": "New Orleans", "size": "100"}
        venues = json.loads(self.ask("/discovery/v2/venues.json", **query)[2])["_embedded"]["venues"]
        self.assertEqual(len(venues), len(concert_data.VENUES))
        path = f"/discovery/v2/venues/{venues[0]['id']}"
        self.assertEqual(json.loads(self.ask(path, apikey="the-key")[2]), venues[0])
        self.assertEqual(self.ask("/discovery/v2/venues/none", apikey="the-key")[0], 404)

    def test_a_quota_that_is_used_up_refuses_until_its_reset(self) -> None:
        self.set_faults("/~a", {"kind": "used_up", "first": 1, "seconds": 0.5})
        status, headers, _ = self.events("/~a")
        self.assertEqual((status, headers["Rate-Limit-Available"]), (200, "0"))
        wait = int(headers["Rate-Limit-Reset"]) / 1000 - time.time()
        self.assertTrue(0 < wait < 0.6, wait)
        status, headers, _ = self.events("/~a")
        self.assertEqual((status, headers["Rate-Limit-Over"]), (429, "1"))
        time.sleep(wait + 0.05)
        self.assertEqual(self.events("/~a")[0], 200)
        self.assertEqual(self.events("/~b")[0], 200)

    # ---- Spotify

    def test_tokens_are_given_for_the_secret_and_end(self) -> None:
        self.assertEqual(self.token(secret="other")[0], 400)
        status, answer = self.token()
        self.assertEqual((status, answer["token_type"], answer["expires_in"]), (200, "Bearer", 2))
        token = answer["access_token"]
        self.assertEqual(self.artists(token)[0], 200)
        self.assertEqual(self.artists("other")[0], 401)
        time.sleep(2.1)
        self.assertEqual(self.artists(token)[0], 401)

    def test_pages_of_artists(self) -> None:
        token = self.token()[1]["access_token"]
        page = self.artists(token, q="jazz", type="artist", limit="10")[1]["artists"]
        self.assertTrue(page["next"].startswith(f"{self.address}/v1/search?"))
        found, total = [each["id"] for each in page["items"]], page["total"]
        while page["next"]:
            path = page["next"].removeprefix(self.address)
            page = json.loads(self.ask(path, headers={"Authorization": f"Bearer {token}"})[2])["artists"]
            found += [each["id"] for each in page["items"]]
        self.assertEqual((len(found), len(set(found))), (total, total))
        self.assertEqual(self.artists(token, q="jazz", type="artist", limit="51")[0], 400)
        several = self.artists(token, "/v1/artists", ids=f"{found[0]},none")[1]["artists"]
        self.assertEqual([each and each["id"] for each in several], [found[0], None])

    def test_a_revoked_token_is_refused_and_the_next_one_is_good(self) -> None:
        token = self.token("/~a")[1]["access_token"]
        self.set_faults("/~a", {"kind": "revoked", "first": 1, "for": "/v1/search"})
        self.assertEqual(self.artists(token, room="/~a")[0], 401)
        self.assertEqual(self.artists(token, room="/~a")[0], 401)
        self.assertEqual(self.artists(self.token("/~a")[1]["access_token"], room="/~a")[0], 200)

    # ---- faults

    def test_kinds_of_failures(self) -> None:
        for kind, status in {"error": 500, "unavailable": 503, "throttled": 429, "retry_after": 429}.items():
            self.set_faults("/~a", {"kind": kind, "first": 1, "for": "ticketmaster", "seconds": 1.5})
            found, headers, _ = self.events("/~a")
            self.assertEqual((found, headers.get("Retry-After")), (status, "2" if kind == "retry_after" else None))
            self.assertEqual(self.events("/~a")[0], 200)
        self.set_faults("/~a", {"kind": "cut"})
        with self.assertRaises(http.client.IncompleteRead):
            self.events("/~a")
        self.set_faults("/~a", {"kind": "down"})
        with self.assertRaises(OSError):
            self.events("/~a")

    def test_kinds_of_content(self) -> None:
        self.set_faults("/~a", {"kind": "empty"})
        self.assertNotIn("_embedded", self.events("/~a")[2])
        self.set_faults("/~a", {"kind": "null_items"})
        self.assertIsNone(self.events("/~a")[2]["_embedded"]["events"][0])
        self.set_faults("/~a", {"kind": "changing_total"})
        totals = {self.events("/~a")[2]["page"]["totalElements"] for _ in range(8)}
        self.assertGreater(len(totals), 1)

    def test_rooms_keep_their_requests_without_keys(self) -> None:
        self.events("/~a", page="1")
        (line,) = json.loads(self.ask("/~a/requests")[2])
        self.assertEqual((line["api"], line["status"]), ("ticketmaster", 200))
        self.assertIn("page=1", line["query"])
        self.assertNotIn("the-key", json.dumps(line))
        self.assertEqual(self.ask("/~a/faults", b'{"kind": "nothing"}', method="PUT")[0], 400)


if __name__ == "__main__":
    unittest.main()
