import Spreadsheet

/// The properties of any workbook that can be opened.
enum WorkbookCheck {
  /// Small, so that an input which only seems large takes no time.
  static let limits = SpreadsheetLimits(cells: 2000, inflatedBytes: 1 << 20, entries: 64)

  /// Reads a workbook whole, twice.
  static func read(_ bytes: [UInt8]) throws {
    guard let workbook = try? Spreadsheet(bytes, limits: limits) else { return }
    try require(workbook.sheets.count <= limits.entries, "it has \(workbook.sheets.count) sheets")
    for info in workbook.sheets.prefix(8) {
      let sheet: Sheet
      do { sheet = try workbook.sheet(info) } catch {
        try require(error.kind != .noSuchSheet && !error.description.isEmpty, "\(error)")
        continue
      }
      let cells = try check(sheet)
      let again = try check(try workbook.sheet(info))
      try require(cells == again, "the sheet '\(info.name)' is read in two ways")
    }
  }

  private static func check(_ sheet: Sheet) throws -> [String] {
    var cells: [String] = []
    try require(sheet.rowCount <= 1 << 20 && sheet.columnCount <= SpreadsheetColumn.count, "it is too large")
    for row in 0..<sheet.rowCount {
      let entries = sheet.row(row)
      try require(zip(entries, entries.dropFirst()).allSatisfy { $0.column < $1.column }, "row \(row) is not sorted")
      for entry in entries {
        try require(entry.column < sheet.columnCount, "a cell of row \(row) is beyond the last column")
        // As texts: a number may be none, which is different from itself.
        try require("\(entry.value)" == sheet[row, entry.column].map { "\($0)" }, "row \(row) has two cells")
        try check(entry.value)
        cells.append("\(row) \(entry.column) \(entry.value)")
      }
    }
    try require(cells.count == sheet.cellCount && cells.count <= limits.cells, "it has other cells than it counts")
    try require(sheet[sheet.rowCount, 0] == nil && sheet[0, sheet.columnCount] == nil, "a cell is behind the last one")
    try require(sheet[-1, 0] == nil && sheet[0, -1] == nil, "a cell is before the first one")
    return cells
  }

  private static func check(_ value: SpreadsheetCell) throws {
    switch value {
    case .date(let date):
      let isValid =
        date.serial >= 0 && (1899...9999).contains(date.year) && (0..<24).contains(date.hour)
        && (0..<60).contains(date.minute) && (0..<60).contains(date.second) && (0..<1000).contains(date.millisecond)
      try require(isValid, "a date is \(date) of \(date.serial)")
    case .error(let text): try require(text.utf8.count < 1 << 20, "an error has a long text")
    case .text, .number, .boolean: break
    }
  }
}
