/// The formats of cells. A real file has 9 MB of styles, most behind the few that count.
enum XLSXStylesPart {
  /// Returns for each cell format if it shows dates.
  static func dateFormats(_ content: [UInt8], part: String) throws(SpreadsheetError) -> [Bool] {
    var scanner = try XMLScanner(content, part: part)
    var isDate: [Int: Bool] = [:]
    while true {
      switch try scanner.next() {
      case .finished: return []
      case .start where scanner.name == Names.numberFormat:
        guard let identifier = scanner.number(of: scanner.attribute(Names.identifier)),
          let format = try scanner.text(of: scanner.attribute(Names.code))
        else { continue }
        isDate[identifier] = NumberFormat.isDate(format.utf8, by: .firstSection)
      case .start where scanner.name == Names.cellFormats: return try cellFormats(&scanner, isDate)
      default: continue
      }
    }
  }

  private static func cellFormats(_ scanner: inout XMLScanner, _ isDate: [Int: Bool]) throws(SpreadsheetError) -> [Bool]
  {
    var formats: [Bool] = []
    let outside = scanner.depth - 1
    while scanner.depth > outside {
      guard case .start = try scanner.next(), scanner.name == Names.format, scanner.depth == outside + 2 else {
        continue
      }
      let identifier = scanner.number(of: scanner.attribute(Names.identifier)) ?? 0
      formats.append(isDate[identifier] ?? NumberFormat.isBuiltInDate(identifier, includesAsian: false))
    }
    return formats
  }

  private enum Names {
    static let numberFormat = XMLScanner.name("numFmt")
    static let identifier = XMLScanner.name("numFmtId")
    static let code = XMLScanner.name("formatCode")
    static let cellFormats = XMLScanner.name("cellXfs")
    static let format = XMLScanner.name("xf")
  }
}
