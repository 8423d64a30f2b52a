import Contracts
import Cryptography
import FoundationEssentials
import JSON
import Processing

extension CSVParser {
  /// Returns the file as it is, whatever `parse` would reject of it:
  ///
  ///     {"header": [" Product Name"], "header_normalized": ["product_name"], "rows": [["Boots"]], "widths": [1],
  ///      "row_count": 1, "rows_sha256": "…", "encoding": "UTF-8", "problems": ["line 3: …"]}
  ///
  /// `header` is null if the file has none, and is left out if the file is empty. `widths` are the numbers of cells that
  /// rows have, each once. `rows_sha256` is that of the cells, each row's joined by U+001F and ended by U+001E.
  /// `problems` are the first flaws of rows.
  /// - Throws: `ConfigurationInvalid` if the tables of the encoding are missing on this machine.
  public func structure(of body: RawBody) throws(PipelineError) -> JSONValue {
    var decoder = CSVDecoder(named: options.encoding, charset: body.charset)
    let text: [UInt8]
    do { text = try decoder.decode(body.bytes, isLast: true) } catch {
      throw PipelineError(.configurationInvalid, "\(body.address) cannot be read: \(error)")
    }
    var reader = CSVReader(text, options.dialect)
    reader.skip(lines: options.skipLines)
    var row = CSVRow()
    var result = JSONObject()
    var problems: [JSONValue] = []
    func note() {
      guard problems.count < Limits.maximumListedProblems else { return }
      if row.isTooWide { problems.append(.string("line \(row.line): more than \(CSVReader.maximumCells) cells")) }
      if let flaw = row.flaw { problems.append(.string("\(flaw)")) }
      if decoder.isDoubtful, decoder.isBad(text[row.range]) {
        problems.append(.string("line \(row.line): bytes that are not \(decoder.encoding.name)"))
      }
    }
    switch options.header {
    case .none:
      result["header"] = .null
      result["header_normalized"] = .null
    case .names(let names): Self.add(names, to: &result)
    case .firstRow:
      if reader.next(into: &row) {
        note()
        Self.add(reader.texts(of: row), to: &result)
      }
    }
    var rows: [JSONValue] = []
    var widths: Set<Int> = []
    var digested = Data()
    while reader.next(into: &row) {
      note()
      let cells = reader.texts(of: row)
      widths.insert(cells.count)
      for (index, cell) in cells.enumerated() {
        if index > 0 { digested.append(0x1F) }
        digested.append(contentsOf: cell.utf8)
      }
      digested.append(0x1E)
      rows.append(.array(cells.map { .string($0) }))
    }
    result["row_count"] = .number(JSONNumber(rows.count))
    result["widths"] = .array(widths.sorted().map { .number(JSONNumber($0)) })
    result["rows_sha256"] = (try? Digest(of: digested)).map { .string($0.hexadecimal) }
    result["rows"] = .array(rows)
    result["encoding"] = .string(decoder.encoding.name)
    result["problems"] = .array(problems)
    return .object(result)
  }

  private static func add(_ names: [String], to result: inout JSONObject) {
    let header = CSVHeader(names: names)
    result["header"] = .array(header.names.map { .string($0) })
    result["header_normalized"] = .array(header.normalized.map { .string($0) })
  }
}
