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
    let bytes = [UInt8](data)
    guard Limits.values(in: bytes.span) <= Limits.maximumDocumentValues else {
      throw PipelineError(
        .storageCorrupt, "\(key) is not an extract document: it has more than \(Limits.maximumDocumentValues) values")
    }
    let document: JSONValue
    do throws(JSONError) { document = try JSONValue(parsing: bytes) } catch {
      throw PipelineError(
        .storageCorrupt,
        "\(key) is not an extract document: line \(error.line), column \(error.column): \(error.problem)")
    }
    // The legacy system's documents are bare lists.
    guard let list = document.array ?? document.object?["records"]?.array else {
      throw PipelineError(.storageCorrupt, "\(key) is not an extract document: it has no list of records")
    }
    let rows = document.object?["rejected"]?.array ?? []
    guard list.count + rows.count <= Limits.maximumRecords else {
      throw PipelineError(.storageCorrupt, "\(key) has more than \(Limits.maximumRecords) records")
    }
    let result = document.object?["ingestion_result"]?.object
    guard result?["success"] != .bool(false) else {
      throw PipelineError(.storageCorrupt, "\(key) is the document of a run that failed: extract the item again")
    }
    if let source = result?["source"]?.string, !source.isEmpty, source != target.dataset.source {
      throw PipelineError(
        .invalidInput, "\(key) is of the source '\(source.prefix(64))', and the dataset reads \(target.dataset.source)")
    }
    records = list.map(\.object)
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
