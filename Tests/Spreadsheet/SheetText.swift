import Spreadsheet

/// The cells of a workbook as lines, as workbooks.py writes those of xlrd and openpyxl.
enum SheetText {
  /// The rows, and the columns, of which all are looked at. A sheet has up to 17 thousand million places.
  private static let whole = (rows: 1000, columns: 300)

  /// Returns the lines of a file's cells. Of a large sheet these are its first and last rows and columns, and those that
  /// the expected lines have.
  static func lines(_ bytes: [UInt8], expected: [String]) throws -> [String] {
    let workbook = try Spreadsheet(bytes)
    let wanted = places(of: expected)
    var lines: [String] = []
    for (index, info) in workbook.sheets.enumerated() {
      lines.append("sheet\t\(escaped(info.name))\t\(info.isVisible ? 1 : 0)")
      let sheet = try workbook.sheet(info)
      let places = index < wanted.count ? wanted[index] : (rows: [], columns: [])
      let rows = Self.numbers(sheet.rowCount, whole.rows, places.rows)
      let columns = Self.numbers(sheet.columnCount, whole.columns, places.columns)
      for row in rows {
        for column in columns {
          if let value = sheet[row, column] { lines.append("\(row)\t\(column)\t\(text(value))") }
        }
      }
    }
    return lines
  }

  /// Returns the rows and columns of each sheet.
  private static func places(of lines: [String]) -> [(rows: Set<Int>, columns: Set<Int>)] {
    var places: [(rows: Set<Int>, columns: Set<Int>)] = []
    for line in lines {
      let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      if fields[0] == "sheet" {
        places.append(([], []))
      } else if !places.isEmpty, fields.count == 3, let row = Int(fields[0]), let column = Int(fields[1]) {
        places[places.count - 1].rows.insert(row)
        places[places.count - 1].columns.insert(column)
      }
    }
    return places
  }

  private static func numbers(_ count: Int, _ whole: Int, _ wanted: Set<Int>) -> [Int] {
    guard count > whole else { return Array(0..<count) }
    return wanted.union(0..<whole / 2).union(count - whole / 2..<count).sorted()
  }

  private static func text(_ value: SpreadsheetCell) -> String {
    switch value {
    case .number(let number): "n\t\(bits(number))"
    case .date(let date): "d\t\(bits(date.serial))\t\(date)"
    case .text(let text): "t\t\(escaped(text))"
    case .boolean(let flag): "b\t\(flag ? 1 : 0)"
    case .error(let text): "e\t\(escaped(text))"
    }
  }

  private static func bits(_ number: Double) -> String {
    let digits = String(number.bitPattern, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// By scalars: a line end of two characters is one `Character`.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
