#!/usr/bin/env python3
"""Writes the sample workbooks of the datasets of time series, in the forms of their sources, with figures of our own.

    sample_workbooks.py            needs openpyxl 3.1.5 and xlwt 1.3.0

The files are in the repository: nobody needs this script to run a sample. It is here so that they can be changed. It
writes the same bytes each time. sample/revised/ has a later edition: a figure is revised, and the last points are new.
Each workbook has what real ones have: blank rows, footnotes, numbers as texts. The BCRA's later edition, and INDEC's
both, have cells that are no figures.
"""

from __future__ import annotations

import datetime as dt
import io
import pathlib
import zipfile

import openpyxl
import xlwt

ROOT = pathlib.Path(__file__).resolve().parents[1]
MADE = dt.datetime(2024, 3, 1, 12, 0)
DAY = dt.timedelta(days=1)
MONTHS = "Enero Febrero Marzo Abril Mayo Junio Julio Agosto Septiembre Octubre Noviembre Diciembre".split()

# The columns of the seventeen series, by sheet: a value grows with the day.
BCRA = {
    "RESERVAS": {"C": 27000.0, "P": 826.4},
    "BASE MONETARIA": {"Z": 6100.5, "AD": 9800.25},
    "DEPOSITOS": {"Q": 13000.0, "S": 31000.75, "X": 19000.5},
    "PRESTAMOS": {"U": 12500.25},
    "TASAS DE MERCADO": {"L": 109.5, "M": 110.25, "O": 111.0, "P": 112.5, "R": 118.75, "T": 99.5},
    "INSTRUMENTOS DEL BCRA": {"B": 24000.0, "F": 1500.5, "M": 100.0},
}


def bcra(days: int, revised: bool) -> bytes:
    """A workbook as the BCRA's series.xlsm: a row for each working day, headings in row 8."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.created = book.properties.modified = MADE
    for name, columns in BCRA.items():
        sheet = book.create_sheet(name)
        sheet["A1"] = f"{name}: cifras de muestra, inventadas"
        sheet["A8"] = "Fecha"
        for column, first in columns.items():
            sheet[f"{column}8"] = f"{name} {column}"
            row = 9
            for number, day in enumerate(working_days(dt.datetime(2024, 2, 1), days)):
                # A blank row between the months.
                row += number == 21
                sheet[f"A{row}"] = day
                sheet[f"A{row}"].number_format = "dd/mm/yyyy"
                sheet[f"{column}{row}"] = round(first + 1.25 * number, 4)
                row += 1
    reserves = book["RESERVAS"]
    reserves["C10"] = "27.001,25"
    reserves["P15"] = " 834,9 "
    last = reserves.max_row + 2
    reserves[f"A{last}"] = "(*) Provisorio"
    if revised:
        reserves["C11"] = 27002.75
        # A first run is complete; the later edition has a cell that cannot be read.
        reserves["C12"] = "s/d"
    hidden = book.create_sheet("notas")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "Fuente: muestra"
    file = io.BytesIO()
    book.save(file)
    return without_times(file.getvalue())


def working_days(first: dt.datetime, count: int) -> list[dt.datetime]:
    days = [first + number * DAY for number in range(2 * count)]
    return [day for day in days if day.weekday() < 5][:count]


def without_times(data: bytes) -> bytes:
    """The same ZIP archive, whose entries have one time, so that the same workbook has the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                head, _, rest = content.partition(b"<dcterms:modified")
                _, _, tail = rest.partition(b"</dcterms:modified>")
                content = head + tail
            new.writestr(zipfile.ZipInfo(entry.filename, (2024, 3, 1, 12, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


IPC = {
    "Variación mensual IPC Nacional": 3.5,
    "Var. interanual IPC Nacional": 40.25,
    "Índices IPC Cobertura Nacional": 100.0,
}


def ipc(months: int, revised: bool) -> bytes:
    """A workbook as INDEC's sh_ipc_MM_YY.xls: a column for each month, dates in row 6, and again for each region."""
    book = xlwt.Workbook(encoding="utf-8")
    style = xlwt.easyxf(num_format_str="mmm-yy")
    for name, first in IPC.items():
        sheet = book.add_sheet(name, cell_overwrite_ok=True)
        sheet.write(0, 0, "Cifras de muestra, inventadas")
        for top, region in ((5, "Total nacional"), (35, "Región GBA")):
            sheet.write(top, 0, region)
            for row, label in ((top + 4, "Nivel general"), (top + 20, "Núcleo")):
                sheet.write(row, 0, label)
                for number in range(months):
                    day = dt.datetime(2023 + number // 12, number % 12 + 1, 1)
                    sheet.write(top, number + 1, day, style)
                    sheet.write(row, number + 1, round(first + 0.5 * number + row / 100, 2))
            # Behind the last month a blank with a format, which means that there is no value.
            sheet.write(top, months + 1, None, style)
        sheet.write(65, 0, "Fuente: muestra")
    monthly = book.get_sheet(0)
    # Two months of the core rate were never published, and one figure is stored as a text.
    monthly.write(25, 3, "///")
    monthly.write(25, 4, "///")
    monthly.write(9, 2, " 4,1 ")
    if revised:
        monthly.write(9, 5, 6.25)
    return saved(book)


def emae(months: int, revised: bool) -> bytes:
    """A workbook as INDEC's sh_emae_mensual_base2004.xls: no dates, the year beside January only."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("EMAE")
    sheet.write(0, 0, "Cifras de muestra, inventadas")
    for column, label in ((0, "Período"), (2, "Serie original"), (4, "Serie desestacionalizada")):
        sheet.write(2, column, label)
    for number in range(months):
        row = 4 + number
        if number % 12 == 0:
            sheet.write(row, 0, 2022 + number // 12)
        sheet.write(row, 1, MONTHS[number % 12])
        value = 140.0 + 0.75 * (number % 7)
        sheet.write(row, 2, value + (0.5 if revised and number == months - 3 else 0))
        sheet.write(row, 4, round(141.5 + 0.1 * number, 3))
    sheet.write(6 + months, 0, "Nota: los datos son provisorios.")
    return saved(book)


def saved(book: xlwt.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def main() -> None:
    for dataset, file, data, later in [
        ("bcra_infomondia_series", "series.xlsx", bcra(23, False), bcra(25, True)),
        ("indec_ipc", "sh_ipc.xls", ipc(14, False), ipc(15, True)),
        ("indec_emae", "sh_emae.xls", emae(26, False), emae(27, True)),
    ]:
        for folder, content in (("input", data), ("revised", later)):
            path = ROOT / "datasets" / dataset / "sample" / folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(f"{path.relative_to(ROOT)}: {len(content)} bytes")
    template = ROOT / "local/templates/spreadsheet/sample/input/series.xlsx"
    template.parent.mkdir(parents=True, exist_ok=True)
    template.write_bytes(first_series())
    print(f"{template.relative_to(ROOT)}: {template.stat().st_size} bytes")


def first_series() -> bytes:
    """The sample of a new dataset: a date and a value in each row."""
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = MADE
    sheet = book.worksheets[0]
    sheet.title = "Series"
    sheet.append(["Fecha", "Precio"])
    for number in range(3):
        sheet.append([dt.datetime(2026, 3, 2 + number), 10.5 + number])
        sheet[f"A{number + 2}"].number_format = "yyyy-mm-dd"
    sheet["B4"] = "1 012,5"
    file = io.BytesIO()
    book.save(file)
    return without_times(file.getvalue())


if __name__ == "__main__":
    main()
