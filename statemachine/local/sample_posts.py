"""The posts of a sample as a blog of WordPress.

  /samples/DATASET/wp-json/wp/v2/posts?categories=213&per_page=20&page=1&modified_after=2024-01-05T00:00:00Z

has the posts in the lists of DATASETS_DIR/DATASET/sample/input/*.json, as WordPress' REST API answers: by
`categories`, `modified_after` and `slug`, ordered by `orderby` (date, modified, id) and `order`, in pages, with
X-WP-Total and X-WP-TotalPages. A page behind the last is 400. A post keeps the bytes that the sample has, escapes
and spaces included.

`sample/editions/N.json` are later editions of some posts, in the place of those with the same id. The edition is the
one that the site's file of changes names, `{"DATASET": {"edition": 1}}`, which is read for each request; without it
there is none.
"""

from __future__ import annotations

import datetime
import glob
import json
import os
from urllib.parse import parse_qs

PATH = "wp-json/wp/v2/posts"
JSON = "application/json; charset=UTF-8"
MOST = 100  # posts of a page


class Post:
    """A post with the text that it has in its file."""

    def __init__(self, fields: dict, text: str):
        self.fields, self.text = fields, text

    def time(self, name: str) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.fields[f"{name}_gmt"]).replace(tzinfo=datetime.timezone.utc)


def elements(path: str) -> list[Post]:
    """Returns the posts of a list of JSON."""
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    decoder, found = json.JSONDecoder(), []
    place = text.index("[") + 1
    while True:
        while text[place] in " \t\r\n,":
            place += 1
        if text[place] == "]":
            return found
        fields, end = decoder.raw_decode(text, place)
        found.append(Post(fields, text[place:end]))
        place = end


def posts(sample: str, edition: int) -> list[Post]:
    """Returns the posts of a sample in an edition, 0 for the first."""
    found = {}
    for path in sorted(glob.glob(os.path.join(glob.escape(sample), "input", "*.json"))):
        found |= {post.fields["id"]: post for post in elements(path)}
    if edition:
        found |= {post.fields["id"]: post for post in elements(os.path.join(sample, "editions", f"{edition}.json"))}
    return list(found.values())


def error(code: str, message: str) -> tuple[int, bytes, str, dict[str, str]]:
    body = {"code": code, "message": message, "data": {"status": 400}}
    return 400, json.dumps(body).encode(), JSON, {}


def respond(sample: str, query: str, edition: int = 0) -> tuple[int, bytes, str, dict[str, str]]:
    """Returns the status, the body, its type and further headers."""
    items = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
    found = posts(sample, edition)
    try:
        page, size = int(items.get("page", "1")), int(items.get("per_page", "10"))
        if category := items.get("categories"):
            wanted = {int(number) for number in category.split(",")}
            found = [post for post in found if wanted & set(post.fields["categories"])]
        if after := items.get("modified_after"):
            # Without an offset WordPress takes it for the site's time; the product sends UTC.
            limit = datetime.datetime.fromisoformat(after.replace("Z", "+00:00")).astimezone(datetime.timezone.utc)
            found = [post for post in found if post.time("modified") > limit]
    except ValueError as problem:
        return error("rest_invalid_param", f"Invalid parameter(s): {problem}")
    if slug := items.get("slug"):
        found = [post for post in found if post.fields["slug"] == slug]
    if page < 1 or not 1 <= size <= MOST:
        return error("rest_invalid_param", "Invalid parameter(s): page, per_page")
    order = items.get("orderby", "date")
    if order not in ("date", "modified", "id"):
        return error("rest_invalid_param", "Invalid parameter(s): orderby")
    found.sort(
        key=lambda post: (post.fields["id"] if order == "id" else post.time(order), post.fields["id"]),
        reverse=items.get("order", "desc") == "desc",
    )
    pages = -(-len(found) // size)
    if page > max(pages, 1):
        message = "The page number requested is larger than the number of pages available."
        return error("rest_post_invalid_page_number", message)
    shown = found[(page - 1) * size : page * size]
    body = "[" + ",".join(post.text for post in shown) + "]"
    return 200, body.encode(), JSON, {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
