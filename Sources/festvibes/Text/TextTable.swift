/// A text table with aligned columns and lines around the body. If the terminal is too narrow, titles are shortened, then
/// columns are left out, then long texts are cut.
struct TextTable {
  struct Column {
    var title: String
    /// The short form of a title that is wider than its cells.
    var short: String?
    var isRight = false
    /// The order in which columns are left out, the lowest first; a column without a rank is never left out.
    var rank: Int?
    /// The width to which the column may be cut; nil if it may not be cut.
    var minimum: Int?
  }

  struct Cell: Equatable, ExpressibleByStringInterpolation {
    let text: String
    let style: Style?

    init(_ text: String, _ style: Style? = nil) {
      self.text = TextWidth.cleaned(text)
      self.style = style
    }

    init(stringLiteral text: String) { self.init(text) }

    init(_ number: Int, _ style: Style? = nil) { self.init(String(number), style) }
  }

  private static let gap = 2

  private(set) var columns: [Column]
  /// The rows. In a row with fewer cells than columns, the last cell extends to the edge.
  var rows: [[Cell]] = []
  var footer: [Cell]?

  init(_ columns: [Column]) { self.columns = columns }

  /// - Parameter width: the terminal's width; nil for no limit.
  func lines(width: Int?, colors: Bool) -> [String] {
    var table = self
    if let width { table.fit(width) }
    return table.written(width: width, colors: colors)
  }

  private mutating func fit(_ limit: Int) {
    while naturalWidths.reduce(0, +) + Self.gap * (columns.count - 1) > limit {
      if let (index, short) = longestTitle {
        columns[index].title = short
        columns[index].short = nil
      } else if let (index, _) = columns.enumerated().compactMap({ index, column in
        column.rank.map { (index, $0) }
      }).min(by: { $0.1 < $1.1 }) {
        remove(index)
      } else {
        return
      }
    }
  }

  /// The title whose short form saves the most.
  private var longestTitle: (index: Int, short: String)? {
    columns.enumerated().compactMap { index, column in column.short.map { (index, $0) } }.max {
      columns[$0.0].title.count - $0.1.count < columns[$1.0].title.count - $1.1.count
    }
  }

  private mutating func remove(_ index: Int) {
    func without(_ row: [Cell]) -> [Cell] {
      // An extended cell does not count for the column in which it starts.
      let isOfColumn = row.count == columns.count || index < row.count - 1
      return isOfColumn ? row.enumerated().filter { $0.offset != index }.map(\.element) : row
    }
    rows = rows.map(without)
    footer = footer.map(without)
    columns.remove(at: index)
  }

  private func written(width: Int?, colors: Bool) -> [String] {
    let widths = widths(within: width)
    let total = widths.reduce(0, +) + Self.gap * (widths.count - 1)
    let rule = Style.dim.apply(String(repeating: "─", count: total), colors: colors)
    let edge = width ?? .max
    var lines = [line(columns.map { Cell($0.title, .bold) }, widths, edge, colors), rule]
    lines += rows.map { line($0, widths, edge, colors) }
    if let footer { lines += [rule, line(footer, widths, edge, colors)] }
    return lines
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ edge: Int, _ colors: Bool) -> String {
    var line = ""
    // The position of the next cell, and the filled width so far: no line ends in spaces.
    var start = 0
    var filled = 0
    for (index, cell) in cells.enumerated() {
      let runsOn = index == cells.count - 1 && cells.count < columns.count
      let width = runsOn ? max(0, edge - start) : widths[index]
      let text = TextWidth.truncated(cell.text, to: width)
      if !text.isEmpty {
        let taken = TextWidth.of(text)
        let position = start + (columns[index].isRight && !runsOn ? width - taken : 0)
        line += String(repeating: " ", count: position - filled)
        line += cell.style?.apply(text, colors: colors) ?? text
        filled = position + taken
      }
      start += widths[index] + Self.gap
    }
    return line
  }

  private var naturalWidths: [Int] {
    // An extended cell does not widen its column.
    let counted = ([columns.map { Cell($0.title) }] + rows + [footer ?? []]).map { row in
      row.count < columns.count ? row.dropLast() : row[...]
    }
    return columns.indices.map { column in
      counted.map { $0.indices.contains(column) ? TextWidth.of($0[column].text) : 0 }.max() ?? 0
    }
  }

  /// The widest column that may be cut is cut first.
  private func widths(within limit: Int?) -> [Int] {
    var widths = naturalWidths
    guard let limit else { return widths }
    var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - limit
    while excess > 0 {
      let cuttable = columns.indices.filter { widths[$0] > (columns[$0].minimum ?? .max) }
      guard let widest = cuttable.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
