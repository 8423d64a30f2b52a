/// A workbook of the format of Excel 2007 and later (ECMA-376), with or without macros.
struct XLSXWorkbook: Workbook {
  let sheets: [(name: String, isVisible: Bool)]
  /// The names of the sheets' parts.
  private let parts: [String]
  private let archive: ZipArchive
  private let texts: TextPool
  /// For each cell format if it shows dates.
  private let dateFormats: [Bool]
  private let system: SpreadsheetDate.System
  private let limits: SpreadsheetLimits

  init(_ archive: ZipArchive, limits: SpreadsheetLimits) throws(SpreadsheetError) {
    self.archive = archive
    self.limits = limits
    guard let main = try XLSXRelations(of: "", in: archive).first(.officeDocument) else {
      throw Self.refusal(of: archive)
    }
    guard !main.lowercased().hasSuffix(".bin") else { throw .unsupported("a binary workbook (.xlsb)") }
    guard let content = try archive.content(of: main) else { throw Self.missing(main) }
    let relations = try XLSXRelations(of: main, in: archive)
    let book = try XLSXBookPart(content, part: main)
    // Sheets of charts and dialogs have relations of other kinds.
    let found = book.sheets.compactMap { sheet -> (XLSXBookPart.Sheet, part: String)? in
      guard let relation = relations.byIdentifier[sheet.relation], relation.kind == .worksheet else { return nil }
      return (sheet, relation.target)
    }
    guard found.count <= limits.entries else { throw .tooLarge("more than \(limits.entries) sheets") }
    sheets = found.map { ($0.0.name, $0.0.isVisible) }
    parts = found.map(\.part)
    system = book.system
    let (styles, strings) = (relations.first(.styles), relations.first(.sharedStrings))
    // A sheet has the limit for itself: only those that are asked for are read, and one of them is in memory at once.
    let size = [styles, strings].compactMap { $0 }.reduce(content.count) { $0 + archive.size(of: $1) }
    guard size <= limits.inflatedBytes else {
      throw .tooLarge(
        "\(size) bytes of texts and formats after decompression, and at most \(limits.inflatedBytes) are read")
    }
    if let styles, let content = try archive.content(of: styles) {
      dateFormats = try XLSXStylesPart.dateFormats(content, part: styles)
    } else {
      dateFormats = []
    }
    if let strings, let content = try archive.content(of: strings) {
      texts = try XLSXStrings.table(content, part: strings)
    } else {
      texts = TextPool()
    }
  }

  func sheet(at index: Int) throws(SpreadsheetError) -> Sheet {
    guard parts.indices.contains(index) else { throw Self.missing("") }
    guard let content = try archive.content(of: parts[index]) else { throw Self.missing(parts[index]) }
    var reader = XLSXSheetReader(
      try XMLScanner(content, part: parts[index]), name: sheets[index].name, texts: texts, dateFormats: dateFormats,
      system: system, limits: limits)
    return try reader.read()
  }

  private static func missing(_ part: String) -> SpreadsheetError {
    .damaged("its ZIP archive has no part '\(part)', which the workbook names")
  }

  /// Names what a ZIP archive is that has no workbook of this format.
  private static func refusal(of archive: ZipArchive) -> SpreadsheetError {
    if archive.has("mimetype") || archive.has("META-INF/manifest.xml"), archive.has("content.xml") {
      return .unsupported("a document of OpenDocument (.ods)")
    }
    if archive.has("Index/Document.iwa") { return .unsupported("a document of Numbers") }
    return SpreadsheetError(
      .foreign, "is a ZIP archive without a workbook: unpack it, and give the address of the workbook itself")
  }
}
