import Contracts
import FoundationEssentials
import JSON

/// A record on its way from a source's bytes to the document.
public struct SourceRecord: Hashable, Sendable {
  public var fields: JSONObject
  /// The place in the archive: the WARC record's id and the position in its body, `urn:uuid:…#17`. It becomes the lineage
  /// column `_record`.
  public var origin: String

  public init(_ fields: JSONObject, origin: String) {
    self.fields = fields
    self.origin = origin
  }
}

/// The bytes that an extractor has read, before anything interprets them.
public struct RawBody: Sendable {
  public var bytes: [UInt8]
  /// The encoding that the response's header names.
  public var charset: String?
  /// The address or path, for messages, without secrets.
  public var address: String
  /// The WARC record's id; positions are appended to it.
  public var origin: String
  /// The records of the body that count, from the first one on; nil for all.
  public var recordLimit: Int?
  /// The place among the segments of a body that is larger than memory, from 1.
  public var segment = 1
  /// False if more segments follow.
  public var isLast = true
  /// The time at which the source confirmed the body; nil if only the reader's result says so.
  public var readAt: Date?
  /// The bytes that may be in memory at once.
  public var limit = BodyLimit()

  public init(_ bytes: [UInt8], charset: String? = nil, address: String, origin: String) {
    self.bytes = bytes
    self.charset = charset
    self.address = address
    self.origin = origin
  }

  /// True for a body in one segment.
  public var isWhole: Bool { segment == 1 && isLast }

  /// Bytes of a body that is parsed at once. The records of a larger one may be too many for memory: half a million rows of
  /// one digit are 1 MB.
  private static let maximumWholeBytes = 128 << 10

  /// True for a body whose records are read as a stream, as those of a source of one body are.
  public var isStreamed: Bool { readAt != nil && (!isWhole || bytes.count > Self.maximumWholeBytes) }
}

/// The records of one body, or of a transform.
public struct Records: Sendable {
  public var records: [SourceRecord]
  /// Parts of the body, or records, that were left out, each with its reason.
  public var rejected: [RejectedRow]
  /// Problems of records that were kept, and counts of records that a filter dropped.
  public var warnings: [RowProblem] = []
  /// The document that the records are part of, for pagination; nil for a format without one.
  public var document: JSONValue?

  public init(_ records: [SourceRecord] = [], rejected: [RejectedRow] = [], document: JSONValue? = nil) {
    self.records = records
    self.rejected = rejected
    self.document = document
  }
}
