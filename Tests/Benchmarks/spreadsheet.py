#!/usr/bin/env python3
"""Makes workbooks of 100,000 cells, and reads them with xlrd and openpyxl.

  spreadsheet.py FOLDER

Writes FOLDER/cells.xls and FOLDER/cells.xlsx, with dates, texts and numbers as statistics offices publish them, then
the line `ready`. Each line `xlrd`, `openpyxl` or `openpyxl-rows` on standard input is one reading of the whole file,
from its bytes to the value of every cell. The milliseconds of CPU time are the line of output.
"""

import datetime
import io
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlrd
import xlsxwriter
import xlwt

ROWS, COLUMNS = 2000, 50
NAMES = ("Nivel general", "Alimentos y bebidas no alcohólicas", "///", "s/d", "Vivienda y electricidad", "Comunicación")


def cells() -> list[list[datetime.date | str | float]]:
    """A date at the left, texts in each tenth column, else numbers of one to 17 digits."""
    chance = random.Random(1)
    first = datetime.date(2003, 1, 1)

    def value(column: int) -> str | float:
        if column % 10 == 1:
            return chance.choice(NAMES)
        return chance.choice([chance.randrange(1000), round(chance.uniform(0, 1e5), 2), chance.uniform(0, 1000)])

    return [[first + datetime.timedelta(row), *(value(column) for column in range(1, COLUMNS))] for row in range(ROWS)]


def write(folder: Path) -> None:
    rows = cells()
    old = xlwt.Workbook(encoding="utf-8")
    sheet = old.add_sheet("Serie")
    style = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    new = xlsxwriter.Workbook(folder / "cells.xlsx")
    page = new.add_worksheet("Serie")
    format = new.add_format({"num_format": "dd/mm/yyyy"})
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, datetime.date):
                sheet.write(row, column, value, style)
                page.write_datetime(row, column, value, format)
            elif isinstance(value, str):
                sheet.write(row, column, value)
                page.write_string(row, column, value)
            else:
                sheet.write(row, column, value)
                page.write_number(row, column, value)
    old.save(str(folder / "cells.xls"))
    new.close()


def with_xlrd(content: bytes) -> int:
    book = xlrd.open_workbook(file_contents=content)
    return sum(1 for sheet in book.sheets() for row in sheet.get_rows() for cell in row if cell.ctype)


def with_openpyxl(content: bytes) -> int:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return sum(cell.value is not None for sheet in book for row in sheet.iter_rows() for cell in row)


def with_openpyxl_rows(content: bytes) -> int:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, read_only=True)
    return sum(value is not None for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)


READERS: dict[str, tuple[str, Callable[[bytes], int]]] = {
    "xlrd": ("cells.xls", with_xlrd),
    "openpyxl": ("cells.xlsx", with_openpyxl),
    "openpyxl-rows": ("cells.xlsx", with_openpyxl_rows),
}


def main(folder: Path) -> None:
    write(folder)
    print("ready", flush=True)
    for line in sys.stdin:
        name, read = READERS[line.strip()]
        content = (folder / name).read_bytes()
        start = time.process_time()
        found = read(content)
        elapsed = time.process_time() - start
        if found < ROWS * COLUMNS * 0.95:
            sys.exit(f"{line.strip()} read {found} cells only")
        print(elapsed * 1000, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
