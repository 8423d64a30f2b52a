import Time

/// The body of the loader's response to a load.
public struct LoadResponse: Codable, Equatable, Sendable {
  public struct Rejected: Codable, Equatable, Sendable {
    /// The record's index in the document, from 0. Rows that the scraper rejected follow the records.
    public let position: Int
    public let reason: String
    public let href: String?
  }

  /// `success`; `partial` if records were rejected, or if there is a notice; `superseded` if a later document of the item
  /// had been loaded before, so that this one changed nothing.
  public let status: String
  public let message: String
  /// The legacy system's summary: `{"files_processed": 1, "events_created": 3, …}`.
  public let operationSummary: [String: Int]
  /// The counts of the dataset's records.
  public let records: RecordCounts
  /// The counts of each kind of entity.
  public let counts: [String: RecordCounts]
  /// The results of the dataset's sinks; left out for one sink that takes all records.
  public let sinks: [SinkResult]?
  /// The first `Limits.maximumListedProblems` rejected records; the table `rejected_records` has all.
  public let rejected: [Rejected]
  public let s3Key: String
  public let dataset: String
  /// The id of the work item.
  public let item: String
  /// The item's date; left out for an item without one.
  public let date: CalendarDate?
  /// The warning about the source, `SourceChanged: …`; left out if there is none. See `LoadReport.notice`.
  public let notice: String?
  /// Breaches of expectations that change no status; left out if there are none.
  public let warnings: [String]?
  /// The sinks that the definition leaves out, and why; left out if there are none.
  public let leftOut: [String]?

  enum CodingKeys: String, CodingKey {
    case status, message, records, counts, sinks, rejected, dataset, item, date, notice, warnings
    case operationSummary = "operation_summary"
    case s3Key = "s3_key"
    case leftOut = "left_out"
  }

  public init(_ report: LoadReport, of target: LoadTarget) {
    let records = report.records
    let isWhole = report.rejections.isEmpty && report.notice == nil
    status = report.isSuperseded ? "superseded" : isWhole ? "success" : "partial"
    message =
      "\(records.found) \(target.dataset.dataType) of \(target.item): \(records.new) new, \(records.changed) changed, "
      + "\(records.unchanged) unchanged, \(records.rejected) rejected, \(records.cancelled ?? 0) cancelled"
      + (report.isSuperseded ? "; a later listing was loaded before" : "")
    operationSummary = report.counts.reduce(into: ["files_processed": 1]) { $0["\($1.key)_created"] = $1.value.new }
    self.records = records
    counts = report.counts
    sinks = report.sinks.isEmpty ? nil : report.sinks
    rejected = report.rejections.prefix(Limits.maximumListedProblems).map {
      Rejected(position: $0.position, reason: $0.reason, href: $0.key)
    }
    s3Key = target.key
    dataset = target.dataset.id
    item = target.item.id
    date = target.item.date
    notice = report.notice
    warnings = report.warnings.isEmpty ? nil : report.warnings
    leftOut = report.leftOut.isEmpty ? nil : report.leftOut
  }
}
