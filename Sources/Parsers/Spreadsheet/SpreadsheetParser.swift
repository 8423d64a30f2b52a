import Contracts
import Definitions
import JSON
import Processing

/// Turns the series in an Excel workbook into records, one for each point; the plugin `spreadsheet`.
public final class SpreadsheetParser: Parser {
  /// Points of a body that is in memory with all its records. A run reads large bodies as a stream, without this limit.
  private static let maximumPoints = 250_000

  private let rules: [SeriesRule]

  /// - Parameter section: the definition's section `parse`, checked against `form`.
  public init(section: Section) throws(PipelineError) {
    let textDates = section.text("text_dates")
    rules = section.sections("series_map").map { SeriesRule($0, textDates: textDates) }
  }

  init(_ rules: [SeriesRule]) { self.rules = rules }

  /// Parses a workbook. What is no point costs only itself, and a sheet that is missing only its series.
  /// - Throws: `SourceChanged` for a file that is no workbook, or is damaged.
  public func parse(_ body: RawBody) throws(PipelineError) -> Records {
    try Self.points(of: WorkbookReading(body, rules), body)
  }

  private static func points(of reading: WorkbookReading, _ body: RawBody) throws(PipelineError) -> Records {
    var all = Records()
    try reading.read { (records) throws(PipelineError) in
      all.records += records.records
      all.rejected += records.rejected
      all.warnings += records.warnings
      guard all.records.count > maximumPoints else { return }
      throw PipelineError(
        .sourceChanged,
        "\(body.address) has more than \(maximumPoints) points in \(body.bytes.count) bytes: divide its series into "
          + "several datasets")
    }
    return all
  }

  /// Returns the workbook's sheets, and the points before normalization:
  ///
  ///     {"sheets": [{"name": "RESERVAS", "is_visible": true}], "records": [{"obs_time": "2024-02-24T00:00:00", …}],
  ///      "record_count": 1, "rejected": ["X: RESERVAS!C15: 's/d' is no number, of 2024-02-25"], "warnings": []}
  public func structure(of body: RawBody) throws(PipelineError) -> JSONValue {
    let reading = try WorkbookReading(body, rules)
    let sheets = reading.sheets.map { sheet -> JSONValue in
      ["name": .string(sheet.name), "is_visible": .bool(sheet.isVisible)]
    }
    let records = try Self.points(of: reading, body)
    return [
      "sheets": .array(sheets), "record_count": .number(JSONNumber(records.records.count)),
      "records": .array(records.records.map { .object($0.fields) }),
      "rejected": .array(records.rejected.map { .string($0.problem.reason) }),
      "warnings": .array(records.warnings.map { .string($0.reason) }),
    ]
  }

  /// Returns a reader that has the file in memory, and passes its points on in batches.
  public func stream(_ head: RawBody) throws(PipelineError) -> any RecordStream { WorkbookStream(head, rules) }
}

/// A workbook that comes in segments. It is read once it is whole: its directory stands at its end.
private final class WorkbookStream: RecordStream {
  private var body: RawBody
  private let rules: [SeriesRule]

  init(_ head: RawBody, _ rules: [SeriesRule]) {
    body = head
    body.bytes = []
    self.rules = rules
  }

  func add(
    _ bytes: [UInt8], isLast: Bool, _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    if body.bytes.isEmpty { body.bytes = bytes } else { body.bytes += bytes }
    guard body.bytes.count <= body.limit.bytes else {
      throw PipelineError(
        .sourceChanged,
        "\(body.address) \(body.limit.refusal(of: body.bytes.count - 1)), as a workbook is read as a whole: "
          + (body.limit.memory == nil ? "" : "give the function more memory, or ")
          + "read a smaller workbook, or one that is saved as .xlsx")
    }
    guard isLast else { return }
    let reading = try WorkbookReading(body, rules)
    // The workbook has what it needs of them.
    body.bytes = []
    try reading.read(use)
  }
}
