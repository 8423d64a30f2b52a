import Time

/// A batch of a Kinesis stream, as Lambda's event source mapping sends it:
///
///     {"Records": [{"eventID": "shardId-000000000000:4959…", "eventSource": "aws:kinesis", "eventSourceARN": "arn:…",
///                   "kinesis": {"data": "eyJ…", "partitionKey": "…", "sequenceNumber": "4959…",
///                               "approximateArrivalTimestamp": 1717182000.12}}]}
public struct StreamEvent: Codable, Equatable, Sendable {
  public struct Record: Codable, Equatable, Sendable {
    /// The shard and the sequence number.
    public var eventID: String?
    public var eventSourceARN: String?
    public var kinesis: Payload

    public init(eventID: String? = nil, eventSourceARN: String? = nil, kinesis: Payload) {
      self.eventID = eventID
      self.eventSourceARN = eventSourceARN
      self.kinesis = kinesis
    }
  }

  public struct Payload: Codable, Equatable, Sendable {
    /// The bytes in Base64. A text, so that one that cannot be decoded does not cost the batch.
    public var data: String
    public var partitionKey: String?
    public var sequenceNumber: String
    /// Seconds since 1970.
    public var approximateArrivalTimestamp: Double?

    public init(
      data: String, partitionKey: String? = nil, sequenceNumber: String, approximateArrivalTimestamp: Double? = nil
    ) {
      self.data = data
      self.partitionKey = partitionKey
      self.sequenceNumber = sequenceNumber
      self.approximateArrivalTimestamp = approximateArrivalTimestamp
    }
  }

  public var records: [Record]

  enum CodingKeys: String, CodingKey {
    case records = "Records"
  }

  public init(records: [Record]) { self.records = records }
}

/// The response to a batch of a stream: the records that must be delivered again. Lambda goes on at the first of them.
///
///     {"batchItemFailures": [{"itemIdentifier": "4959…"}]}
public struct StreamResponse: Codable, Equatable, Sendable {
  public struct Failure: Codable, Equatable, Sendable {
    /// The record's sequence number in the stream.
    public var itemIdentifier: String

    public init(itemIdentifier: String) { self.itemIdentifier = itemIdentifier }
  }

  public var batchItemFailures: [Failure]

  public init(batchItemFailures: [Failure] = []) { self.batchItemFailures = batchItemFailures }
}

/// The fate of a batch of a stream.
public struct StreamReport: Equatable, Sendable {
  /// A record that was not stored in its place.
  public struct Problem: Equatable, Sendable {
    public let sequenceNumber: String
    public let reason: String
    /// The key of the object that has the record and the reason; nil for a record that is to be delivered again.
    public let key: String?

    public init(sequenceNumber: String, reason: String, key: String? = nil) {
      self.sequenceNumber = sequenceNumber
      self.reason = reason
      self.key = key
    }
  }

  /// The number of records that were stored in their places.
  public var stored: Int
  /// Records that no repetition makes readable, which are kept apart.
  public var rejected: [Problem]
  /// Records that must be delivered again.
  public var failed: [Problem]

  public init(stored: Int = 0, rejected: [Problem] = [], failed: [Problem] = []) {
    self.stored = stored
    self.rejected = rejected
    self.failed = failed
  }

  public var response: StreamResponse {
    StreamResponse(batchItemFailures: failed.map { StreamResponse.Failure(itemIdentifier: $0.sequenceNumber) })
  }
}

/// Stores what a stream has.
public protocol StreamStore: AnyObject {
  /// Stores a batch. A record that is delivered twice is stored once.
  /// - Throws: the error of the store if no record could be stored.
  func store(_ event: StreamEvent, deadline: Deadline) throws(PipelineError) -> StreamReport
}
