"""Writes streams of .xls files record by record, with what xlwt does not write: several numbers in a record, texts that
go on in other records, formats within texts, results of formulas, charts. workbooks.py uses it.
"""

import random
import struct

NUMBER_FORMATS = (
    "General", "0", "0.00", "#,##0.00", "0%", "0.00E+00", "@", '#,##0.00\\ "Dm"', "[Red]0.00;[Blue]-0.00",
    "_-* #,##0.00_-", '0.0" m"', "[$-2C0A]#,##0.0", "#,##0\\ \\d", "* #,##0",
)  # fmt: skip
DATE_FORMATS = (
    "yyyy-mm-dd", "dd/mm/yyyy", "mmm-yy", "d\\ \\d\\e\\ mmmm", "[$-C0A]mmm\\-yy;@", "h:mm", "hh:mm:ss.000", "[h]:mm",
    '"Fecha: "dd/mm/yy', "m/d/yy h:mm", "MMM/YYYY", "[mm]:ss", "[Red]yyyy",
)  # fmt: skip
# Formats on which xlrd and openpyxl do not agree.
DOUBTFUL_FORMATS = (
    "#,##0.0 Pesos", "#.##0,00 USD", "0 m", '#,##0 "a"s', "[h]", "[<=99]0;[>99]dd", "0;yyyy", "dd0", "[d", "s00",
)  # fmt: skip
ERRORS = (0x00, 0x07, 0x0F, 0x17, 0x1D, 0x24, 0x2A)
LETTERS = "abc ABCDEF 0123456789 áéíñüÿ€ΩЖ日本語𝄞\n\t'\"<&>"


def record(kind: int, data: bytes) -> bytes:
    if len(data) > 8224:
        raise ValueError(f"a record of {len(data)} bytes")
    return struct.pack("<HH", kind, len(data)) + data


def is_narrow(text: str) -> bool:
    return all(ord(letter) < 256 for letter in text)


def random_text(chance: random.Random, longest: int = 40) -> str:
    letters = LETTERS if chance.random() < 0.5 else LETTERS[:28]
    return "".join(chance.choice(letters) for _ in range(chance.choice([0, 1, 3, 8, 8, longest])))


def random_number(chance: random.Random) -> float:
    kind = chance.randrange(6)
    if kind == 0:
        return float(chance.randrange(-1000, 1000))
    if kind == 1:
        return chance.randrange(-100_000_000, 100_000_000) / 100
    if kind == 2:
        return chance.uniform(-1, 1) * 10 ** chance.randrange(-300, 300)
    if kind == 3:
        return struct.unpack("<d", chance.randbytes(7) + bytes([chance.choice([0x3F, 0x40, 0xBF, 0x7E, 0x00])]))[0]
    # In the range of dates.
    return chance.choice([0, 0.25, 0.999999999, 1, 59, 59.5, 60, 60.75, 61, chance.uniform(0, 60000)]) * 1.0


class Texts:
    """Data of a record and its continuations. A boundary may be within a text."""

    def __init__(self, chance: random.Random, longest: int):
        self.chance = chance
        self.longest = longest
        self.parts = [bytearray()]

    def room(self) -> int:
        return self.longest - len(self.parts[-1])

    def atom(self, data: bytes) -> None:
        if self.room() < len(data):
            self.parts.append(bytearray())
        self.parts[-1] += data

    def add(self, text: str, extras: bool) -> None:
        units = struct.unpack(f"<{len(text.encode('utf-16-le')) // 2}H", text.encode("utf-16-le"))
        runs = self.chance.randrange(4) if extras and self.chance.random() < 0.3 else 0
        phonetic = self.chance.randrange(1, 30) if extras and self.chance.random() < 0.2 else 0
        header = struct.pack("<HB", len(units), (8 if runs else 0) | (4 if phonetic else 0))
        header += struct.pack("<H", runs) if runs else b""
        header += struct.pack("<I", phonetic) if phonetic else b""
        self.atom(header)
        flags = len(self.parts[-1]) - len(header) + 2
        while units:
            # Narrow characters are a choice, if all that fit here are.
            narrow = all(unit < 256 for unit in units[: self.room()])
            wide = 0 if narrow and self.chance.random() < 0.5 else 1
            self.parts[-1][flags] |= wide
            fits = self.room() // (2 if wide else 1)
            if fits < len(units) and fits and 0xD800 <= units[fits - 1] < 0xDC00:
                fits -= 1  # xlrd refuses half a character.
            part, units = units[:fits], units[fits:]
            self.parts[-1] += struct.pack(f"<{len(part)}{'H' if wide else 'B'}", *part)
            if units:
                self.parts.append(bytearray([0]))
                flags = 0
        for _ in range(runs):
            self.atom(self.chance.randbytes(4))
        extra = self.chance.randbytes(phonetic)
        if extra and self.room() < len(extra):
            room = max(0, self.room())
            self.parts[-1] += extra[:room]
            self.parts.append(bytearray())
            extra = extra[room:]
        self.parts[-1] += extra

    def records(self, kind: int) -> bytes:
        kinds = [kind] + [0x3C] * (len(self.parts) - 1)
        return b"".join(record(kind, bytes(part)) for kind, part in zip(kinds, self.parts, strict=True))


def compact(number: float) -> bytes | None:
    """The number as RK, if it is one."""
    for divided, value in ((0, number), (1, number * 100)):
        if value == int(value) and abs(value) < 1 << 29 and (not divided or int(value) / 100 == number):
            if value == 0 and str(number).startswith("-"):
                continue
            return struct.pack("<i", int(value) << 2 | 2 | divided)
    bits = struct.pack("<d", number)
    return bits[4:] if bits[:4] == b"\0\0\0\0" and bits[4] & 3 == 0 else None


class Stream:
    """A workbook's stream of random cells."""

    def __init__(self, chance: random.Random, rows: int = 30):
        self.chance = chance
        self.rows = rows
        self.texts = [random_text(chance, 300) for _ in range(chance.randrange(1, 60))]
        self.formats = 0

    def bytes(self) -> bytes:
        chance = self.chance
        beginning = struct.pack("<HHHHII", 0x600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
        head = record(0x809, beginning)
        head += record(0x42, struct.pack("<H", 1200))
        head += record(0x22, struct.pack("<H", chance.choice([0, 0, 1])))
        used = list(enumerate((*NUMBER_FORMATS, *DATE_FORMATS, *DOUBTFUL_FORMATS), 164))
        for key, text in used:
            name = Texts(chance, 8224)
            name.add(text, extras=False)
            head += record(0x41E, struct.pack("<H", key) + bytes(name.parts[0]))
        keys = [*range(50), *(key for key, _ in used)]
        for key in keys:
            head += record(0xE0, struct.pack("<HH", 0, key) + bytes(16))
        self.formats = len(keys)
        names = [("Serie ñandú", 0, 0), ("Ж" * 5, 1, 0), ("Chart", 0, 2), ("s" * 31, 2, 0)]
        sheets = [self.sheet() for _ in names]
        table = Texts(chance, chance.choice([40, 100, 8224]))
        table.atom(struct.pack("<II", len(self.texts), len(self.texts)))
        for text in self.texts:
            table.add(text, extras=True)
        tail = table.records(0xFC) + record(0x0A, b"")
        entries = []
        for name, state, kind in names:
            wide = not is_narrow(name)
            entries.append(
                struct.pack("<BBBB", state, kind, len(name), wide) + name.encode("utf-16-le" if wide else "latin-1")
            )
        place = len(head) + sum(8 + len(entry) for entry in entries) + len(tail)
        listed = b""
        for entry, sheet in zip(entries, sheets, strict=True):
            listed += record(0x85, struct.pack("<I", place) + entry)
            place += len(sheet)
        return head + listed + tail + b"".join(sheets)

    def sheet(self) -> bytes:
        chance = self.chance
        data = record(0x809, struct.pack("<HHHHII", 0x600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
        data += record(0x200, struct.pack("<IIHHH", 0, self.rows, 0, 20, 0))
        for row in range(self.rows):
            column = 0
            while column < 20:
                column += chance.choice([0, 0, 0, 1, 3])
                cells, width = self.cell(row, column)
                data += cells
                column += width
            if chance.random() < 0.05:
                data += record(0x809, struct.pack("<HHHHII", 0x600, 0x0020, 0, 0, 0, 6))
                data += self.cell(row, 0)[0] + record(0x0A, b"")
        if chance.random() < 0.3:
            data += record(0x203, struct.pack("<HHHd", 65535, 255, 0, 1.5))
        return data + record(0x0A, b"")

    def cell(self, row: int, column: int) -> tuple[bytes, int]:
        chance = self.chance
        format = chance.randrange(self.formats)
        head = struct.pack("<HHH", row, column, format)
        kind = chance.randrange(9)
        if kind == 0:
            numbers = [compact(random_number(chance)) for _ in range(8)]
            numbers = [number for number in numbers if number] + [compact(7.25) or b""]
            cells = b"".join(struct.pack("<H", chance.randrange(self.formats)) + number for number in numbers)
            ends = struct.pack("<HH", row, column), struct.pack("<H", column + len(numbers) - 1)
            return record(0xBD, ends[0] + cells + ends[1]), len(numbers)
        if kind == 1:
            number = random_number(chance)
            short = compact(number)
            return (record(0x27E, head + short) if short else record(0x203, head + struct.pack("<d", number))), 1
        if kind == 2:
            return record(0x203, head + struct.pack("<d", random_number(chance))), 1
        if kind == 3:
            return record(0xFD, head + struct.pack("<I", chance.randrange(len(self.texts)))), 1
        if kind == 4:
            text = Texts(chance, 8000)
            text.add(random_text(chance), extras=False)
            return record(0x204, head + bytes(text.parts[0])), 1
        if kind == 5:
            is_error = chance.random() < 0.5
            value = chance.choice(ERRORS) if is_error else chance.randrange(2)
            return record(0x205, head + bytes([value, is_error])), 1
        if kind == 6:
            return record(0xBE, head + struct.pack("<HHH", 0, 0, column + 2)), 3
        return self.formula(head, format), 1

    def formula(self, head: bytes, format: int) -> bytes:
        chance = self.chance
        kind = chance.randrange(5)
        tail = struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00"
        after = b""
        if kind == 0:
            result = struct.pack("<BBBBBBH", 0, 0, 0, 0, 0, 0, 0xFFFF)
            if chance.random() < 0.3:
                after += record(0x4BC, bytes(10))
            text = Texts(chance, chance.choice([20, 8000]))
            # xlrd counts characters beyond U+FFFF wrongly here.
            text.add(random_text(chance, 80).replace("𝄞", "") + "x", extras=False)
            after += text.records(0x207)
        elif kind == 1:
            result = struct.pack("<BBBBBBH", 1, 0, chance.randrange(2), 0, 0, 0, 0xFFFF)
        elif kind == 2:
            result = struct.pack("<BBBBBBH", 2, 0, chance.choice(ERRORS), 0, 0, 0, 0xFFFF)
        elif kind == 3:
            result = struct.pack("<BBBBBBH", 3, 0, 0, 0, 0, 0, 0xFFFF)
        else:
            result = struct.pack("<d", random_number(chance))
        return record(0x06, head + result + tail) + after
