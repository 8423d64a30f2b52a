import Contracts
import Definitions

extension SpreadsheetParser {
  /// The keys of `parse: {plugin: spreadsheet, …}`.
  /// - Parameter name: `spreadsheet`, or a name that system 002 gives it.
  public static func form(named name: String = "spreadsheet") -> PluginForm {
    guard name != "spreadsheet" else {
      return PluginForm(name, "Time series in an Excel workbook: .xls, .xlsx or .xlsm.", section)
    }
    return PluginForm(name, "System 002's name for `spreadsheet`.", section, sameAs: "spreadsheet")
  }

  private static let section = SectionForm(
    [
      KeyForm(
        "series_map", .list(of: .section(series)), isRequired: true, "The series, each with its place in the workbook."),
      KeyForm(
        "text_dates", .choice(["none", "es"]), standard: "none",
        "es: texts such as Enero-09 or feb-22* are dates, too: a month's Spanish name or three letters, and the year."),
    ] + ["file_type", "header_search_max_rows"].map { KeyForm($0, .any, ignored: neverRead, "Ignored.") }
  ) { section in
    var codes: Set<String> = []
    let twice = section.sections("series_map").compactMap { $0.text("internal_series_code") }.first {
      !codes.insert($0).inserted
    }
    if section.list("series_map").isEmpty { return ("series_map", "it is empty: name a series") }
    return twice.map { ("series_map", "'\($0)' is the internal_series_code of two series: each has its own") }
  }

  private static let neverRead = "it is ignored: no program has ever read it, so it can be deleted"

  /// The keys of each layout. The first one decides which layout it is.
  private static let layouts = [
    ["date_col", "header_row", "skip_rows_after_header", "value_col"],
    ["fecha_row", "fecha_start_col", "valor_row", "valor_start_col"],
    ["year_col", "month_col", "first_row", "value_col"],
  ]

  private static let series = SectionForm([
    KeyForm(
      "internal_series_code", .text(.seriesCode), isRequired: true, "The series' identity, a part of keys in S3."),
    KeyForm("unit", .text(.filled), isRequired: true, "The unit of the values: ARS_per_USD."),
    KeyForm("frequency", .text(.filled), isRequired: true, "The distance of the points: D for days, M for months."),
    KeyForm(
      "sheet", .text(.filled), isRequired: true,
      "The sheet's name. One that differs in case or in white space only is the same; hidden sheets are read, too."
    ),
    KeyForm("header_row", .integer(rows), "For dates in a column: the row of the headings, from 1."),
    KeyForm(
      "skip_rows_after_header", .integer(0...1000), standard: "1",
      "The rows from header_row to the first point: 1 if it follows at once."),
    KeyForm("date_col", .text(.column), "For dates in a column: its letters."),
    KeyForm("fecha_row", .integer(rows), "For dates in a row: its number. The first cell that is no date ends it."),
    KeyForm("fecha_start_col", .text(.column), "The column of the first date."),
    KeyForm("valor_row", .integer(rows), "The row of the values."),
    KeyForm("valor_start_col", .text(.column), "The column of the first value."),
    KeyForm(
      "year_col", .text(.column),
      "For years and months without dates: the column of the year, which counts until the next one."),
    KeyForm("month_col", .text(.column), "The column of the months' Spanish names. Rows without one are skipped."),
    KeyForm("first_row", .integer(rows), "The first row that may have a point."),
    KeyForm("value_col", .text(.column), "The column of the values: P or AD."),
    KeyForm(
      "drop_na", .flag, standard: "false",
      "true: a date without a value, and a value without a date, are left out; false: they are rejected, and so is what stands "
        + "in a date's place and is none."),
    KeyForm("text_dates", .choice(["none", "es"]), standard: "that of parse", "As text_dates beside series_map."),
  ]) { section in
    let chosen = layouts.filter { section[$0[0]] != nil }
    guard let layout = chosen.first, chosen.count == 1 else {
      let names = layouts.map { "\($0[0]) (with \($0.dropFirst().joined(separator: ", ")))" }
      return (
        chosen.last?[0] ?? "internal_series_code",
        "a series has one of three layouts: it needs exactly one of \(names.joined(separator: ", "))"
      )
    }
    if let odd = layouts.joined().first(where: { section[$0] != nil && !layout.contains($0) }) {
      return (odd, "a series with \(layout[0]) has no such key: it has \(layout.joined(separator: ", "))")
    }
    if let missing = layout.first(where: { section[$0] == nil && $0 != "skip_rows_after_header" }) {
      return (missing, "it is missing: a series with \(layout[0]) needs it")
    }
    return nil
  }

  /// The rows of a sheet.
  private static let rows = 1...1_048_576
}

extension Form.Rule {
  fileprivate static let column = Form.Rule("the letters of a column, A to XFD", pattern: "^[A-Za-z]{1,3}$") { text in
    SeriesRule.column(text) != nil
  }

  /// A part of a key in S3.
  fileprivate static let seriesCode = Form.Rule(
    "1 to 128 letters, digits, '.', '_' or '-', not beginning with '.'", pattern: "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$"
  ) { text in
    (1...128).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: ".")
      && text.unicodeScalars.allSatisfy(\.isInKeyAlphabet)
  }

  fileprivate static let filled = Form.Rule("a text that is not empty") { !$0.isBlank }
}
