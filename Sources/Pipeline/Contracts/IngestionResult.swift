/// The head of an extract document. Reading accepts documents that lack fields, as the legacy system's do.
public struct IngestionResult: Codable, Equatable, Sendable {
  public var success: Bool?
  /// The first part of S3 keys; with a record's key it identifies the record in the database.
  public var source: String?
  public var dataType: String?
  /// Rows that the scraper saw.
  public var recordsProcessed: Int?
  public var recordsSuccessful: Int?
  public var recordsFailed: Int?
  /// Rejected rows, problems of others, and pages that could not be read.
  public var errors: [String]?
  /// The time at which the source last confirmed its listing, RFC 3339 to the millisecond.
  public var timestamp: String?
  /// The key of the WARC file with the pages that the document was made of.
  public var archive: String?
  /// True if the records are all that the source has of the item; left out if the dataset's own sink decides that.
  public var isComplete: Bool?

  enum CodingKeys: String, CodingKey {
    case success, source, errors, timestamp, archive
    case isComplete = "complete"
    case dataType = "data_type"
    case recordsProcessed = "records_processed"
    case recordsSuccessful = "records_successful"
    case recordsFailed = "records_failed"
  }
}
