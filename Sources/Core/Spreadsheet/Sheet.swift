/// The cells of a sheet. Rows and columns count from 0.
public struct Sheet: Sendable {
  public let name: String
  /// One more than the index of the last row that has a value.
  public let rowCount: Int
  /// One more than the index of the last column that has a value.
  public let columnCount: Int

  private let cells: [StoredCell]
  /// For each row the index of its first cell, and then the number of cells.
  private let starts: [UInt32]
  private let shared: TextPool
  private let own: TextPool
  private let system: SpreadsheetDate.System

  /// - Parameters:
  ///   - cells: sorted by row and column, each place once.
  ///   - shared: the texts of the workbook.
  ///   - own: those of this sheet only.
  init(
    name: String, cells: [StoredCell], shared: TextPool, own: TextPool, system: SpreadsheetDate.System
  ) {
    self.name = name
    self.cells = cells
    self.shared = shared
    self.own = own
    self.system = system
    rowCount = cells.last.map { Int($0.row) + 1 } ?? 0
    columnCount = cells.reduce(0) { max($0, Int($1.column) + 1) }
    var starts: [UInt32] = []
    starts.reserveCapacity(rowCount + 1)
    for (index, cell) in cells.enumerated() {
      while starts.count <= Int(cell.row) { starts.append(UInt32(index)) }
    }
    starts.append(UInt32(cells.count))
    self.starts = starts
  }

  /// The value of a cell; nil if it has none, or is beyond the last one.
  public subscript(row: Int, column: Int) -> SpreadsheetCell? {
    guard (0..<rowCount).contains(row), (0..<columnCount).contains(column) else { return nil }
    var (low, high) = (Int(starts[row]), Int(starts[row + 1]))
    while low < high {
      let middle = (low + high) / 2
      if Int(cells[middle].column) < column { low = middle + 1 } else { high = middle }
    }
    guard low < Int(starts[row + 1]), Int(cells[low].column) == column else { return nil }
    return value(of: cells[low])
  }

  private func value(of cell: StoredCell) -> SpreadsheetCell {
    switch cell.kind {
    case .number: return .number(cell.number)
    case .date:
      guard let date = SpreadsheetDate(serial: cell.number, system: system) else { return .number(cell.number) }
      return .date(date)
    case .boolean: return .boolean(cell.payload != 0)
    case .sharedText: return .text(shared[Int(truncatingIfNeeded: cell.payload)])
    case .ownText: return .text(own[Int(truncatingIfNeeded: cell.payload)])
    case .error: return .error(own[Int(truncatingIfNeeded: cell.payload)])
    }
  }
}
