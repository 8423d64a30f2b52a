/// Collects the cells of a sheet in the order of the file, which is rarely another than that of the sheet.
struct SheetBuilder {
  /// The number of rows that a sheet can have.
  static let maximumRows = 1 << 20

  let name: String
  private let maximumCells: Int
  private var cells: [StoredCell] = []
  private var isSorted = true
  /// The texts of this sheet only.
  var texts = TextPool()

  init(name: String, limits: SpreadsheetLimits) {
    self.name = name
    maximumCells = limits.cells
  }

  /// - Parameters:
  ///   - row: less than `maximumRows`.
  ///   - column: less than `SpreadsheetColumn.count`.
  mutating func add(
    _ kind: StoredCell.Kind, _ payload: UInt64, row: Int, column: Int
  ) throws(SpreadsheetError) {
    guard cells.count < maximumCells else {
      throw .tooLarge("more than \(maximumCells) cells in the sheet '\(name)'")
    }
    let cell = StoredCell(
      row: UInt32(truncatingIfNeeded: row), column: UInt16(truncatingIfNeeded: column), kind: kind, payload: payload)
    if let last = cells.last, last.place >= cell.place { isSorted = false }
    cells.append(cell)
  }

  mutating func add(number: Double, isDate: Bool, row: Int, column: Int) throws(SpreadsheetError) {
    try add(isDate ? .date : .number, number.bitPattern, row: row, column: column)
  }

  mutating func add(error: some Sequence<UInt8>, row: Int, column: Int) throws(SpreadsheetError) {
    try add(.error, UInt64(texts.add(error)), row: row, column: column)
  }

  /// Returns the sheet. Of several values for a place it has the last, as other programs do.
  consuming func sheet(shared: TextPool, system: SpreadsheetDate.System) -> Sheet {
    Sheet(name: name, cells: isSorted ? cells : Self.sorted(cells), shared: shared, own: texts, system: system)
  }

  private static func sorted(_ cells: [StoredCell]) -> [StoredCell] {
    let order = cells.indices.sorted { (cells[$0].place, $0) < (cells[$1].place, $1) }
    return order.enumerated().compactMap { position, index in
      let isReplaced = position + 1 < order.count && cells[order[position + 1]].place == cells[index].place
      return isReplaced ? nil : cells[index]
    }
  }
}
