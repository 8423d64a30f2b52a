import FoundationEssentials
import Time

/// The document that the scraper stores in S3 for one work item, and that the loader reads:
///
///     {"ingestion_result": {"success": true, "source": "news", "data_type": "events", "records_processed": 120,
///                           "records_successful": 118, "records_failed": 2, "errors": ["…"],
///                           "timestamp": "2024-05-31T08:00:03.120Z", "archive": "raw/news/…warc.gz"},
///      "records": [{…}], "rejected": [{"reason": "…", "href": "/events/1", "text": "…"}]}
///
/// Reading also accepts the legacy system's documents: a bare array of records, or an object without `rejected`. A
/// record that cannot be decoded becomes an entry with the reason and costs no other record.
public struct ExtractDocument<Record: Codable & Sendable>: Sendable {
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

  /// - Parameter archive: the key of the WARC file with the pages that the document was made of.
  public init(_ extract: Extract<Record>, of dataset: Dataset, archive: String) {
    let rejected = extract.rejected
    result = IngestionResult(
      success: true, source: dataset.source, dataType: dataset.dataType,
      recordsProcessed: extract.records.count + rejected.count, recordsSuccessful: extract.records.count,
      recordsFailed: rejected.count,
      errors: (rejected.map(\.problem) + extract.warnings).map(\.description)
        + extract.failedPages.map { "\($0.url): \($0.error)" },
      timestamp: RFC3339.utc(roundingToMilliseconds: extract.listedAt), archive: archive)
    records = extract.records.map(Entry.record)
    self.rejected = rejected.map { RejectedEntry(reason: $0.problem.reason, href: $0.key ?? "", text: $0.text) }
  }

  /// Reads a document.
  /// - Parameter key: the document's key, for the message.
  /// - Throws: `StorageCorrupt` if it is not JSON or has no list of records.
  public init(_ data: Data, key: String) throws(PipelineError) {
    do { self = try JSONDecoder().decode(Self.self, from: data) } catch {
      throw PipelineError(
        .storageCorrupt, "\(key) is not an extract document: it is not JSON, or has no list of records")
    }
  }

  /// The document's bytes: the same document always has the same ones.
  public func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

extension ExtractDocument: Codable {
  private enum CodingKeys: String, CodingKey {
    case records, rejected
    case result = "ingestion_result"
  }

  public init(from decoder: any Decoder) throws {
    if var list = try? decoder.unkeyedContainer() {
      result = nil
      rejected = []
      records = []
      records.reserveCapacity(list.count ?? 0)
      while !list.isAtEnd { records.append(try list.decode(LenientRecord<Record>.self).entry) }
    } else {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      result = try container.decodeIfPresent(IngestionResult.self, forKey: .result)
      records = try container.decode([LenientRecord<Record>].self, forKey: .records).map(\.entry)
      rejected = try container.decodeIfPresent([RejectedEntry].self, forKey: .rejected) ?? []
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(result, forKey: .result)
    try container.encode(records.map(LenientRecord.init), forKey: .records)
    try container.encode(rejected, forKey: .rejected)
  }
}
