"""The stand-in of the geocoders (statemachine/local/geocoder.py). Tests/Architecture runs it; it needs no packages."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

sys.dont_write_bytecode = True
sys.path.insert(1, str(Path(__file__).resolve().parents[2] / "statemachine/local"))

import geocoder  # noqa: E402
import sample_site  # noqa: E402

TRAPS = {"9 Ferry Stairs", "500 Union Square", "1 Levee Road", "15 Fig Alley"}
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class VenuesTest(unittest.TestCase):
    def test_every_address_of_a_venue_but_the_traps_is_found_once_in_its_own_place(self) -> None:
        places = set()
        for name, street, code, *_ in sample_site.VENUES:
            if not street or street in TRAPS:
                continue
            for houses_only in (True, False):
                (match,) = geocoder.find(f"{street}, New Orleans, LA {code}", houses_only)
                self.assertEqual((match.line, match.city, match.postal_code), (street, "New Orleans", code), name)
                self.assertTrue(29.9 < match.latitude < 30.1 and -90.15 < match.longitude < -90.0, name)
                self.assertFalse(match.partial, name)
            places.add((match.latitude, match.longitude))
        self.assertEqual(len(places), len(sample_site.VENUES) - len(TRAPS) - 1)  # one has no address
        self.assertNotIn(geocoder.MIDDLE, places)

    def test_the_traps(self) -> None:
        self.assertEqual(geocoder.find("9 Ferry Stairs, New Orleans, LA 70114", False), [])
        north, south = geocoder.find("500 Union Square, New Orleans, LA 70112", True)
        self.assertGreater(north.latitude - south.latitude, 0.005)
        self.assertEqual(geocoder.find("1 Levee Road, New Orleans, LA 70124", True)[0].city, "Slidell")
        self.assertTrue(geocoder.find("15 Fig Alley, New Orleans, LA 70118", True)[0].partial)

    def test_an_address_in_another_city_is_not_found(self) -> None:
        self.assertEqual(geocoder.find("412 Poplar Walk, Metairie, LA 70117", True), [])
        self.assertEqual(len(geocoder.find("412 Poplar Walk, LA 70117", True)), 1)

    def test_the_census_knows_no_places_without_a_number(self) -> None:
        self.assertEqual(geocoder.find("Frenchmen Street, New Orleans", True), [])
        self.assertEqual(geocoder.find("Frenchmen Street, New Orleans", False)[0].kind, "street")


class ServerTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.faults, self.log = os.path.join(folder.name, "faults.json"), os.path.join(folder.name, "log")
        server = geocoder.Server(0, "the-key", self.faults, self.log)
        self.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

    def ask(
        self, path: str, data: bytes | None = None, method: str | None = None, kind: str = "", **query: str
    ) -> bytes:
        address = self.address + path + (f"?{urlencode(query)}" if query else "")
        headers = {"Content-Type": kind} if kind else {}
        with OPENER.open(urllib.request.Request(address, data, headers, method=method), timeout=10) as response:
            content: bytes = response.read()
            return content

    def census(self, address: str, room: str = "") -> dict:
        path = f"{room}/geocoder/locations/onelineaddress"
        return json.loads(self.ask(path, address=address, benchmark="Public_AR_Current", format="json"))["result"]

    def google(self, address: str, key: str = "the-key", room: str = "") -> dict:
        return json.loads(self.ask(f"{room}/maps/api/geocode/json", address=address, key=key))

    def batch(self, rows: list[list[str]], room: str = "") -> dict[str, list[str]]:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        parts = {'name="addressFile"; filename="a.csv"': text.getvalue(), 'name="benchmark"': "Public_AR_Current"}
        body = "".join(
            f"--xyz\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n" for head, value in parts.items()
        )
        kind = "multipart/form-data; boundary=xyz"
        answer = self.ask(f"{room}/geocoder/locations/addressbatch", f"{body}--xyz--\r\n".encode(), kind=kind)
        return {row[0]: row[1:] for row in csv.reader(io.StringIO(answer.decode()))}

    def set_faults(self, room: str, *rules: dict) -> None:
        self.ask(f"{room}/faults", json.dumps(rules).encode(), method="PUT")

    # ---- forms

    def test_the_census(self) -> None:
        (match,) = self.census("412 Poplar Walk, New Orleans, LA 70117")["addressMatches"]
        self.assertEqual(match["matchedAddress"], "412 POPLAR WALK, NEW ORLEANS, LA, 70117")
        self.assertLess(match["coordinates"]["x"], -90)  # x is the longitude
        self.assertEqual(self.census("9 Ferry Stairs, New Orleans, LA")["addressMatches"], [])
        with self.assertRaises(urllib.error.HTTPError) as error:
            self.census("")
        self.assertEqual(error.exception.code, 400)
        error.exception.close()

    def test_a_batch_has_a_line_for_each_row(self) -> None:
        streets = ["412 Poplar Walk", "500 Union Square", "9 Ferry Stairs", "15 Fig Alley"]
        lines = self.batch([[str(number), street, "New Orleans", "LA", ""] for number, street in enumerate(streets)])
        self.assertEqual(lines["0"][1:4], ["Match", "Exact", "412 POPLAR WALK, NEW ORLEANS, LA, 70117"])
        self.assertEqual([lines["1"][1:], lines["2"][1:], lines["3"][2]], [["Tie"], ["No_Match"], "Non_Exact"])
        longitude, latitude = lines["0"][4].split(",")
        self.assertTrue(float(longitude) < -90 < 29 < float(latitude))

    def test_google(self) -> None:
        self.assertEqual(self.google("412 Poplar Walk", key="other")["status"], "REQUEST_DENIED")
        self.assertEqual(self.google("")["status"], "INVALID_REQUEST")
        self.assertEqual(self.google("9 Ferry Stairs, New Orleans")["status"], "ZERO_RESULTS")
        answer = self.google("412 Poplar Walk, New Orleans, LA 70117, USA")
        (result,) = answer["results"]
        self.assertEqual((answer["status"], result["geometry"]["location_type"]), ("OK", "ROOFTOP"))
        self.assertNotIn("partial_match", result)
        self.assertTrue(self.google("15 Fig Alley, New Orleans")["results"][0]["partial_match"])

    def test_nominatim(self) -> None:
        (place,) = json.loads(self.ask("/search", q="412 Poplar Walk, New Orleans", format="jsonv2", limit="5"))
        self.assertEqual((place["type"], place["address"]["house_number"]), ("house", "412"))
        self.assertIsInstance(place["lat"], str)

    # ---- faults

    def test_a_fault_is_for_as_many_requests_and_for_the_addresses_that_its_rule_says(self) -> None:
        self.set_faults("/~a", {"kind": "over_quota", "first": 2, "for": "poplar"})
        answers = [self.google(address, room="/~a")["status"] for address in ("412 Poplar Walk", "640 Elder St") * 3]
        self.assertEqual(answers, ["OVER_QUERY_LIMIT", "OK"] * 2 + ["OK", "OK"])
        self.assertEqual(self.google("412 Poplar Walk", room="/~b")["status"], "OK")  # another room has none

    def test_the_same_seed_has_the_same_faults(self) -> None:
        def answers(room: str) -> list[str]:
            self.set_faults(room, {"kind": "unknown_error", "share": 0.5, "seed": 7})
            return [self.google("640 Elder St", room=room)["status"] for _ in range(20)]

        first = answers("/~a")
        self.assertEqual(first, answers("/~b"))
        self.assertEqual(set(first), {"OK", "UNKNOWN_ERROR"})

    def test_results_are_wrong_row_by_row(self) -> None:
        self.set_faults("/~a", {"kind": "wrong_city", "for": "Elder"}, {"kind": "ambiguous", "for": "Mint"})
        rows = [["1", "640 Elder St", "New Orleans", "LA", ""], ["2", "301 Mint Street", "New Orleans", "LA", ""]]
        lines = self.batch([*rows, ["3", "412 Poplar Walk", "New Orleans", "LA", ""]], room="/~a")
        self.assertIn("SLIDELL", lines["1"][3])
        self.assertEqual([lines["2"][1], lines["3"][2]], ["Tie", "Exact"])

    def test_the_log_has_the_faults_that_happened(self) -> None:
        rows = [[str(number), f"{number} Elder St", "New Orleans", "LA", ""] for number in range(4)]
        self.set_faults("/~a", {"kind": "nothing", "for": "Elder", "first": 3})
        self.batch(rows, room="/~a")
        self.set_faults("/~a", {"kind": "over_quota"})
        with self.assertRaises(urllib.error.HTTPError) as error:
            self.batch(rows, room="/~a")
        error.exception.close()
        self.set_faults("/~a")
        self.batch(rows, room="/~a")
        lines = [json.loads(line) for line in Path(self.log).read_text().splitlines()]
        self.assertEqual([line["fault"] for line in lines], [None, "over_quota", None])
        self.assertEqual([line.get("results") for line in lines], [{"nothing": 3}, None, None])

    def test_another_street_has_the_house_number_and_the_city_that_were_asked_for(self) -> None:
        self.set_faults("/~a", {"kind": "wrong_street", "for": "Elder"})
        (match,) = self.census("640 Elder St, New Orleans, LA 70116", room="/~a")["addressMatches"]
        self.assertEqual(match["matchedAddress"], "640 FERN ALLEY, NEW ORLEANS, LA, 70116")
        self.assertTrue(self.google("640 Elder St, New Orleans", room="/~a")["results"][0]["partial_match"])
        self.assertEqual(len(self.census("412 Poplar Walk", room="/~a")["addressMatches"]), 1)

    def test_responses_fail_as_servers_do(self) -> None:
        expected: dict[str, type[Exception]] = {
            "down": OSError,
            "unavailable": urllib.error.HTTPError,
            "over_quota": urllib.error.HTTPError,
            "garbage": ValueError,
            "cut": Exception,
        }
        for kind, error in expected.items():
            self.set_faults("/~a", {"kind": kind, "first": 1})
            with self.assertRaises(error, msg=kind) as raised:
                self.census("640 Elder St", room="/~a")
            if isinstance(raised.exception, urllib.error.HTTPError):
                raised.exception.close()
            self.assertEqual(len(self.census("640 Elder St", room="/~a")["addressMatches"]), 1)

    def test_the_file_of_faults_is_read_again(self) -> None:
        for rules, found in (([], 1), ({"kind": "nothing"}, 0)):
            Path(self.faults).write_text(json.dumps(rules))
            self.assertEqual(len(self.census("640 Elder St, New Orleans, LA")["addressMatches"]), found)
        os.unlink(self.faults)
        self.assertEqual(len(self.census("640 Elder St, New Orleans, LA")["addressMatches"]), 1)

    def test_an_unknown_fault_is_refused(self) -> None:
        with self.assertRaises(urllib.error.HTTPError) as error:
            self.set_faults("/~a", {"kind": "earthquake"})
        self.assertEqual(error.exception.code, 400)
        error.exception.close()

    # ---- requests

    def test_requests_are_recorded_without_their_keys(self) -> None:
        self.google("640 Elder St", room="/~a")
        self.batch([["1", "412 Poplar Walk", "New Orleans", "LA", "70117"]], room="/~a")
        requests = json.loads(self.ask("/~a/requests"))
        asked = [(each["provider"], each["addresses"]) for each in requests]
        batch = ("census batch", ["412 Poplar Walk, New Orleans, LA, 70117"])
        self.assertEqual(asked, [("google", ["640 Elder St"]), batch])
        self.assertEqual(json.loads(self.ask("/~b/requests")), [])
        log = Path(self.log).read_text()
        self.assertEqual(len(log.splitlines()), 2)
        self.assertNotIn("the-key", log)


if __name__ == "__main__":
    unittest.main()
