"""The samples of posts as a blog of WordPress (statemachine/local/sample_posts.py). Tests/Architecture runs it; it
needs no packages."""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(1, str(ROOT / "statemachine/local"))

import sample_files  # noqa: E402
import sample_posts  # noqa: E402

SAMPLE = ROOT / "statemachine/datasets/invictus_wod/sample"


def ids(query: str, edition: int = 0) -> list[int]:
    status, body, _, _ = sample_posts.respond(str(SAMPLE), query, edition)
    assert status == 200, body
    return [post["id"] for post in json.loads(body)]


class PostsTest(unittest.TestCase):
    def test_posts_are_ordered_and_divided_into_pages(self) -> None:
        self.assertEqual(ids(""), [103, 104, 102, 101])
        self.assertEqual(ids("orderby=modified&order=asc"), [101, 102, 104, 103])
        self.assertEqual(ids("orderby=modified&order=asc&per_page=3&page=2"), [103])
        status, _, _, headers = sample_posts.respond(str(SAMPLE), "per_page=3")
        self.assertEqual((status, headers), (200, {"X-WP-Total": "4", "X-WP-TotalPages": "2"}))

    def test_filters(self) -> None:
        self.assertEqual(ids("categories=1,213&slug=new-schedule"), [104])
        self.assertEqual(ids("categories=1"), [104])
        self.assertEqual(ids("categories=213"), [103, 102, 101])
        self.assertEqual(ids("modified_after=2024-01-10T17:00:00Z"), [103])
        self.assertEqual(ids("modified_after=2024-01-10T16:59:59Z&order=asc"), [104, 103])

    def test_behind_the_last_page_and_without_sense_the_answer_is_400(self) -> None:
        for query, code in [
            ("page=2", "rest_post_invalid_page_number"),
            ("page=x", "rest_invalid_param"),
            ("per_page=101", "rest_invalid_param"),
            ("modified_after=soon", "rest_invalid_param"),
        ]:
            status, body, _, _ = sample_posts.respond(str(SAMPLE), query)
            self.assertEqual((status, json.loads(body)["code"]), (400, code), query)

    def test_a_post_has_the_bytes_of_its_file(self) -> None:
        text = (SAMPLE / "editions/1.json").read_text(encoding="utf-8")
        _, body, _, _ = sample_posts.respond(str(SAMPLE), "slug=january-8-14-2024-5-day-weightlifting-program", 1)
        self.assertEqual(body.decode()[1:-1], text.strip()[1:-1].strip())

    def test_an_edition_has_edited_posts(self) -> None:
        self.assertEqual(ids("orderby=modified&order=asc", 2), [104, 103, 102, 101])
        removed = sample_posts.posts(str(SAMPLE), 2)[0].fields["content"]["rendered"]
        self.assertNotIn("Thursday", removed)

    def test_credentials_and_edition_come_through_the_site(self) -> None:
        path = "/samples/invictus_wod/wp-json/wp/v2/posts"
        self.assertEqual(sample_files.respond(path, "", {})[0], 401)
        required = (SAMPLE / "requires").read_text(encoding="utf-8").strip().splitlines()[-1]
        headers = {"Authorization": required.partition(": ")[2]}
        changes = {"invictus_wod": {"edition": 1}}
        _, body, _, _ = sample_files.respond(path, "orderby=modified", headers, changes)
        self.assertEqual(json.loads(body)[0]["id"], 102)


if __name__ == "__main__":
    unittest.main()
