/// Reads the cells of a sheet's records.
struct XLSSheetReader {
  private typealias Kind = BIFFRecords.Kind

  private var records: BIFFRecords
  private var builder: SheetBuilder
  private let bytes: [UInt8]
  private let texts: TextPool
  private let dateFormats: [Bool]
  /// The cell of a formula whose text comes in a record of its own.
  private var waiting: (row: Int, column: Int)?

  init(
    _ records: BIFFRecords, name: String, texts: TextPool, dateFormats: [Bool], limits: SpreadsheetLimits
  ) {
    self.records = records
    bytes = records.bytes
    self.texts = texts
    self.dateFormats = dateFormats
    builder = SheetBuilder(name: name, limits: limits)
  }

  mutating func read(_ system: SpreadsheetDate.System) throws(SpreadsheetError) -> Sheet {
    guard try records.next().kind == Kind.beginning else {
      throw .damaged("its list of sheets names a place where there is none")
    }
    // Charts within the sheet have records of their own between a beginning and an end.
    var depth = 1
    while depth > 0 {
      let record = try records.next()
      switch record.kind {
      case Kind.beginning: depth += 1
      case Kind.end: depth -= 1
      case Kind.password: throw .unsupported("a workbook with a password", "save it without one")
      default: if depth == 1 { try take(record) }
      }
    }
    try requireNoneWaiting()
    return builder.sheet(shared: texts, system: system)
  }

  private mutating func take(_ record: BIFFRecords.Record) throws(SpreadsheetError) {
    let data = record.data
    switch record.kind {
    case Kind.number:
      let place = try place(of: data, atLeast: 14)
      try add(Double(bitPattern: bytes.u64(at: data.lowerBound + 6) ?? 0), place, format: data.lowerBound + 4)
    case Kind.compactNumber:
      let place = try place(of: data, atLeast: 10)
      try add(compactNumber(at: data.lowerBound + 6), place, format: data.lowerBound + 4)
    case Kind.numbers: try addNumbers(data)
    case Kind.sharedText:
      let place = try place(of: data, atLeast: 10)
      let index = bytes.u32(at: data.lowerBound + 6) ?? 0
      guard index < texts.count else {
        let address = SpreadsheetColumn.address(row: place.row, column: place.column)
        throw .damaged(
          "the cell \(address) of its sheet '\(builder.name)' has a text that the table of shared texts does not have")
      }
      try builder.add(.sharedText, UInt64(index), row: place.row, column: place.column)
    case Kind.text, Kind.richText:
      let place = try place(of: data, atLeast: 8)
      try addText([data.lowerBound + 6..<data.upperBound] + records.continuations(), place)
    case Kind.booleanOrError:
      let place = try place(of: data, atLeast: 8)
      try add(bytes[data.lowerBound + 6], isError: bytes[data.lowerBound + 7] != 0, place)
    case Kind.formula, 0x206, 0x406: try addFormula(data)
    case Kind.formulaText:
      guard let place = waiting else { return }
      waiting = nil
      try addText([data] + records.continuations(), place)
    default: return
    }
  }

  private mutating func addFormula(_ data: Range<Int>) throws(SpreadsheetError) {
    let place = try place(of: data, atLeast: 14)
    let result = data.lowerBound + 6
    guard bytes.u16(at: result + 6) == 0xFFFF else {
      return try add(Double(bitPattern: bytes.u64(at: result) ?? 0), place, format: data.lowerBound + 4)
    }
    switch bytes[result] {
    case 0: waiting = place
    case 1: try add(bytes[result + 2], isError: false, place)
    case 2: try add(bytes[result + 2], isError: true, place)
    case 3: try builder.add(.ownText, UInt64(builder.texts.add([])), row: place.row, column: place.column)
    default: throw .damaged("a formula of its sheet '\(builder.name)' has a result of no kind")
    }
  }

  private mutating func addNumbers(_ data: Range<Int>) throws(SpreadsheetError) {
    let first = try place(of: data, atLeast: 6)
    // Six bytes a cell; the last column is behind them.
    let count = (data.count - 6) / 6
    for index in 0..<count {
      let start = data.lowerBound + 4 + 6 * index
      try add(compactNumber(at: start + 2), (first.row, first.column + index), format: start)
    }
  }

  private mutating func add(
    _ number: Double, _ place: (row: Int, column: Int), format: Int
  ) throws(SpreadsheetError) {
    guard place.column < SpreadsheetColumn.count else { throw beyondSheet }
    let format = bytes.u16(at: format) ?? 0
    let isDate = dateFormats.indices.contains(format) && dateFormats[format]
    try builder.add(number: number, isDate: isDate, row: place.row, column: place.column)
  }

  private mutating func addText(
    _ segments: [Range<Int>], _ place: (row: Int, column: Int)
  ) throws(SpreadsheetError) {
    var reader = BIFFTexts(bytes, segments)
    try reader.append(to: &builder.texts.bytes)
    try builder.add(.ownText, UInt64(builder.texts.endText()), row: place.row, column: place.column)
  }

  private mutating func add(
    _ value: UInt8, isError: Bool, _ place: (row: Int, column: Int)
  ) throws(SpreadsheetError) {
    if isError {
      try builder.add(error: Self.errorText(value).utf8, row: place.row, column: place.column)
    } else {
      try builder.add(.boolean, value == 0 ? 0 : 1, row: place.row, column: place.column)
    }
  }

  /// Returns a number of 30 bits: an integer or the upper bits of a double, and either in hundredths.
  private func compactNumber(at place: Int) -> Double {
    let bits = UInt32(bytes.u32(at: place) ?? 0)
    let number =
      bits & 2 != 0 ? Double(Int32(bitPattern: bits) >> 2) : Double(bitPattern: UInt64(bits & ~3) << 32)
    return bits & 1 != 0 ? number / 100 : number
  }

  /// Returns the place of the cell that a record is about.
  private func place(of data: Range<Int>, atLeast count: Int) throws(SpreadsheetError) -> (row: Int, column: Int) {
    try requireNoneWaiting()
    guard data.count >= count, let row = bytes.u16(at: data.lowerBound), let column = bytes.u16(at: data.lowerBound + 2)
    else { throw .damaged("a cell of its sheet '\(builder.name)' is cut off") }
    guard column < SpreadsheetColumn.count else { throw beyondSheet }
    return (row, column)
  }

  private var beyondSheet: SpreadsheetError { .damaged("its sheet '\(builder.name)' has a cell beyond column XFD") }

  private func requireNoneWaiting() throws(SpreadsheetError) {
    guard let waiting else { return }
    let address = SpreadsheetColumn.address(row: waiting.row, column: waiting.column)
    throw .damaged("the formula in \(address) of its sheet '\(builder.name)' has a text as result that is missing")
  }

  private static func errorText(_ code: UInt8) -> String {
    switch code {
    case 0x00: "#NULL!"
    case 0x07: "#DIV/0!"
    case 0x0F: "#VALUE!"
    case 0x17: "#REF!"
    case 0x1D: "#NAME?"
    case 0x24: "#NUM!"
    case 0x2A: "#N/A"
    case 0x2B: "#GETTING_DATA"
    default: "#ERROR \(code)"
    }
  }
}
