import Contracts
import FoundationEssentials
import JSON
import Time

/// An extract document as a sink reads it that takes records of any kind. All of these read it by this type, so that
/// none takes a document that another refuses.
public struct SinkDocument {
  /// The records, in the order of the document. An element that is no object is nil.
  public let records: [JSONObject?]
  /// The rows that the scraper rejected, with their keys at the source.
  public let rejected: [(reason: String, key: String?)]
  /// The time at which the source confirmed the records; nil in the further parts of a document.
  public let listedAt: Date?
  /// True if the records are all that the source has of the item, apart from the rejected rows.
  public let isComplete: Bool

  /// The number of seconds by which the scraper's clock may be ahead of this one.
  private static let clockTolerance = 3600.0

  /// - Throws: `StorageCorrupt` for a document that is malformed, too dense, of a failed scrape or of the future;
  ///   `InvalidInput` for one of another source.
  /// - Parameter parts: the description of all documents, if the document is one of several.
  public init(_ data: Data, for target: LoadTarget, now: Date, parts: DocumentParts? = nil) throws(PipelineError) {
    let key = target.key
    guard !key.utf8.contains(0) else { throw PipelineError(.invalidInput, "the document's key has a NUL character") }
    let content = try DocumentContent(data, key: key)
    let (rows, result) = (content.rejected, content.result)
    guard content.records.count + rows.count <= Limits.maximumRecords else {
      throw PipelineError(.storageCorrupt, "\(key) has more than \(Limits.maximumRecords) records")
    }
    guard result?["success"] != .bool(false) else {
      throw PipelineError(.storageCorrupt, "\(key) is the document of a run that failed: extract the item again")
    }
    if let source = result?["source"]?.string, !source.isEmpty, source != target.dataset.source {
      throw PipelineError(
        .invalidInput, "\(key) is of the source '\(source.prefix(64))', and the dataset reads \(target.dataset.source)")
    }
    records = content.records
    rejected = rows.map { row in
      (
        row.object?["reason"]?.string ?? "no reason is given",
        // A key with a NUL is of no stored row.
        row.object?["href"]?.string.flatMap { $0.isEmpty || $0.utf8.contains(0) ? nil : $0 }
      )
    }
    listedAt = result?["timestamp"]?.string.flatMap { RFC3339.parse($0)?.date }
    let failed = result?["records_failed"]?.number?.integer ?? 0
    isComplete = (parts?.isComplete ?? (result?["complete"] == .bool(true))) && failed <= Int64(rows.count)
    if let listedAt, listedAt > now + Self.clockTolerance {
      throw PipelineError(
        .storageCorrupt, "\(key) says that its source was read at \(RFC3339.utc(listedAt)), which is in the future")
    }
  }
}
