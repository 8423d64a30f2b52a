import Spreadsheet

/// The cells of a workbook as lines, as workbooks.py writes those of xlrd and openpyxl.
enum SheetText {
  static func lines(_ workbook: Spreadsheet) throws -> [String] {
    var lines: [String] = []
    for info in workbook.sheets {
      lines.append("sheet\t\(escaped(info.name))\t\(info.isVisible ? 1 : 0)")
      let sheet = try workbook.sheet(info)
      for row in 0..<sheet.rowCount {
        for entry in sheet.row(row) { lines.append("\(row)\t\(entry.column)\t\(text(entry.value))") }
      }
    }
    return lines
  }

  /// Returns the lines of a file's cells, read whole.
  static func lines(_ bytes: [UInt8]) throws -> [String] { try lines(Spreadsheet(bytes)) }

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
