"""Searches for texts that the database has, and for texts that would run as SQL, or match as a pattern, if they did not
stand for themselves. Each must find the rows that have its text, and no others."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import quote

from client import Client

# The longest time of a statement that sleeps for ten seconds, and does not run.
QUICK = 5.0

TEXTS = (
    "'; drop table events; --", "' or '1'='1", "\\'; select pg_sleep(10); --", "%' union select version() --", "$1",
    "{{7*7}}", "<script>alert(1)</script>", "\u202e\ud7ff\U0010ffff",
    # Patterns of `like`, which match every text of some length.
    "%%%", "___", "%e%", "_e_a", "\\\\\\", "%\\",
)  # fmt: skip


def contains(*names: str) -> Callable[[dict, str], bool]:
    """Returns the rule of a search in members of an item; `a.b` is the member b of a."""

    def rule(item: dict, text: str) -> bool:
        return any(text.casefold() in str(member(item, name) or "").casefold() for name in names)

    return rule


def equals(name: str) -> Callable[[dict, str], bool]:
    return lambda item, text: member(item, name) == text


def has_genre(item: dict, text: str) -> bool:
    genres = (item.get("genres") or []) + (member(item, "artist.genres") or [])
    return text.casefold() in [genre.casefold() for genre in genres]


def member(item: dict, name: str) -> object:
    found: object = item
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


# A search, and whether an item is one that it must find. A venue's whole address has its street.
RULES: dict[str, Callable[[dict, str], bool]] = {
    "/events?q=": contains("artist.name", "venue.name", "description"),
    "/events?genre=": has_genre,
    "/venues?q=": contains("name", "address", "street"),
    "/artists?q=": contains("name"),
    "/runs?dataset=": equals("dataset"),
    "/rejected?dataset=": equals("dataset"),
    "/data?search=": contains("title", "description"),
    "/data?category=": equals("category"),
    "/data?source_name=": equals("source_name"),
}


class Searches:
    def __init__(self, client: Client, expect: Callable[..., None]) -> None:
        self.client, self.expect = client, expect
        self.all = {target: self.every(target) for target in RULES}

    def every(self, target: str) -> list[dict]:
        """Returns all that a list has, without the search."""
        return self.client.items(self.page(target.split("?")[0]))

    @staticmethod
    def page(target: str) -> str:
        size = "page_size=1000" if target.startswith("/data") else "limit=500"
        return f"{target}{'&' if '?' in target else '?'}{size}"

    def search(self, target: str, text: str) -> None:
        """Compares the response with the items of the whole list that the text is in."""
        rule = RULES[target]
        begin = time.monotonic()
        response = self.client.ask(self.page(target + quote(text, safe="")))
        self.expect(f"{target}{text} runs nothing", time.monotonic() - begin < QUICK)
        if response.status != 200:
            self.expect(f"{target}{text} is answered", False, (response.status, response.body[:200]))
            return
        found = {json.dumps(item, sort_keys=True) for item in response.json()["items"]}
        wanted = {json.dumps(item, sort_keys=True) for item in self.all[target] if rule(item, text)}
        self.expect(f"{target}{text} finds its {len(wanted)} items alone", found == wanted, sorted(found ^ wanted)[:3])

    def known(self) -> None:
        """Searches for texts of the first and the last item find them, in any case where that does not count."""
        texts = {
            "/events?q=": lambda item: member(item, "artist.name") or member(item, "venue.name"),
            "/events?genre=": lambda item: next(iter(item["genres"]), None),
            "/venues?q=": lambda item: item["name"],
            "/artists?q=": lambda item: item["name"].swapcase(),
            "/runs?dataset=": lambda item: item["dataset"],
            "/rejected?dataset=": lambda item: item["dataset"],
            "/data?search=": lambda item: item["title"][1:6].swapcase(),
            "/data?category=": lambda item: item["category"],
            "/data?source_name=": lambda item: item["source_name"],
        }
        for target, text in texts.items():
            known = [found for item in self.all[target] if (found := text(item))]
            self.expect(f"{target} has something to find", bool(known), len(self.all[target]))
            for each in {*known[:1], *known[-1:]}:
                self.expect(f"{target}{each} is in the list", any(RULES[target](one, each) for one in self.all[target]))
                self.search(target, each)

    def injections(self) -> None:
        for text in TEXTS:
            for target in RULES:
                self.search(target, text)
            for target in ("/runs/", "/series/"):
                status = self.client.ask(target + quote(text, safe="")).status
                self.expect(f"{target}{text} is not there", status in (400, 404, 422), status)
        for target in RULES:
            now = self.every(target)
            self.expect(f"{target} has what it had", now == self.all[target], (len(now), len(self.all[target])))
