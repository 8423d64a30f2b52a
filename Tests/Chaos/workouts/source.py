"""The source: posts with a week's sessions each. Each version edits some posts: sessions are written anew, removed and
added, of one post all dates move, and some posts have a day that is not clear. A post that is not edited is as it was.

GET /posts answers with the records that the parser `wod` makes of the posts, and GET /wp-json/wp/v2/posts with the
posts themselves, as WordPress does: in the order of their edits. A post that is edited between two pages comes twice.
"""

from __future__ import annotations

import datetime
import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

POSTS = 30
EDITED = 6  # posts of a version
UNCLEAR = 0.15  # of the edited posts have a day that the parser rejects
DAY = "Friday \u2013 Saturday (Session Three)"  # such a day
FIRST = datetime.date(2024, 1, 1)  # a Monday
START = datetime.datetime(2024, 3, 1, tzinfo=datetime.timezone.utc)
TURN = 30  # seconds for which a page waits for another version at most
BLOG = "/wp-json/wp/v2/posts"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
NUMBERS = ("One", "Two")
SEGMENTS = ("warm_up", *(f"segment_{letter}" for letter in "abcdef"), "notes")

Key = tuple[str, str]  # date, session
Session = dict[str, Any]
Sessions = dict[Key, Session]


class Posts:
    """The sessions of each version."""

    def __init__(self, seed: int):
        self.seed = seed
        self.versions: list[dict[int, list[Session]]] = []
        self.unclear: list[set[int]] = []  # the posts of each version that have such a day
        # By version and post: the sessions of earlier versions that may be that day's, and are not to be removed.
        self.kept: list[dict[int, list[Session]]] = []

    def sessions(self, version: int) -> Sessions:
        return {(each["date"], each["session"]): each for post in self.posts(version).values() for each in post}

    def weeks(self, version: int) -> dict[int, list[Session]]:
        """Returns the sessions of each post with those that are kept, in the order of a file: those of a day behind the
        post's own."""
        return {
            post: sorted([*week, *self.kept[version].get(post, [])], key=lambda each: str(each["date"]))
            for post, week in self.posts(version).items()
        }

    def posts(self, version: int) -> dict[int, list[Session]]:
        while len(self.versions) <= version:
            number = len(self.versions)
            chance = random.Random(f"{self.seed} {number}")
            before = self.weeks(number - 1) if number else {}
            posts = dict(self.versions[-1]) if number else {}
            unclear, kept = (set(self.unclear[-1]), dict(self.kept[-1])) if number else (set(), {})
            edited = chance.sample(range(POSTS), EDITED) if number else range(POSTS)
            for place, post in enumerate(edited):
                name = 1000 + post
                posts[name] = self.edit(post, number, chance, moves=bool(number) and place == 0)
                unclear.discard(name)
                kept.pop(name, None)
                if chance.random() < UNCLEAR:
                    unclear.add(name)
                    own = {(each["date"], each["session"]) for each in posts[name]}
                    kept[name] = [each for each in before.get(name, []) if (each["date"], each["session"]) not in own]
            self.versions.append(posts)
            self.unclear.append(unclear)
            self.kept.append(kept)
        return self.versions[version]

    @staticmethod
    def edit(post: int, version: int, chance: random.Random, moves: bool) -> list[Session]:
        """Returns the sessions of a post after an edit. No two posts have a date in common."""
        start = FIRST + datetime.timedelta(days=14 * post + (7 if moves else 0))
        modified = START + datetime.timedelta(minutes=version)
        sessions = []
        for day in sorted(chance.sample(range(len(DAYS)), chance.randint(2, 5))):
            for number in NUMBERS[: chance.randint(1, 2)]:
                text = " ".join(
                    chance.choice(["Snatch", "Jerk", "Clean", "5 x 3 @ 70 %, über Kopf"]) for _ in range(40)
                )
                sessions.append(
                    {
                        "kind": "session",
                        "date": f"{start + datetime.timedelta(days=day)}",
                        "session": f"{DAYS[day]} (Session {number})",
                        **dict.fromkeys(SEGMENTS, ""),
                        "segment_a": text,
                        "notes": f"version {version}",
                        "post_id": 1000 + post,
                        "slug": slug(start, post),
                        "modified": modified.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    }
                )
        return sessions


def post_of(day: str) -> int:
    """Returns the post that may have sessions on a day."""
    return 1000 + (datetime.date.fromisoformat(day) - FIRST).days // 14


def slug(start: datetime.date, post: int) -> str:
    """Returns `january-29-february-4-2024-program-1000`."""
    end = start + datetime.timedelta(days=6)
    month = "" if end.month == start.month else f"{end:%B}-"
    year = "" if end.year == start.year else f"{start.year}-"
    return f"{start:%B}-{start.day}-{year}{month}{end.day}-{end.year}-program-{1000 + post}".lower()


def blog_post(sessions: list[Session], is_unclear: bool) -> dict[str, Any]:
    """Returns the sessions of a post as WordPress has it, with a day that is not clear behind them."""
    first = sessions[0]
    days = [
        f"<p><strong>{each['session']}</strong><br />\n{each['notes']}<br />\nA.<br />\n{each['segment_a']}</p>"
        for each in sessions
    ]
    if is_unclear:
        days.append(f"<p><strong>{DAY}</strong><br />\nA.<br />\nRow</p>")
    modified = first["modified"].removesuffix("Z")
    return {
        "id": first["post_id"],
        "date": "2024-01-01T08:00:00",
        "date_gmt": "2024-01-01T16:00:00",
        "modified": modified,
        "modified_gmt": modified,
        "slug": first["slug"],
        "status": "publish",
        "type": "post",
        "link": f"https://blog.example/{first['slug']}/",
        "title": {"rendered": first["slug"]},
        "content": {"rendered": "\n".join(days), "protected": False},
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Source

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        if target.path not in ("/posts", BLOG):
            return self.respond(404, b"")
        query = parse_qs(target.query)
        if query.get("page", ["1"]) != ["1"]:
            self.server.turned.wait(TURN)
        version = self.server.version
        posts = self.server.posts.posts(version)
        with self.server.lock:
            self.server.asked += 1
            delay = self.server.chance.uniform(0, self.server.longest)
        time.sleep(delay)
        if target.path == BLOG:
            return self.page(list(posts.values()), self.server.posts.unclear[version], query)
        return self.respond(200, encoded({"sessions": [each for post in posts.values() for each in post]}))

    def page(self, posts: list[list[Session]], unclear: set[int], query: dict[str, list[str]]) -> None:
        size, number = (int(query.get(name, [standard])[0]) for name, standard in (("per_page", "10"), ("page", "1")))
        after = query.get("modified_after", [""])[0][:19]
        # In the order of their edits, as the dataset asks for.
        found = sorted(
            (each for each in posts if each[0]["modified"][:19] > after), key=lambda each: each[0]["modified"]
        )
        pages = -(-len(found) // size)
        if number > max(pages, 1):
            return self.respond(400, encoded({"code": "rest_post_invalid_page_number"}))
        chosen = found[(number - 1) * size : number * size]
        headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
        return self.respond(200, encoded([blog_post(each, each[0]["post_id"] in unclear) for each in chosen]), headers)

    def respond(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


def encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class Source(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, seed: int):
        super().__init__(("127.0.0.1", 0), Handler)
        self.posts = Posts(seed)
        self.version = 0
        self.asked = 0  # requests so far
        # Pages but the first wait for it: the source has another version by then.
        self.turned = threading.Event()
        self.turned.set()
        self.longest = 0.0  # seconds for which a response may wait: so long it is of an earlier version than others
        self.chance = random.Random(seed)
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignores broken connections: the client may have been killed."""
