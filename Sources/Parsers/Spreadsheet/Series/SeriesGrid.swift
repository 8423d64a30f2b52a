import Spreadsheet

/// The cells of a sheet, by row and column from 0: what the rules of a series need to see of it.
protocol SeriesGrid {
  var rowCount: Int { get }
  var columnCount: Int { get }

  /// - Returns: nil for a cell without content, also if it has a format, and beyond the sheet's ends.
  subscript(row: Int, column: Int) -> SpreadsheetCell? { get }
}

extension Sheet: SeriesGrid {}

/// The place of a cell, from 0; as people write it, `P14`.
struct CellPlace: CustomStringConvertible {
  let row: Int
  let column: Int

  var description: String { SpreadsheetColumn.address(row: row, column: column) }
}
