import Contracts
import JSON
import Processing
import Spreadsheet

/// Reads the points of one series in a sheet.
struct SeriesReader<Grid: SeriesGrid> {
  /// Points and rejections that are passed on at once.
  static var batch: Int { 2000 }

  private let rule: SeriesRule
  let grid: Grid
  /// The sheet's name in the workbook.
  private let sheet: String
  /// The body's place in the archive.
  private let origin: String
  private var records = Records()
  private var pointCount = 0
  /// Values without a date that `drop_na` leaves out, and the place of the first.
  private var undated: (count: Int, first: CellPlace)?
  /// Rows with a figure and something else than a month's name, and the place of the first.
  var skipped: (count: Int, first: CellPlace)?

  init(_ rule: SeriesRule, in grid: Grid, named sheet: String, origin: String) {
    self.rule = rule
    self.grid = grid
    self.sheet = sheet
    self.origin = origin
  }

  /// Passes on the points in their order in the sheet, and what is no point by its cell.
  /// - Throws: what `use` throws.
  mutating func read(_ use: (Records) throws(PipelineError) -> Void) throws(PipelineError) {
    switch rule.layout {
    case .columns(let firstRow, let date, let value): try readColumns(firstRow, date, value, use)
    case .rows(let date, let firstDate, let value, let firstValue):
      try readRows(date, firstDate, value, firstValue, use)
    case .months(let firstRow, let year, let month, let value): try readMonths(firstRow, year, month, value, use)
    }
    if let undated {
      records.warnings.append(
        RowProblem(
          reason: "\(rule.code): \(undated.count) values stand beside no date, and were left out, as drop_na says. The "
            + "first: \(sheet)!\(undated.first)"))
    }
    if let skipped {
      records.warnings.append(
        RowProblem(
          reason:
            "\(rule.code): \(skipped.count) rows have a figure and no month's name, and were left out. The first: "
            + "\(sheet)!\(skipped.first) has \(text(skipped.first))"))
    }
    if pointCount == 0 {
      records.warnings.append(
        RowProblem(
          reason:
            "\(rule.code): the sheet \(sheet) has no point where the definition says: see whether its rows or columns "
            + "have moved"))
    }
    try pass(use)
  }

  /// Blank rows in between do not end the series: only the sheet's last row does.
  private mutating func readColumns(
    _ firstRow: Int, _ dateColumn: Int, _ valueColumn: Int, _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    var row = firstRow
    while row < grid.rowCount {
      let date = CellDate(grid[row, dateColumn], readsSpanish: rule.readsSpanishDates)
      add(date, valueAt: CellPlace(row: row, column: valueColumn), dateAt: CellPlace(row: row, column: dateColumn))
      try pass(use, from: Self.batch)
      row += 1
    }
  }

  /// The first cell of the row of dates that is none ends the series: formatted blanks and empty texts follow it, and then
  /// footnotes.
  private mutating func readRows(
    _ dateRow: Int, _ firstDate: Int, _ valueRow: Int, _ firstValue: Int,
    _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    var column = firstDate
    while column < grid.columnCount {
      let date = CellDate(grid[dateRow, column], readsSpanish: rule.readsSpanishDates)
      guard case .date = date else { return noteRest(column, dateRow, column - firstDate + firstValue, valueRow) }
      let place = CellPlace(row: valueRow, column: column - firstDate + firstValue)
      add(date, valueAt: place, dateAt: CellPlace(row: dateRow, column: column))
      try pass(use, from: Self.batch)
      column += 1
    }
  }

  /// Warns of dates and numbers right of a row's end: one bad cell among the dates hides them.
  private mutating func noteRest(_ dateColumn: Int, _ dateRow: Int, _ valueColumn: Int, _ valueRow: Int) {
    let dates = (dateColumn..<max(dateColumn, grid.columnCount)).filter { column in
      if case .date = CellDate(grid[dateRow, column], readsSpanish: rule.readsSpanishDates) { true } else { false }
    }
    let numbers = (valueColumn..<max(valueColumn, grid.columnCount)).filter { column in
      if case .number = CellNumber(grid[valueRow, column]) { true } else { false }
    }
    guard
      let first = [
        dates.first.map { CellPlace(row: dateRow, column: $0) },
        numbers.first.map { CellPlace(row: valueRow, column: $0) },
      ].compactMap(\.self).first
    else { return }
    records.warnings.append(
      RowProblem(
        reason:
          "\(rule.code): the dates of the sheet \(sheet) end at \(CellPlace(row: dateRow, column: dateColumn)), and "
          + "\(dates.count) dates and \(numbers.count) numbers right of it were not read. The first: \(sheet)!\(first)")
    )
  }

  /// Adds a point, or rejects what cannot be one. Neither a date nor a value is no point, and no loss.
  mutating func add(_ date: CellDate, valueAt place: CellPlace, dateAt datePlace: CellPlace) {
    let value = CellNumber(grid[place.row, place.column])
    switch (date, value) {
    case (.blank, .blank): return
    // A footnote, most often.
    case (.unreadable, .blank) where rule.dropsIncomplete: return
    case (.blank, _) where rule.dropsIncomplete:
      if case .number = value { undated = ((undated?.count ?? 0) + 1, undated?.first ?? place) }
    case (.blank, _): reject(place, "the value has no date", datePlace)
    case (.unreadable(let problem), _): reject(place, "\(problem) in \(datePlace)", datePlace)
    case (.date, .blank):
      if !rule.dropsIncomplete { reject(place, "the date has no value", datePlace, at: date) }
    case (.date(let text), .unreadable(let problem)):
      reject(place, "\(problem), of \(text.prefix(10))", datePlace, at: date)
    case (.date(let text), .number(let number)):
      guard let value = JSONNumber(number) else {
        return reject(place, "the number \(number) cannot be written, of \(text.prefix(10))", datePlace, at: date)
      }
      pointCount += 1
      records.records.append(
        SourceRecord(
          JSONObject(unique: [
            ("obs_time", .string(text)), ("internal_series_code", .string(rule.code)), ("value", .number(value)),
            ("unit", .string(rule.unit)), ("frequency", .string(rule.frequency)),
          ]), origin: "\(origin)#\(sheet)!\(place)"))
    }
  }

  /// - Parameters:
  ///   - place: the cell of the value.
  ///   - date: the point's date, if it has one. With it, the key is that of a record in the normalization of series.
  private mutating func reject(
    _ place: CellPlace, _ problem: String, _ datePlace: CellPlace, at date: CellDate = .blank
  ) {
    let key = if case .date(let time) = date { "\(time), \(rule.code)" } else { rule.code }
    records.rejected.append(
      RejectedRow(
        RowProblem(reason: "\(rule.code): \(sheet)!\(place): \(problem)"), key: key,
        text: "\(datePlace)=\(text(datePlace)), \(place)=\(text(place))"))
  }

  /// The content of a cell, for a message.
  private func text(_ place: CellPlace) -> String {
    switch grid[place.row, place.column] {
    case nil: ""
    case .text(let text)?: text.shown
    case .number(let number)?: "\(number)"
    case .date(let date)?: date.localTime
    case .boolean(let flag)?: flag ? "TRUE" : "FALSE"
    case .error(let text)?: text.shown
    }
  }

  /// - Parameter count: the points and rejections below which nothing is passed on.
  mutating func pass(
    _ use: (Records) throws(PipelineError) -> Void, from count: Int = 0
  ) throws(PipelineError) {
    guard records.records.count + records.rejected.count >= count else { return }
    guard !records.records.isEmpty || !records.rejected.isEmpty || !records.warnings.isEmpty else { return }
    try use(records)
    records = Records()
  }
}
