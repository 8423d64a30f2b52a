import Contracts
import FoundationEssentials
import JSON
import Time

/// The records of one document, or of a part of it.
struct ExpectedPart {
  /// The elements of the list of records; nil for one that is no object.
  let records: [JSONObject?]
  /// The number of rows that the scraper has rejected.
  let rejected: Int
  /// The time at which the source was read.
  let readAt: Date?

  /// - Throws: `StorageCorrupt` for bytes that are no extract document. A sink says what else is wrong with it.
  init(_ data: Data, key: String) throws(PipelineError) {
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
    records = list.map(\.object)
    rejected = document.object?["rejected"]?.array?.count ?? 0
    readAt = document.object?["ingestion_result"]?.object?["timestamp"]?.string.flatMap { RFC3339.parse($0)?.date }
  }
}
