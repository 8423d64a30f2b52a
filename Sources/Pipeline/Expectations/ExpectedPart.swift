import Contracts
import FoundationEssentials
import JSON
import Routing
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
    let content = try DocumentContent(data, key: key)
    records = content.records
    rejected = content.rejected.count
    readAt = content.result?["timestamp"]?.string.flatMap { RFC3339.parse($0)?.date }
  }
}
