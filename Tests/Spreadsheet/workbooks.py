#!/usr/bin/env python3
"""Makes workbooks of every kind, and says what xlrd and openpyxl read of them: the truth that the tests compare with.

  workbooks.py make FOLDER SEED [ROUNDS]    writes workbooks of random cells into the folder: 10 a round
  workbooks.py read FILE…                   writes FILE.cells for each: every cell with its kind and its value

A line of FILE.cells is `sheet NAME VISIBLE`, or `ROW COLUMN KIND VALUE` with tabs in between; rows and columns are from
0. Kinds and values: n, the bits of the number; d, those of the date's number, and the date; t, the text; b, 0 or 1; e,
the error's text. In texts a backslash, a tab and the line ends are `\\\\`, `\\t`, `\\n` and `\\r`.
"""

import datetime
import io
import random
import re
import struct
import sys
import warnings
import zipfile
from pathlib import Path

import biff
import openpyxl
import openpyxl.reader.excel
import openpyxl.worksheet._reader
import xlrd
import xlsxwriter
import xlwt
from openpyxl.cell.text import Text
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# Days of the year 10000: from there on a number is no date.
ENDS = (2_958_466, 2_957_004)


# ---- what the references read


class Serial(float):
    """A date's number, in the place of the date that openpyxl makes of it."""


def escaped(text: str) -> str:
    """A text as a line of FILE.cells has it."""
    for letter, escape in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(letter, escape)
    return text


def decoded(text: str) -> str:
    """A text of an .xlsx file, where `_x000D_` is a character; openpyxl leaves that to others."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def bits(number: float) -> str:
    return struct.pack(">d", number).hex()


def number_line(serial: float, is_date: bool, mode: int) -> str:
    if not is_date or not 0 <= serial < ENDS[mode]:
        return f"n\t{bits(serial)}"
    date = xlrd.xldate.xldate_as_datetime(serial, mode)
    return f"d\t{bits(serial)}\t{date.isoformat(timespec='milliseconds')}"


def read_xls(path: Path) -> list[str]:
    book = xlrd.open_workbook(str(path), logfile=io.StringIO(), ragged_rows=True)
    lines = []
    for sheet in book.sheets():
        lines.append(f"sheet\t{escaped(sheet.name)}\t{int(sheet.visibility == 0)}")
        for row in range(sheet.nrows):
            for column in range(sheet.row_len(row)):
                cell = sheet.cell(row, column)
                if cell.ctype == xlrd.XL_CELL_TEXT:
                    line = f"t\t{escaped(cell.value)}"
                elif cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                    line = number_line(cell.value, cell.ctype == xlrd.XL_CELL_DATE, book.datemode)
                elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                    line = f"b\t{cell.value}"
                elif cell.ctype == xlrd.XL_CELL_ERROR:
                    line = f"e\t{xlrd.error_text_from_code[cell.value]}"
                else:
                    continue
                lines.append(f"{row}\t{column}\t{line}")
    return lines


def texts_of(source: object) -> list[str]:
    """The shared texts, which openpyxl changes a little."""
    nodes = (node for _, node in iterparse(source) if node.tag == f"{{{SHEET_MAIN_NS}}}si")
    return [Text.from_tree(node).content for node in nodes]


def read_xlsx(path: Path) -> list[str]:
    openpyxl.worksheet._reader.from_excel = lambda value, *_, **__: Serial(value)
    openpyxl.reader.excel.read_string_table = texts_of
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True)
    mode = int(book.epoch == openpyxl.utils.datetime.MAC_EPOCH)
    lines = []
    for sheet in book.worksheets:
        lines.append(f"sheet\t{escaped(sheet.title)}\t{int(sheet.sheet_state == 'visible')}")
        for (row, column), cell in sorted(sheet._cells.items()):
            value = cell._value
            if value is None:
                continue
            if cell.data_type == "e":
                line = f"e\t{escaped(value)}"
            elif isinstance(value, bool):
                line = f"b\t{int(value)}"
            elif isinstance(value, int | float):
                line = number_line(float(value), isinstance(value, Serial), mode)
            elif isinstance(value, datetime.datetime | datetime.date | datetime.time):
                line = number_line(openpyxl.utils.datetime.to_excel(value, book.epoch), True, mode)
            else:
                line = f"t\t{escaped(decoded(value))}"
            lines.append(f"{row - 1}\t{column - 1}\t{line}")
    return lines


def read(path: Path) -> None:
    with open(path, "rb") as file:
        is_archive = file.read(2) == b"PK"
    lines = read_xlsx(path) if is_archive else read_xls(path)
    Path(f"{path}.cells").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


# ---- workbooks


def make_xlwt(path: Path, chance: random.Random) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = chance.random() < 0.3
    styles = [xlwt.easyxf(num_format_str=text) for text in (*biff.NUMBER_FORMATS, *biff.DATE_FORMATS)]
    for index in range(3):
        sheet = book.add_sheet(f"hoja {index}")
        if index == 1:
            sheet.visibility = 1
        for row in range(40):
            for column in range(12):
                style = chance.choice(styles)
                kind = chance.randrange(8)
                if kind < 3:
                    sheet.write(row, column, biff.random_number(chance), style)
                elif kind == 3:
                    sheet.write(row, column, "", style)
                elif kind == 4:
                    sheet.write(row, column, biff.random_text(chance, 200), style)
                elif kind == 5:
                    sheet.write(row, column, chance.random() < 0.5)
                elif kind == 6 and chance.random() < 0.2:
                    sheet.row(row).set_cell_error(column, chance.choice(biff.ERRORS))
    book.save(str(path))


def make_biff(path: Path, chance: random.Random, *, bare: bool, rows: int = 30) -> None:
    stream = biff.Stream(chance, rows).bytes()
    if bare:
        path.write_bytes(stream)
    else:
        xlwt.CompoundDoc.XlsDoc().save(str(path), stream)


def make_large(path: Path, chance: random.Random) -> None:
    """A file whose tables of sectors do not fit into its header."""
    stream = biff.Stream(chance, 5)
    stream.texts = [biff.random_text(chance, 8) + "-" * 4000 for _ in range(2000)]
    xlwt.CompoundDoc.XlsDoc().save(str(path), stream.bytes())


def make_xlsxwriter(path: Path, chance: random.Random, **options: object) -> None:
    book = xlsxwriter.Workbook(str(path), {"nan_inf_to_errors": True, **options})
    if chance.random() < 0.3:
        book.use_zip64()
    formats = [book.add_format({"num_format": text}) for text in (*biff.NUMBER_FORMATS, *biff.DATE_FORMATS)]
    formats += [book.add_format({"num_format": key}) for key in range(50)]
    bold = book.add_format({"bold": True})
    for index in range(3):
        sheet = book.add_worksheet(f"hoja & <{index}>")
        if index == 1:
            chance.choice([sheet.hide, sheet.very_hidden])()
            book.add_chartsheet("gráfico").set_chart(line_chart(book))
        for row in range(30):
            for column in range(12):
                style = chance.choice(formats)
                text = biff.random_text(chance, 100)
                kind = chance.randrange(12)
                if kind < 3:
                    sheet.write_number(row, column, biff.random_number(chance), style)
                elif kind < 5:
                    sheet.write_string(row, column, text + chance.choice(["", "\x07", "_x000D_", "\r", "_x41_"]), style)
                elif kind == 5:
                    sheet.write_rich_string(row, column, " negrita ", bold, text + "|", " y más")
                elif kind == 6:
                    sheet.write_boolean(row, column, chance.random() < 0.5)
                elif kind == 7:
                    results = (1.5, "texto", "x" + text, True, "#N/A", "#DIV/0!", 0, 45000.25, -1e-7)
                    sheet.write_formula(row, column, "=A1&B1", style, chance.choice(results))
                elif kind == 8:
                    sheet.write_datetime(row, column, datetime.datetime(2024, 2, 29, 13, 5, 59, 999_000), style)
                elif kind == 9:
                    sheet.write_blank(row, column, None, style)
        if not options.get("constant_memory"):
            sheet.write(1_048_575, 16_383, "XFD")
    book.close()


def line_chart(book: xlsxwriter.Workbook) -> object:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "='hoja & <0>'!$A$1:$A$5"})
    return chart


def make_openpyxl(path: Path, chance: random.Random) -> None:
    book = openpyxl.Workbook()
    book.iso_dates = chance.random() < 0.5
    sheet = book.active
    for row in range(1, 30):
        for column in range(1, 10):
            kind = chance.randrange(5)
            if kind == 0:
                sheet.cell(row, column, datetime.datetime(1900 + row * 3, 3, 1, row % 24, 30))
            elif kind == 1:
                sheet.cell(row, column, datetime.date(2024, 2, row))
            elif kind == 2:
                sheet.cell(row, column, re.sub(r"[\x00-\x1f]", "", biff.random_text(chance)))
            elif kind == 3:
                sheet.cell(row, column, biff.random_number(chance))
    book.save(path)


def make_package(path: Path, chance: random.Random) -> None:
    """A file by hand: parts at unusual places, prefixes, cells without addresses, and XML that others do not write."""
    x = chance.choice(["", "x:"])
    deep = chance.choice(["xl/", "datos/libro/", ""])
    absolute = chance.random() < 0.5

    def root(name: str, content: str) -> str:
        space = f'xmlns:{x[:-1]}="{MAIN}"' if x else f'xmlns="{MAIN}"'
        declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<!-- por nosotros -->'
        return f'{declaration}<{x}{name} {space} xmlns:r="{OFFICE}">{content}</{x}{name}>'

    def relations(*entries: tuple[str, str, str]) -> str:
        lines = (
            f"<Relationship Id='{key}' Type='{OFFICE}/{kind}' Target='{target}'/>" for key, kind, target in entries
        )
        return f'<Relationships xmlns="{PACKAGE}">{"".join(lines)}</Relationships>'

    def cell(row: int, column: int) -> str:
        address = f' r="{openpyxl.utils.get_column_letter(column)}{row}"' if chance.random() < 0.5 else ""
        number = repr(biff.random_number(chance))
        text = biff.random_text(chance).replace("&", "&amp;").replace("<", "&#x3C;").replace("\n", "&#10;")
        choices = [
            f"<{x}c{address} s='{chance.randrange(4)}'><{x}f>1+1</{x}f><{x}v>{number}</{x}v></{x}c>",
            f'<{x}c{address}  t = "s" ><{x}v>{chance.randrange(4)}</{x}v></{x}c >',
            f'<{x}c{address} t="b"><{x}v>{chance.randrange(2)}</{x}v></{x}c>',
            f'<{x}c{address} t="e"><{x}v>#N/A</{x}v></{x}c>',
            f'<{x}c{address} t="str"><{x}f>A1</{x}f><{x}v>{text}</{x}v></{x}c>',
            f'<{x}c{address} t="str"><{x}v/></{x}c>',
            f'<{x}c{address} t="n"><{x}v>45<!-- c -->000</{x}v><{x}extLst><{x}ext uri="u"/></{x}extLst></{x}c>',
            f'<{x}c{address} t="inlineStr"><{x}is><{x}t>{text}</{x}t><{x}rPh sb="0" eb="1"><{x}t>no</{x}t></{x}rPh>'
            f"</{x}is></{x}c>",
            f'<{x}c{address} s="1"/>',
        ]
        return chance.choice(choices)

    rows = []
    for row in range(1, 25):
        number = f' r="{row}"' if chance.random() < 0.7 else ""
        cells = "".join(cell(row, column) for column in range(1, 9))
        rows.append(f"<{x}row{number} spans='1:8'>\n{cells}\r\n</{x}row>")
    data = f"<{x}dimension ref='A1'/><{x}sheetData>{''.join(rows)}</{x}sheetData><{x}pageMargins/>"
    formats = "".join(f"<{x}xf numFmtId='{key}'/>" for key in (0, 14, 164, 165))
    custom = f'<{x}numFmt numFmtId="164" formatCode="&quot;d&quot;0"/><{x}numFmt numFmtId="165" formatCode="[h]:mm"/>'
    styles = f"<{x}numFmts>{custom}</{x}numFmts><{x}cellStyleXfs><{x}xf numFmtId='14'/></{x}cellStyleXfs>"
    styles += f"<{x}cellXfs>{formats}</{x}cellXfs>"
    shared = f"<{x}si><{x}t>uno &amp; dos</{x}t></{x}si><{x}si><{x}t/></{x}si>"
    shared += f'<{x}si><{x}r><{x}rPr><{x}b/></{x}rPr><{x}t xml:space="preserve"> tres</{x}t></{x}r><{x}r><{x}t>四'
    shared += f"</{x}t></{x}r><{x}rPh sb='0' eb='1'><{x}t>シ</{x}t></{x}rPh><{x}phoneticPr fontId='1'/></{x}si>"
    shared += f"<{x}si><{x}t>a_x000D_b_x005F_x0041_</{x}t></{x}si>"
    state = chance.choice(["", ' state="hidden"', ' state="veryHidden"', ' state="visible"'])
    date1904 = chance.choice(["", ' date1904="1"', ' date1904="true"', ' date1904="0"'])
    sheet = f'<{x}sheet name="Uno &amp; &quot;dos&quot;" sheetId="7"{state} r:id="z"/>'
    book = f"<{x}workbookPr{date1904}/><{x}sheets>{sheet}</{x}sheets>"
    target = f"/{deep}hojas/uno.xml" if absolute else "hojas/./x/../uno.xml"
    parts = {
        "[Content_Types].xml": "",
        "_rels/.rels": relations(("a", "officeDocument", f"/{deep}libro.xml"), ("b", "extended-properties", "app.xml")),
        f"{deep}libro.xml": root("workbook", book),
        f"{deep}_rels/libro.xml.rels": relations(
            ("z", "worksheet", target), ("y", "styles", "/xl/styles.xml"), ("w", "sharedStrings", "textos.xml")
        ),
        f"{deep}hojas/uno.xml": root("worksheet", data),
        # openpyxl expects it there.
        "xl/styles.xml": root("styleSheet", styles),
        f"{deep}textos.xml": root("sst", shared),
    }
    kinds = (
        (f"{deep}libro.xml", "sheet.main"), (f"{deep}hojas/uno.xml", "worksheet"), ("xl/styles.xml", "styles"),
        (f"{deep}textos.xml", "sharedStrings"),
    )  # fmt: skip
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{office}.{kind}+xml"/>' for name, kind in kinds)
    package = "http://schemas.openxmlformats.org/package/2006"
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    parts["[Content_Types].xml"] = f'<Types xmlns="{package}/content-types">{rels}{overrides}</Types>'
    method = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with open(path, "wb") as file:
        # Some archives have something in front, or a comment behind them.
        file.write(b"" if chance.random() < 0.5 else b"PK\3\4#!/bin/sh\n")
        with zipfile.ZipFile(file, "a" if file.tell() else "w", method) as archive:
            archive.comment = chance.choice([b"", b"un comentario"])
            for name, text in parts.items():
                encoding = "utf-8-sig" if chance.random() < 0.2 else "utf-8"
                archive.writestr(name, text.encode(encoding))


def make(folder: Path, seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    for index in range(rounds):
        make_xlwt(folder / f"xlwt-{index}.xls", chance)
        make_biff(folder / f"biff-{index}.xls", chance, bare=False)
        make_biff(folder / f"bare-{index}.xls", chance, bare=True)
        make_xlsxwriter(folder / f"xlsxwriter-{index}.xlsx", chance, date_1904=index % 4 == 3)
        make_xlsxwriter(folder / f"inline-{index}.xlsm", chance, constant_memory=True)
        make_openpyxl(folder / f"openpyxl-{index}.xlsx", chance)
        for turn in range(3):
            make_package(folder / f"package-{index}-{turn}.xlsx", chance)
    make_large(folder / "large.xls", chance)


def main(arguments: list[str]) -> None:
    match arguments:
        case ["make", folder, seed, *rounds] if len(rounds) < 2:
            make(Path(folder), int(seed), int(rounds[0]) if rounds else 1)
        case ["read", *files] if files:
            for file in files:
                read(Path(file))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
