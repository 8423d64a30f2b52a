import Contracts
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

  public init(_ bytes: [UInt8], charset: String? = nil, address: String, origin: String) {
    self.bytes = bytes
    self.charset = charset
    self.address = address
    self.origin = origin
  }
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
