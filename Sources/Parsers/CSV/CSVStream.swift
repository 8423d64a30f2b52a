import Contracts
import JSON
import Processing

/// Reads the records of a CSV file that comes in segments. A row is read once a byte behind its line end is there: until then
/// it may go on.
final class CSVStream: RecordStream {
  /// Values of a body that is in memory with all its records. Empty cells are values, too, so that few bytes can be very
  /// many of them.
  static let maximumValues = 1_000_000
  /// Records and rejected rows that are passed on at once, and their values.
  private static let batch = (rows: 2000, values: 100_000)
  /// Characters of a rejected row that are kept.
  private static let maximumText = 1000

  private let options: CSVOptions
  private let address: String
  private let origin: String
  private let limit: BodyLimit
  private let maximumValues: Int?
  /// Nil until the file has shown its delimiter.
  private var dialect: CSVDialect?
  private var decoder: CSVDecoder
  /// The text of which no row has been read yet.
  private var rest: [UInt8] = []
  /// The physical line at its beginning.
  private var line = 1
  private var linesToSkip: Int
  private var isDoubtful = false
  private var row = CSVRow()
  private var valueCount = 0
  private var hasHeader = false
  /// The names of the fields; nil until the first row of a file without header shows how many there are.
  private var fields: [String]?

  /// - Parameters:
  ///   - head: the body, of which the bytes are not read.
  ///   - maximumValues: the values beyond which the body is refused; nil for a body whose records do not stay in memory.
  init(_ head: RawBody, options: CSVOptions, maximumValues: Int? = nil) {
    self.options = options
    (address, origin, limit) = (head.address, head.origin, head.limit)
    self.maximumValues = maximumValues
    dialect = options.choosesDelimiter ? nil : options.dialect
    decoder = CSVDecoder(named: options.encoding, charset: head.charset)
    linesToSkip = options.skipLines
    if case .names(let names) = options.header { fields = CSVHeader.fields(names) }
    hasHeader = options.header != .firstRow
  }

  func add(
    _ bytes: [UInt8], isLast: Bool, _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    let new: [UInt8]
    do { new = try decoder.decode(bytes, isLast: isLast) } catch {
      throw PipelineError(.configurationInvalid, "\(address) cannot be read: \(error)")
    }
    isDoubtful = decoder.isDoubtful || isDoubtful && !rest.isEmpty
    let text = rest.isEmpty ? new : rest + new
    rest = []
    dialect =
      dialect ?? CSVDelimiter.dialect(of: text, after: linesToSkip, in: options.dialect, isLast: isLast)
    if let dialect {
      var reader = CSVReader(text, dialect, line: line)
      let done = try read(&reader, text, isLast, use)
      line = done.line
      // What is left is passed on as an array of its own: the text may be large.
      rest = isLast ? [] : Array(text[done.position...])
    } else {
      rest = text
    }
    guard rest.count + decoder.heldCount <= limit.bytes else {
      throw PipelineError(
        .sourceChanged,
        "the row that begins at line \(line) of \(address) \(limit.refusal(of: limit.bytes)): a quote there may not be closed, "
          + "or the definition names another delimiter, quote or encoding")
    }
    if isLast, !hasHeader {
      throw PipelineError(.sourceChanged, "\(address) is empty: it must begin with a row that names the columns")
    }
  }

  /// Reads the rows that are whole.
  /// - Returns: the place behind them, and its line.
  private func read(
    _ reader: inout CSVReader, _ text: [UInt8], _ isLast: Bool, _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) -> (position: Int, line: Int) {
    var done = (position: reader.position, line: reader.line)
    while linesToSkip > 0 {
      reader.skip(lines: 1)
      guard isLast || reader.position < text.count else { return done }
      done = (reader.position, reader.line)
      linesToSkip -= 1
    }
    var records = Records()
    var values = 0
    while reader.next(into: &row), isLast || reader.position < text.count {
      done = (reader.position, reader.line)
      try checkWidth()
      if !hasHeader {
        try readHeader(reader, text)
        continue
      }
      if options.isStrict, case .openQuote? = row.flaw, let flaw = row.flaw {
        throw PipelineError(
          .sourceChanged,
          "\(address) cannot be read, \(flaw): the file is cut, or its quotes are not as the definition says")
      }
      let fields = fields ?? CSVHeader.numbered(row.count)
      self.fields = fields
      if let problem = options.isStrict ? problem(text) ?? raggedness(fields.count) : raggedness(fields.count) {
        records.rejected.append(RejectedRow(RowProblem(reason: problem), text: rowText(text)))
      } else {
        values += fields.count + 1
        // A record of one cell takes as much memory as some values.
        try count(fields.count + 8)
        records.records.append(record(fields, reader))
      }
      if records.records.count + records.rejected.count >= Self.batch.rows || values >= Self.batch.values {
        try use(records)
        (records, values) = (Records(), 0)
      }
    }
    if !records.records.isEmpty || !records.rejected.isEmpty { try use(records) }
    return done
  }

  private func readHeader(_ reader: CSVReader, _ text: [UInt8]) throws(PipelineError) {
    if options.isStrict, let problem = problem(text) {
      let advice = row.flaw == nil ? ". Name the file's encoding as parse.encoding, such as windows-1252" : ""
      throw PipelineError(.sourceChanged, "the header of \(address) cannot be read: \(problem)\(advice)")
    }
    let header = CSVHeader(names: reader.texts(of: row))
    fields = CSVHeader.fields(options.normalizesHeader ? header.normalized : header.names)
    hasHeader = true
  }

  private func count(_ values: Int) throws(PipelineError) {
    guard let maximumValues else { return }
    valueCount += values
    guard valueCount > maximumValues else { return }
    throw PipelineError(
      .sourceChanged,
      "\(address) has more than \(maximumValues) values before line \(row.line), more than a loader accepts: divide it into "
        + "several items")
  }

  private func record(_ fields: [String], _ reader: CSVReader) -> SourceRecord {
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
  private func problem(_ text: [UInt8]) -> String? {
    if let flaw = row.flaw { return flaw.description }
    guard isDoubtful, decoder.isBad(text[row.range]) else { return nil }
    return "line \(row.line): bytes that are not \(decoder.encoding.name), or text that was damaged before"
  }

  private func raggedness(_ columns: Int) -> String? {
    guard row.count > columns || row.count < columns && !options.fillsShortRows else { return nil }
    let advice = columns == 1 ? ": is parse.delimiter the file's?" : ""
    return "line \(row.line): \(row.count) cells, but \(headerPlace) has \(columns)\(advice)"
  }

  /// The place of the columns' names.
  private var headerPlace: String {
    switch options.header {
    case .none: "the first row"
    case .names: "the definition"
    case .firstRow: "the header"
    }
  }

  private func checkWidth() throws(PipelineError) {
    guard row.isTooWide else { return }
    throw PipelineError(
      .sourceChanged,
      "line \(row.line) of \(address) has more than \(CSVReader.maximumCells) cells: see whether it is a CSV file with the "
        + "delimiter that the definition names")
  }

  /// The row as it is in the file, cut.
  private func rowText(_ text: [UInt8]) -> String {
    let bytes = text[row.range].prefix(Self.maximumText * 4)
    let characters = String(decoding: bytes, as: UTF8.self).unicodeScalars.prefix(Self.maximumText)
    // Postgres does not hold NUL.
    return String(String.UnicodeScalarView(characters)).replacing("\0", with: "\u{fffd}")
  }
}
