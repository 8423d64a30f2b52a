import FoundationEssentials
import Pipeline
import RawStore
import Time

/// What a run found on a day, as it rests in S3.
struct ExtractDocument: Encodable {
  struct IngestionResult: Encodable {
    let success = true
    let source: String
    let dataType: String
    /// Rows of the listing.
    let recordsProcessed: Int
    let recordsSuccessful: Int
    let recordsFailed: Int
    /// Rejected rows, remarks on others, and pages that could not be read.
    let errors: [String]
    /// When the source last said that this is the listing, RFC 3339 to the millisecond: of two listings of a date the
    /// later one counts.
    let timestamp: String
    /// The key of the WARC file with the pages that this was made of.
    let archive: String

    enum CodingKeys: String, CodingKey {
      case success, source, errors, timestamp, archive
      case dataType = "data_type"
      case recordsProcessed = "records_processed"
      case recordsSuccessful = "records_successful"
      case recordsFailed = "records_failed"
    }
  }

  /// A row of the listing that could not be taken for a show.
  struct RejectedRow: Encodable {
    let reason: String
    /// The event's address, root-relative; empty when the row links to none.
    let href: String
    /// What the row says.
    let text: String
  }

  let ingestionResult: IngestionResult
  let records: [EventRecord]
  let rejected: [RejectedRow]

  enum CodingKeys: String, CodingKey {
    case records, rejected
    case ingestionResult = "ingestion_result"
  }

  init(_ day: WWOZDay, of dataset: Dataset, records: [EventRecord], archive: String) {
    let rejected = day.listing.rejected
    ingestionResult = IngestionResult(
      source: dataset.name, dataType: dataset.dataType, recordsProcessed: records.count + rejected.count,
      recordsSuccessful: records.count, recordsFailed: rejected.count,
      errors: (rejected + day.listing.remarks).map(\.description) + day.failed.map { "\($0.url): \($0.error)" },
      timestamp: RFC3339.utc(roundingToMilliseconds: day.listedAt), archive: archive)
    self.records = records
    self.rejected = rejected.map { RejectedRow(reason: $0.reason, href: $0.eventPath ?? "", text: $0.text) }
  }

  /// The archive that a document names.
  /// - Parameter key: where the document lies, for the message.
  /// - Throws: `StorageCorrupt`.
  static func archive(in document: Data, at key: RawKey) throws(PipelineError) -> String {
    struct Document: Decodable {
      struct Result: Decodable {
        let archive: String
      }
      let ingestion_result: Result
    }
    do { return try JSONDecoder().decode(Document.self, from: document).ingestion_result.archive } catch {
      throw PipelineError(.storageCorrupt, "\(key) is not what a scraper writes: it names no archive")
    }
  }

  /// The same document always has the same bytes.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}
