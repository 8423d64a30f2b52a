import Foundation
import Versions

/// A small plot of a series for a terminal: dots in the cells of braille characters, two by four in each.
struct SeriesPlot {
  /// The bits of the dots of a braille character, by row and column (Unicode, U+2800).
  private static let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  /// In any order.
  let points: [SeriesPoint]
  /// The characters of the plot's area.
  var width = 60
  var height = 10

  /// The lines: the plot between the least and the greatest value, and below it the first and the last time.
  var lines: [String] {
    let points = points.filter(\.value.double.isFinite).sorted { $0.time.isBefore($1.time) }
    let values = points.map(\.value.double)
    guard let least = values.min(), let greatest = values.max(), let first = points.first, let last = points.last else {
      return []
    }
    var cells = [[UInt32]](repeating: [UInt32](repeating: 0, count: width), count: height)
    let columns = width * 2
    let rows = height * 4
    var previous: (column: Int, row: Int)?
    for (point, value) in zip(points, values) {
      let place = (
        column: Self.place(Double(point.time.seconds), Double(first.time.seconds)...Double(last.time.seconds), columns),
        row: rows - 1 - Self.place(value, least...greatest, rows)
      )
      // A line from one point to the next: a series of a few points would be a scatter of dots.
      for (column, row) in Self.line(from: previous ?? place, to: place) {
        cells[row / 4][column / 2] |= Self.bits[row % 4][column % 2]
      }
      previous = place
    }
    let labels = [first, last].map { String("\($0.time)".prefix(10)) }
    let names = [Self.text(greatest), Self.text(least)]
    let margin = names.map(\.count).max() ?? 0
    var lines = cells.enumerated().map { index, row in
      let name = index == 0 ? names[0] : index == height - 1 ? names[1] : ""
      let text = String(String.UnicodeScalarView(row.compactMap { Unicode.Scalar(0x2800 + $0) }))
      return "\(String(repeating: " ", count: margin - name.count))\(name) ┤\(text)"
    }
    let gap = String(repeating: " ", count: max(1, width - labels[0].count - labels[1].count))
    lines.append("\(String(repeating: " ", count: margin + 2))\(labels[0])\(gap)\(labels[1])")
    return lines
  }

  /// The place of a value in a range that is divided into some places.
  private static func place(_ value: Double, _ range: ClosedRange<Double>, _ places: Int) -> Int {
    let size = range.upperBound - range.lowerBound
    guard size > 0, size.isFinite else { return places / 2 }
    return min(places - 1, max(0, Int((value - range.lowerBound) / size * Double(places - 1) + 0.5)))
  }

  /// The dots of a straight line, both ends included.
  private static func line(
    from start: (column: Int, row: Int), to end: (column: Int, row: Int)
  ) -> [(column: Int, row: Int)] {
    let steps = max(abs(end.column - start.column), abs(end.row - start.row))
    guard steps > 0 else { return [end] }
    return (0...steps).map { step in
      let part = Double(step) / Double(steps)
      return (
        start.column + Int((Double(end.column - start.column) * part).rounded()),
        start.row + Int((Double(end.row - start.row) * part).rounded())
      )
    }
  }

  /// A value with up to nine significant digits, and with its exponent if it is very large or small.
  static func text(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e12 { return String(Int(value)) }
    let text = String(format: "%.9g", value)
    return text.utf8.count < "\(value)".utf8.count ? text : "\(value)"
  }
}
