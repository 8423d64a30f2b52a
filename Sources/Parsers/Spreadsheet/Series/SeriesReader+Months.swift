import Contracts
import Processing
import Spreadsheet

extension SeriesReader {
  /// A row without a month's name has no point: it is a heading or a footnote. One with another text in the month's place
  /// and a figure may be a month that is written in a new way, and is named in a warning.
  mutating func readMonths(
    _ firstRow: Int, _ yearColumn: Int, _ monthColumn: Int, _ valueColumn: Int,
    _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    var year = CellYear.unreadable(problem: "no year stands in this row or above it")
    var row = firstRow
    while row < grid.rowCount {
      defer { row += 1 }
      let written = CellYear(grid[row, yearColumn])
      let month: Int? = if case .text(let text)? = grid[row, monthColumn] { SpanishMonth.month(text) } else { nil }
      // A footnote in the column of years ends no year.
      if case .year = written { year = written } else if month != nil, written != .blank { year = written }
      guard let month else {
        noteSkipped(CellPlace(row: row, column: monthColumn), CellNumber(grid[row, valueColumn]))
        continue
      }
      let date: CellDate =
        switch year {
        case .year(let year): .date(text: "\(year)-\(month < 10 ? "0" : "")\(month)-01T00:00:00")
        case .unreadable(let problem): .unreadable(problem: problem)
        case .blank: .blank
        }
      add(date, valueAt: CellPlace(row: row, column: valueColumn), dateAt: CellPlace(row: row, column: yearColumn))
      try pass(use, from: Self.batch)
    }
  }

  private mutating func noteSkipped(_ place: CellPlace, _ value: CellNumber) {
    guard case .number = value, let month = grid[place.row, place.column] else { return }
    if case .text(let text) = month, text.isBlank { return }
    skipped = ((skipped?.count ?? 0) + 1, skipped?.first ?? place)
  }
}
