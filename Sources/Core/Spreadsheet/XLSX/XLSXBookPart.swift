/// The part that names the sheets, and the day that dates count from.
struct XLSXBookPart {
  struct Sheet {
    let name: String
    let isVisible: Bool
    /// The identifier of the relation to its part.
    let relation: String
  }

  private(set) var sheets: [Sheet] = []
  private(set) var system = SpreadsheetDate.System.from1900

  init(_ content: [UInt8], part: String) throws(SpreadsheetError) {
    var scanner = try XMLScanner(content, part: part)
    var isRoot = true
    while true {
      switch try scanner.next() {
      case .finished: return
      case .start:
        guard !isRoot || scanner.name == Names.workbook else {
          throw SpreadsheetError(.foreign, "is an Office document, but no workbook: look at what the address returns")
        }
        isRoot = false
        switch scanner.name {
        case Names.properties:
          let flag = try scanner.text(of: scanner.attribute(Names.date1904))
          if flag == "1" || flag == "true" || flag == "on" { system = .from1904 }
        case Names.sheet where scanner.depth == 3: try add(scanner)
        default: continue
        }
      default: continue
      }
    }
  }

  private mutating func add(_ scanner: XMLScanner) throws(SpreadsheetError) {
    // The relation's name is the only attribute `id`, and has a prefix.
    let relation = scanner.attributes.first { $0.name == Names.identifier && $0.hasPrefix }?.value
    guard let name = try scanner.text(of: scanner.attribute(Names.name)), let id = try scanner.text(of: relation) else {
      throw scanner.malformed("has a sheet without a name or a part")
    }
    // Excel allows 31 characters. A name stands in the place of each point.
    guard name.utf8.count <= 255 else { throw scanner.malformed("has a sheet whose name has more than 255 bytes") }
    let state = try scanner.text(of: scanner.attribute(Names.state)) ?? "visible"
    sheets.append(Sheet(name: name, isVisible: state == "visible", relation: id))
  }

  private enum Names {
    static let workbook = XMLScanner.name("workbook")
    static let properties = XMLScanner.name("workbookPr")
    static let date1904 = XMLScanner.name("date1904")
    static let sheet = XMLScanner.name("sheet")
    static let identifier = XMLScanner.name("id")
    static let name = XMLScanner.name("name")
    static let state = XMLScanner.name("state")
  }
}
