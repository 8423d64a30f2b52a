import Contracts
import FoundationEssentials
import JSON
import Time

/// An extract document for the stream.
struct StreamDocument {
  /// The records, in the order of the document. An element that is no object is nil.
  let records: [JSONObject?]
  /// The rows that the scraper rejected, with their keys at the source.
  let rejected: [(reason: String, key: String?)]
  /// The time at which the source confirmed the records; nil in the further parts of a document.
  let listedAt: Date?

  /// - Throws: `StorageCorrupt` for a document that is malformed, too dense, or of a failed scrape; `InvalidInput` for one of
  ///   another source.
  init(_ data: Data, for target: LoadTarget) throws(PipelineError) {
    let key = target.key
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
    guard let list = document.object?["records"]?.array else {
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
        row.object?["href"]?.string.flatMap { $0.isEmpty ? nil : $0 }
      )
    }
    listedAt = result?["timestamp"]?.string.flatMap { RFC3339.parse($0)?.date }
  }
}
