import Spreadsheet

/// The properties of any workbook that can be opened.
enum WorkbookCheck {
  /// Small, so that an input which only seems large takes no time.
  static let limits = SpreadsheetLimits(cells: 2000, inflatedBytes: 1 << 20, entries: 64)
  /// The rows and columns of a sheet from which on only some are looked at.
  private static let side = 256

  private struct Place {
    let row: Int
    let column: Int
    let value: SpreadsheetCell
  }

  /// Reads a workbook whole, twice.
  static func read(_ bytes: [UInt8]) throws {
    guard let workbook = try? Spreadsheet(bytes, limits: limits) else { return }
    try require(workbook.sheets.count <= limits.entries, "it has \(workbook.sheets.count) sheets")
    for info in workbook.sheets.prefix(4) {
      let sheet: Sheet
      do { sheet = try workbook.sheet(info) } catch {
        try require(!error.description.isEmpty, "\(error)")
        continue
      }
      let cells = try check(sheet)
      let again = try check(try workbook.sheet(info))
      let areEqual =
        cells.count == again.count
        && zip(cells, again).allSatisfy {
          $0.row == $1.row && $0.column == $1.column && isSame($0.value, $1.value)
        }
      try require(areEqual, "the sheet '\(info.name)' is read in two ways")
    }
  }

  private static func check(_ sheet: Sheet) throws -> [Place] {
    var cells: [Place] = []
    try require(sheet.rowCount <= 1 << 20 && sheet.columnCount <= SpreadsheetColumn.count, "it is too large")
    for row in stride(from: sheet.rowCount - 1, through: 0, by: -(1 + sheet.rowCount / side)) {
      for column in stride(from: sheet.columnCount - 1, through: 0, by: -(1 + sheet.columnCount / side)) {
        guard let value = sheet[row, column] else { continue }
        try check(value)
        cells.append(Place(row: row, column: column, value: value))
      }
    }
    try require(cells.count <= limits.cells, "it has more cells than allowed")
    let hasAllColumns = sheet.columnCount < side
    let last = sheet.rowCount - 1
    try require(!hasAllColumns || last < 0 || cells.first?.row == last, "the last row has no cell")
    let hasLastColumn = cells.contains { $0.column == sheet.columnCount - 1 }
    try require(sheet.rowCount >= side || last < 0 || hasLastColumn, "the last column has no cell")
    try require(sheet[sheet.rowCount, 0] == nil && sheet[0, sheet.columnCount] == nil, "a cell is behind the last one")
    try require(sheet[-1, 0] == nil && sheet[0, -1] == nil, "a cell is before the first one")
    return cells
  }

  /// Compares numbers by their bits: one may be none, which is different from itself.
  private static func isSame(_ first: SpreadsheetCell, _ second: SpreadsheetCell) -> Bool {
    guard case .number(let first) = first, case .number(let second) = second else { return first == second }
    return first.bitPattern == second.bitPattern
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
