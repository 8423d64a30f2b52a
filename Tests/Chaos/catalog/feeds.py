"""Two feeds, Atom and RSS, that have the newest entries only: older ones roll out."""

from __future__ import annotations

import datetime
import email.utils
from html import escape
from typing import NamedTuple

from .contents import moment, number

NAMES = ("atom", "rss")
WINDOW = 12  # entries of a document
NEW = 3  # entries that each version adds


class Entry(NamedTuple):
    guid: str
    title: str
    link: str
    updated_at: str | None


class Feeds:
    """The entries of the feeds in every version. Each version adds some, and changes a sixth of those in the window.
    One of nine has no date: it has no cursor, so that a reader has to take it each time."""

    def __init__(self, seed: int):
        self.seed = seed

    def entries(self, name: str, version: int) -> list[Entry]:
        """Returns the entries of the window, the newest first."""
        last = WINDOW + NEW * version
        return [self.entry(name, each, version) for each in range(last - 1, last - WINDOW - 1, -1)]

    def entry(self, name: str, count: int, version: int) -> Entry:
        born = max(0, (count - WINDOW) // NEW + 1)
        changes = (each for each in range(version, born, -1) if number(self.seed, name, count, each) % 6 == 0)
        changed = next(changes, born)
        chance = number(self.seed, name, count, changed)
        return Entry(
            guid=f"urn:{name}:{count}",
            title=f"Nº {count} & “{chance % 1000}”",
            link=f"https://feed.example/{name}/{count}",
            updated_at=moment(changed, count % 60) if count % 9 != 4 else None,
        )

    def document(self, name: str, version: int) -> str:
        entries = self.entries(name, version)
        if name == "atom":
            body = "".join(
                f"<entry><id>{escape(each.guid)}</id><title>{escape(each.title)}</title>"
                f'<link href="{escape(each.link)}"/>{date("updated", each.updated_at)}</entry>'
                for each in entries
            )
            return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>chaos</title>{body}</feed>'
        body = "".join(
            f'<item><guid isPermaLink="false">{escape(each.guid)}</guid><title>{escape(each.title)}</title>'
            f"<link>{escape(each.link)}</link>{date('pubDate', each.updated_at)}</item>"
            for each in entries
        )
        return f'<rss version="2.0"><channel><title>chaos</title>{body}</channel></rss>'


def date(element: str, text: str | None) -> str:
    """Returns the element of a date in the form of its feed; nothing without a date."""
    if text and element == "pubDate":
        text = email.utils.format_datetime(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")))
    return f"<{element}>{text}</{element}>" if text else ""
