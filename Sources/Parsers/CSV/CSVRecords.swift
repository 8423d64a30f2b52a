import Contracts
import JSON
import Processing

/// The records of a CSV text, a part at a time.
struct CSVRecords {
  /// Values of a document, beyond which a loader does not accept it. Empty cells are values, too, so that few bytes can
  /// be very many of them.
  static let maximumValues = 1_000_000
  /// Characters of a rejected row that are kept.
  private static let maximumText = 1000

  private let text: CSVText
  private let options: CSVOptions
  private let address: String
  private let origin: String
  private var reader: CSVReader
  private var row = CSVRow()
  private var valueCount = 0
  /// The names of the fields; nil until the first row of a file without header shows how many there are.
  private var fields: [String]?
  /// The rejection of a row says so.
  private let headerPlace: String

  /// Reads the header.
  /// - Throws: as `CSVParser.parse`.
  init(_ text: CSVText, options: CSVOptions, address: String, origin: String) throws(PipelineError) {
    self.text = text
    self.options = options
    self.address = address
    self.origin = origin
    reader = CSVReader(text.bytes, options.dialect, from: text.start)
    reader.skip(lines: options.skipLines)
    switch options.header {
    case .none: headerPlace = "the first row"
    case .names(let names):
      fields = CSVHeader.fields(names)
      headerPlace = "the definition"
    case .firstRow:
      headerPlace = "the header"
      guard reader.next(into: &row) else {
        throw PipelineError(.sourceChanged, "\(address) is empty: it must begin with a row that names the columns")
      }
      try checkWidth()
      if options.isStrict, let problem = problem() {
        let advice = row.flaw == nil ? ". Name the file's encoding as parse.encoding, such as windows-1252" : ""
        throw PipelineError(.sourceChanged, "the header of \(address) cannot be read: \(problem)\(advice)")
      }
      let header = CSVHeader(names: reader.texts(of: row))
      fields = CSVHeader.fields(options.normalizesHeader ? header.normalized : header.names)
    }
  }

  /// Reads the next records.
  /// - Parameter maximum: the number of records and rejections after which it stops.
  /// - Returns: nil at the end of the text.
  /// - Throws: as `CSVParser.parse`.
  mutating func next(maximum: Int) throws(PipelineError) -> Records? {
    var records = Records()
    while records.records.count + records.rejected.count < maximum, reader.next(into: &row) {
      try checkWidth()
      if options.isStrict, case .openQuote? = row.flaw, let flaw = row.flaw {
        throw PipelineError(
          .sourceChanged,
          "\(address) cannot be read, \(flaw): the file is cut, or its quotes are not as the definition says")
      }
      let fields = fields ?? CSVHeader.numbered(row.count)
      self.fields = fields
      if let problem = options.isStrict ? problem() ?? raggedness(fields.count) : raggedness(fields.count) {
        records.rejected.append(RejectedRow(RowProblem(reason: problem), text: rowText()))
      } else {
        valueCount += fields.count + 1
        guard valueCount <= Self.maximumValues else {
          throw PipelineError(
            .sourceChanged,
            "\(address) has more than \(Self.maximumValues) values before line \(row.line), more than a loader accepts: divide "
              + "it into several items")
        }
        records.records.append(record(fields))
      }
    }
    return records.records.isEmpty && records.rejected.isEmpty ? nil : records
  }

  private func record(_ fields: [String]) -> SourceRecord {
    var members: [JSONObject.Member] = []
    members.reserveCapacity(fields.count + 1)
    for (index, field) in fields.enumerated() {
      let isEmpty = index >= row.count || row.cells[index].range.isEmpty
      let isNull = index >= row.count || options.emptyIsNull && isEmpty
      members.append((field, isNull ? .null : .string(isEmpty ? "" : reader.text(index, of: row))))
    }
    members.append((CSVParser.sourceRow, .number(JSONNumber(row.line))))
    return SourceRecord(JSONObject(unique: members), origin: "\(origin)#\(row.line)")
  }

  /// Returns the reason why a strict parser rejects the row; nil if there is none.
  private func problem() -> String? {
    if let flaw = row.flaw { return flaw.description }
    guard text.hasBadBytes, CSVText.holdsReplacement(text.bytes[row.range]) else { return nil }
    return "line \(row.line): bytes that are not \(text.encoding.name), or text that was damaged before"
  }

  private func raggedness(_ columns: Int) -> String? {
    guard row.count > columns || row.count < columns && !options.fillsShortRows else { return nil }
    let advice = columns == 1 ? ": is parse.delimiter the file's?" : ""
    return "line \(row.line): \(row.count) cells, but \(headerPlace) has \(columns)\(advice)"
  }

  private func checkWidth() throws(PipelineError) {
    guard row.isTooWide else { return }
    throw PipelineError(
      .sourceChanged,
      "line \(row.line) of \(address) has more than \(CSVReader.maximumCells) cells: see whether it is a CSV file with the "
        + "delimiter that the definition names")
  }

  /// The row as it is in the file, cut.
  private func rowText() -> String {
    let bytes = text.bytes[row.range].prefix(Self.maximumText * 4)
    let characters = String(decoding: bytes, as: UTF8.self).unicodeScalars.prefix(Self.maximumText)
    // Postgres does not hold NUL.
    return String(String.UnicodeScalarView(characters)).replacing("\0", with: "\u{fffd}")
  }
}
