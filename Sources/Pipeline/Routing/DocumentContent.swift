import Contracts
import FoundationEssentials
import JSON

/// The JSON of one extract document, or of a part of it: what its readers have in common.
public struct DocumentContent {
  /// The object; nil for a document of the legacy system, which is a bare list.
  public let object: JSONObject?
  /// The elements of the list of records; nil for one that is no object.
  public let records: [JSONObject?]
  /// The rows that the scraper rejected.
  public let rejected: [JSONValue]
  /// The description of the reading; nil without one.
  public var result: JSONObject? { object?["ingestion_result"]?.object }

  /// - Throws: `StorageCorrupt` for bytes that are no extract document.
  public init(_ data: Data, key: String) throws(PipelineError) {
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
    guard let list = document.array ?? document.object?["records"]?.array else {
      throw PipelineError(.storageCorrupt, "\(key) is not an extract document: it has no list of records")
    }
    object = document.object
    records = list.map(\.object)
    rejected = document.object?["rejected"]?.array ?? []
  }
}
