/// The format of a workbook, by its first bytes.
enum WorkbookFormat {
  /// Opens a workbook of any format that is read; others are refused by name.
  static func open(_ bytes: [UInt8], limits: SpreadsheetLimits) throws(SpreadsheetError) -> any Workbook {
    if CompoundFile.isOne(bytes) { return try openCompoundFile(bytes, limits: limits) }
    if bytes.has("PK\u{3}\u{4}", at: 0) || bytes.has("PK\u{5}\u{6}", at: 0) {
      return try XLSXWorkbook(ZipArchive(bytes, limits: limits), limits: limits)
    }
    // The stream of a workbook without the compound file around it, as a few programs write it.
    if let version = BIFFRecords.version(of: bytes) {
      guard version == .excel97 else { throw .unsupported("a workbook of \(version.name)") }
      return try XLSWorkbook(bytes, limits: limits)
    }
    throw SpreadsheetError(.foreign, "is no workbook, but \(description(of: bytes)): look at what the address returns")
  }

  private static func openCompoundFile(
    _ bytes: [UInt8], limits: SpreadsheetLimits
  ) throws(SpreadsheetError) -> any Workbook {
    let file = try CompoundFile(bytes)
    if let stream = try file.stream(named: "Workbook") { return try XLSWorkbook(stream, limits: limits) }
    if let stream = try file.stream(named: "Book") {
      // Some programs give the stream of Excel 97 the former name.
      guard BIFFRecords.version(of: stream) == .excel97 else { throw .unsupported("a workbook of Excel 5 or 95") }
      return try XLSWorkbook(stream, limits: limits)
    }
    if file.hasEntry("EncryptedPackage") {
      throw .unsupported("a workbook with a password", "save it without one")
    }
    if file.hasEntry("WordDocument") || file.hasEntry("PowerPoint Document") {
      throw SpreadsheetError(.foreign, "is a document of Word or PowerPoint, and no workbook: look at the address")
    }
    throw SpreadsheetError(.foreign, "is an OLE2 file without a workbook: look at what the address returns")
  }

  /// Describes bytes that are no workbook, without quoting them.
  private static func description(of bytes: [UInt8]) -> String {
    let whiteSpace: Set<UInt8> = [0x09, 0x0A, 0x0D, 0x20]
    let start = bytes.has("\u{FEFF}", at: 0) ? 3 : 0
    let text = bytes.dropFirst(start).prefix(1024).drop { whiteSpace.contains($0) }.prefix(512)
    let beginning = String(decoding: text, as: UTF8.self).lowercased()
    if bytes.isEmpty { return "empty" }
    if beginning.hasPrefix("<!doctype html") || beginning.hasPrefix("<html") || beginning.hasPrefix("<head") {
      return "a web page"
    }
    if beginning.contains("urn:schemas-microsoft-com:office:spreadsheet") { return "an XML spreadsheet of Excel 2003" }
    if beginning.hasPrefix("<?xml") { return "an XML document" }
    if beginning.hasPrefix("<") { return "a page of markup" }
    if beginning.hasPrefix("%pdf") { return "a PDF" }
    if beginning.hasPrefix("{") || beginning.hasPrefix("[") { return "JSON" }
    if text.allSatisfy({ $0 >= 0x20 || whiteSpace.contains($0) }) { return "text" }
    return "data of another format"
  }
}
