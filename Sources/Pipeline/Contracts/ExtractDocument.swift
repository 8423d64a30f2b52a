import FoundationEssentials
import Time

/// The document that the scraper stores in S3 for one work item, and that the loader reads:
///
///     {"ingestion_result": {"success": true, "source": "news", "data_type": "events", "records_processed": 120,
///                           "records_successful": 118, "records_failed": 2, "errors": ["…"],
///                           "timestamp": "2024-05-31T08:00:03.120Z", "archive": "raw/news/…warc.gz"},
///      "records": [{…}], "rejected": [{"reason": "…", "href": "/events/1", "text": "…"}]}
///
/// A document of a dataset with `incremental` begins with a `CheckpointSpan`.
/// Of an item with more records than `Limits.maximumRecords` there are several, which begin with `DocumentParts`.
///
/// Reading also accepts the legacy system's documents: a bare array of records, or an object without `rejected`. A
/// record that cannot be decoded becomes an entry with the reason and costs no other record.
public struct ExtractDocument<Record: Decodable & Sendable>: Sendable {
  /// Nil in a bare array.
  public var result: IngestionResult?
  /// The records, in the order of the document.
  public var records: [Entry]
  /// The rows of the source that the scraper rejected.
  public var rejected: [RejectedEntry]

  /// A record, or why it could not be decoded.
  public enum Entry: Sendable {
    case record(Record)
    /// - Parameter key: the record's key at the source, if the record type could still find it.
    case unreadable(reason: String, key: String?)
  }

  /// Reads a document.
  /// - Parameter key: the document's key, for the message.
  /// - Throws: `StorageCorrupt` if it is not JSON, has no list of records, or has too many values or records.
  public init(_ data: Data, key: String) throws(PipelineError) {
    guard data.count <= Self.maximumValues || !Self.hasTooManyValues(data) else {
      throw PipelineError(
        .storageCorrupt, "\(key) is not an extract document: it has more than \(Self.maximumValues) values")
    }
    do { self = try JSONDecoder().decode(Self.self, from: data) } catch let error as PipelineError {
      throw PipelineError(error.name, "\(key) \(error.message)")
    } catch {
      throw PipelineError(
        .storageCorrupt, "\(key) is not an extract document: it is not JSON, or has no list of records")
    }
  }

  /// The maximum number of values in a document. `JSONDecoder` keeps some tens of bytes for each before it decodes the first
  /// one. A large day of the first dataset has about 10,000, and the densest document that the scraper stores 500,000.
  private static var maximumValues: Int { 1_000_000 }

  /// Counts the bytes before which or behind which a value stands. Those in texts count, too: they are few, and what is a
  /// text depends on the encoding.
  private static func hasTooManyValues(_ data: Data) -> Bool {
    data.withUnsafeBytes { bytes in
      var count = 0
      for byte in bytes where byte == UInt8(ascii: ",") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
        count += 1
      }
      return count > maximumValues
    }
  }

  private static func check(records: Int, rejected: Int = 0) throws(PipelineError) {
    guard records + rejected > Limits.maximumRecords else { return }
    throw PipelineError(.storageCorrupt, "has more than \(Limits.maximumRecords) records")
  }
}

extension ExtractDocument: Decodable {
  private enum CodingKeys: String, CodingKey {
    case records, rejected
    case result = "ingestion_result"
  }

  public init(from decoder: any Decoder) throws {
    if var list = try? decoder.unkeyedContainer() {
      result = nil
      rejected = []
      records = []
      try Self.check(records: list.count ?? 0)
      records.reserveCapacity(list.count ?? 0)
      while !list.isAtEnd { records.append(try list.decode(LenientRecord<Record>.self).entry) }
    } else {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      result = try container.decodeIfPresent(IngestionResult.self, forKey: .result)
      try Self.check(
        records: container.nestedUnkeyedContainer(forKey: .records).count ?? 0,
        // Null stands for no list.
        rejected: (try? container.nestedUnkeyedContainer(forKey: .rejected))?.count ?? 0)
      records = try container.decode([LenientRecord<Record>].self, forKey: .records).map(\.entry)
      rejected = try container.decodeIfPresent([RejectedEntry].self, forKey: .rejected) ?? []
    }
  }
}
