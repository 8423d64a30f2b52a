import Contracts
import Definitions
import JSON
import Processing

/// Turns the series in an Excel workbook into records, one for each point; the plugin `spreadsheet`.
public final class SpreadsheetParser: Parser {
  /// Points of a body that is in memory with all its records.
  private static let maximumPoints = 100_000

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
    var all = Records()
    try WorkbookReading(body, rules).read { (records) throws(PipelineError) in
      all.records += records.records
      all.rejected += records.rejected
      all.warnings += records.warnings
      guard all.records.count > Self.maximumPoints else { return }
      throw PipelineError(
        .sourceChanged,
        "\(body.address) has more than \(Self.maximumPoints) points in \(body.bytes.count) bytes: divide its series into "
          + "several datasets")
    }
    return all
  }

  /// Returns the workbook's sheets, and the points before normalization:
  ///
  ///     {"sheets": [{"name": "RESERVAS", "is_visible": true}], "records": [{"obs_time": "2024-02-24T00:00:00", …}],
  ///      "record_count": 1, "rejected": ["X: RESERVAS!C15: 's/d' is no number, of 2024-02-25"], "warnings": []}
  public func structure(of body: RawBody) throws(PipelineError) -> JSONValue {
    let sheets = try WorkbookReading(body, rules).sheets.map { sheet -> JSONValue in
      ["name": .string(sheet.name), "is_visible": .bool(sheet.isVisible)]
    }
    let records = try parse(body)
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
        "\(body.address) \(body.limit.refusal(of: body.bytes.count - 1)), as a workbook is read as a whole. Give the "
          + "function more memory, or read a smaller workbook")
    }
    guard isLast else { return }
    let reading = try WorkbookReading(body, rules)
    body.bytes = []
    try reading.read(use)
  }
}
