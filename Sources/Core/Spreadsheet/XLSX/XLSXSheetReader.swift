/// Reads the cells of a sheet's part. What comes behind them is not read.
struct XLSXSheetReader {
  private var scanner: XMLScanner
  private var builder: SheetBuilder
  private let texts: TextPool
  private let dateFormats: [Bool]
  private let system: SpreadsheetDate.System
  /// The place of the last cell, from 1: one without an address is right of it.
  private var (row, column) = (0, 0)
  private var value: [UInt8] = []

  init(
    _ scanner: XMLScanner, name: String, texts: TextPool, dateFormats: [Bool], system: SpreadsheetDate.System,
    limits: SpreadsheetLimits
  ) {
    self.scanner = scanner
    self.texts = texts
    self.dateFormats = dateFormats
    self.system = system
    builder = SheetBuilder(name: name, limits: limits)
  }

  mutating func read() throws(SpreadsheetError) -> Sheet {
    var isInside = false
    loop: while true {
      switch try scanner.next() {
      case .finished:
        guard isInside else { throw scanner.malformed("has no sheetData, where a sheet's cells are") }
        break loop
      case .start:
        switch scanner.name {
        case Names.cell where isInside: try readCell()
        case Names.row where isInside: try startRow()
        case Names.data: isInside = true
        default: if isInside { try scanner.skipElement() }
        }
      case .end: if scanner.depth == 1, isInside { break loop }
      case .text: continue
      }
    }
    return builder.sheet(shared: texts, system: system)
  }

  private mutating func startRow() throws(SpreadsheetError) {
    column = 0
    guard let attribute = scanner.attribute(Names.reference) else {
      row += 1
      return try checkPlace()
    }
    guard let number = scanner.number(of: attribute) else { throw scanner.malformed("has a row without a number") }
    row = number
    try checkPlace()
  }

  private func checkPlace() throws(SpreadsheetError) {
    guard (1...SheetBuilder.maximumRows).contains(row), column <= SpreadsheetColumn.count else {
      throw scanner.malformed("has a cell beyond XFD1048576")
    }
  }

  private mutating func readCell() throws(SpreadsheetError) {
    if let reference = scanner.attribute(Names.reference) { try moveTo(reference) } else { column += 1 }
    try checkPlace()
    let type = scanner.attribute(Names.type).map { scanner.bytes[$0].reduce(0) { $0 << 8 | XMLScanner.Name($1) } }
    let format = scanner.attribute(Names.style)
    let style = scanner.number(of: format) ?? 0
    value.removeAll(keepingCapacity: true)
    var inline: Int?
    var hasValue = false
    let outside = scanner.depth - 1
    while scanner.depth > outside {
      guard case .start = try scanner.next() else { continue }
      switch scanner.name {
      // Of two the first counts, as for other programs.
      case Names.value where !hasValue:
        hasValue = true
        try XLSXStrings.readContent(&scanner, into: &value)
      case Names.inline where type == Names.inlineType && inline == nil:
        try XLSXStrings.read(&scanner, into: &builder.texts.bytes)
        inline = builder.texts.endText()
      // Above all the formula, whose value is beside it.
      default: try scanner.skipElement()
      }
    }
    if type == Names.inlineType {
      if let inline { try builder.add(.ownText, UInt64(inline), row: row - 1, column: column - 1) }
    } else if !value.isEmpty {
      try addValue(type, isDate: dateFormats.indices.contains(style) && dateFormats[style])
    }
  }

  private mutating func addValue(_ type: XMLScanner.Name?, isDate: Bool) throws(SpreadsheetError) {
    let (row, column) = (row - 1, column - 1)
    switch type {
    case nil, Names.numberType:
      guard let number = NumberText.number(value) else { return try addText() }
      try builder.add(number: number, isDate: isDate, row: row, column: column)
    case Names.sharedType:
      guard let number = NumberText.number(value), let index = Int(exactly: number), index >= 0, index < texts.count
      else {
        let address = SpreadsheetColumn.address(row: row, column: column)
        throw scanner.malformed("has a text in \(address) that the table of shared texts does not have")
      }
      try builder.add(.sharedText, UInt64(index), row: row, column: column)
    case Names.booleanType:
      switch String(decoding: value, as: UTF8.self) {
      case "1", "true": try builder.add(.boolean, 1, row: row, column: column)
      case "0", "false": try builder.add(.boolean, 0, row: row, column: column)
      default: try addText()
      }
    case Names.errorType: try builder.add(error: value, row: row, column: column)
    case Names.dateType:
      guard let serial = ISODate.serial(of: value, system: system) else { return try addText() }
      try builder.add(number: serial, isDate: true, row: row, column: column)
    default:
      EscapedText.decode(&value, from: 0)
      try addText()
    }
  }

  /// Keeps as a text what is not what it should be, so that its reader sees it.
  private mutating func addText() throws(SpreadsheetError) {
    try builder.add(.ownText, UInt64(builder.texts.add(value)), row: row - 1, column: column - 1)
  }

  /// Takes the address of a cell, such as `AD29`.
  private mutating func moveTo(_ reference: Range<Int>) throws(SpreadsheetError) {
    var place = reference.lowerBound
    var (letters, digits) = (0, 0)
    while place < reference.upperBound, letters <= SpreadsheetColumn.count,
      let value = SpreadsheetColumn.value(ofLetter: scanner.bytes[place])
    {
      letters = letters * 26 + value
      place += 1
    }
    while place < reference.upperBound, digits <= SheetBuilder.maximumRows,
      case let byte = scanner.bytes[place], 0x30...0x39 ~= byte
    {
      digits = digits * 10 + Int(byte & 0xF)
      place += 1
    }
    guard place == reference.upperBound, letters > 0, digits > 0 else {
      throw scanner.malformed("has a cell whose address is none")
    }
    (row, column) = (digits, letters)
  }

  private enum Names {
    static let data = XMLScanner.name("sheetData")
    static let row = XMLScanner.name("row")
    static let cell = XMLScanner.name("c")
    static let reference = XMLScanner.name("r")
    static let style = XMLScanner.name("s")
    static let type = XMLScanner.name("t")
    static let value = XMLScanner.name("v")
    static let inline = XMLScanner.name("is")
    static let inlineType = XMLScanner.name("inlineStr")
    static let numberType = XMLScanner.name("n")
    static let sharedType = XMLScanner.name("s")
    static let booleanType = XMLScanner.name("b")
    static let errorType = XMLScanner.name("e")
    static let dateType = XMLScanner.name("d")
  }
}
