/// A workbook of Excel 97 to 2003 (BIFF8).
struct XLSWorkbook: Workbook {
  private(set) var sheets: [(name: String, isVisible: Bool)] = []
  /// The places at which the sheets' records begin.
  private var starts: [Int] = []
  private let stream: [UInt8]
  private var texts = TextPool()
  /// For each cell format if it shows dates.
  private var dateFormats: [Bool] = []
  private var system = SpreadsheetDate.System.from1900
  private let limits: SpreadsheetLimits

  /// - Parameter stream: the content of the stream `Workbook`.
  init(_ stream: [UInt8], limits: SpreadsheetLimits) throws(SpreadsheetError) {
    self.stream = stream
    self.limits = limits
    var records = BIFFRecords(stream)
    guard let version = BIFFRecords.version(of: stream) else {
      throw .damaged("it begins with no record of a workbook")
    }
    guard version == .excel97 else { throw .unsupported("a workbook of \(version.name)") }
    _ = try records.next()
    var isDate: [Int: Bool] = [:]
    var formats: [Int] = []
    loop: while true {
      let record = try records.next()
      let data = record.data
      switch record.kind {
      case BIFFRecords.Kind.end: break loop
      case BIFFRecords.Kind.password: throw .unsupported("a workbook with a password", "save it without one")
      case BIFFRecords.Kind.dateMode where stream.u16(at: data.lowerBound) == 1: system = .from1904
      case BIFFRecords.Kind.sheet: try addSheet(data)
      case BIFFRecords.Kind.sharedTexts: try readTexts([data] + records.continuations())
      case BIFFRecords.Kind.numberFormat where data.count > 2:
        let identifier = stream.u16(at: data.lowerBound) ?? 0
        var texts = BIFFTexts(stream, [data.lowerBound + 2..<data.upperBound])
        var format: [UInt8] = []
        try texts.append(to: &format)
        isDate[identifier] = NumberFormat.isDate(format, by: .weights)
      case BIFFRecords.Kind.cellFormat where data.count >= 4:
        formats.append(stream.u16(at: data.lowerBound + 2) ?? 0)
      default: continue
      }
    }
    dateFormats = formats.map { isDate[$0] ?? NumberFormat.isBuiltInDate($0, includesAsian: true) }
  }

  func sheet(at index: Int) throws(SpreadsheetError) -> Sheet {
    guard starts.indices.contains(index) else { throw .damaged("it has no sheet at this place") }
    var reader = XLSSheetReader(
      BIFFRecords(stream, at: starts[index]), name: sheets[index].name, texts: texts, dateFormats: dateFormats,
      limits: limits)
    return try reader.read(system)
  }

  private mutating func addSheet(_ data: Range<Int>) throws(SpreadsheetError) {
    guard data.count >= 8, let start = stream.u32(at: data.lowerBound),
      let state = stream.byte(at: data.lowerBound + 4),
      let kind = stream.byte(at: data.lowerBound + 5), let length = stream.byte(at: data.lowerBound + 6)
    else { throw .damaged("its list of sheets is cut off") }
    // Sheets of charts, macros and Visual Basic have no cells to read.
    guard kind == 0 else { return }
    guard sheets.count < limits.entries else { throw .tooLarge("more than \(limits.entries) sheets") }
    var texts = BIFFTexts(stream, [data.lowerBound + 7..<data.upperBound])
    var name: [UInt8] = []
    try texts.append(to: &name, length: Int(length))
    sheets.append((String(decoding: name, as: UTF8.self), state & 3 == 0))
    starts.append(start)
  }

  /// Reads the table of texts that cells share.
  private mutating func readTexts(_ segments: [Range<Int>]) throws(SpreadsheetError) {
    var reader = BIFFTexts(stream, segments)
    _ = try reader.u32()
    let count = try reader.u32()
    var texts = TextPool()
    // Some programs announce more texts than there are.
    while texts.count < count, !reader.isAtEnd {
      try reader.append(to: &texts.bytes)
      texts.endText()
    }
    self.texts = texts
  }
}
