import FoundationEssentials
import Time

/// Some of an item's records, on their way into documents.
public struct ExtractBatch<Record: DocumentRecord>: Sendable {
  public var records: [Record]
  /// Rows of the source that could not be taken as records.
  public var rejected: [RejectedRow]
  /// Problems of records that were kept.
  public var warnings: [RowProblem]

  public init(_ records: [Record] = [], rejected: [RejectedRow] = [], warnings: [RowProblem] = []) {
    self.records = records
    self.rejected = rejected
    self.warnings = warnings
  }
}

/// Takes the batches of an item that has more records than memory holds.
public typealias BatchReceiver<Record: DocumentRecord> = (ExtractBatch<Record>) throws(PipelineError) -> Void

/// The content of one document of several.
public struct DocumentPart: Sendable {
  /// The records as JSON, with commas between them.
  public var records = Data()
  public var recordCount = 0
  public var rejected: [RejectedRow] = []
  public var warnings: [RowProblem] = []

  public init() {}

  /// Returns the document. The same part always has the same bytes.
  /// - Parameters:
  ///   - archive: the key of the WARC file, or of its first segment.
  ///   - parts: nil for a document that is alone.
  ///   - listedAt: of the first document, the time at which the source last confirmed its listing.
  ///   - isComplete: of a document that is alone, as in `Extract`.
  ///   - checkpoint: of the first document, as in `Extract`.
  public func document(
    of dataset: Dataset, archive: String, parts: DocumentParts?, listedAt: Date? = nil, isComplete: Bool? = nil,
    failedPages: [FailedPage] = [], checkpoint: CheckpointSpan? = nil
  ) throws -> Data {
    let result = IngestionResult(
      success: true, source: dataset.source, dataType: dataset.dataType,
      recordsProcessed: recordCount + rejected.count, recordsSuccessful: recordCount, recordsFailed: rejected.count,
      errors: IngestionResult.errors(rejected, warnings, failedPages),
      timestamp: listedAt.map { RFC3339.utc(roundingToMilliseconds: $0) }, archive: archive,
      isComplete: parts == nil ? isComplete : false)
    var document = Data("{".utf8)
    if let parts {
      document = Data(DocumentParts.start.utf8) + (try JSONEncoder.ofDocuments.encode(parts)) + Data(",".utf8)
    }
    document += try CheckpointSpan.member(checkpoint)
    document += Data(#""ingestion_result":"#.utf8)
    document += try IngestionResult.body(result, records: [Data("[".utf8), records, Data("]".utf8)], rejected)
    return document
  }
}

extension IngestionResult {
  static func errors(_ rejected: [RejectedRow], _ warnings: [RowProblem], _ pages: [FailedPage]) -> [String] {
    (rejected.map(\.problem) + warnings).map(\.description) + pages.map { "\($0.url): \($0.error)" }
  }

  /// Returns a document from the value of its member `ingestion_result` on.
  static func body(_ result: IngestionResult, records: [Data], _ rejected: [RejectedRow]) throws -> Data {
    let rows = rejected.map { RejectedEntry(reason: $0.problem.reason, href: $0.key ?? "", text: $0.text) }
    var body = try JSONEncoder.ofDocuments.encode(result)
    body += Data(#","records":"#.utf8)
    for part in records { body += part }
    body += Data(#","rejected":"#.utf8)
    body += try JSONEncoder.ofDocuments.encode(rows)
    body.append(UInt8(ascii: "}"))
    return body
  }
}
