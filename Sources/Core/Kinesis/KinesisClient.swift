import AWS
import FoundationEssentials
import Time

/// A client of Amazon Kinesis Data Streams, which writes records. Requests that fail as a whole are retried with the session's
/// backoff; a request whose response was lost is sent again, so a record may be in the stream twice.
public final class KinesisClient {
  /// The reason for which a record of a request that succeeded was not written.
  public struct Refusal: Equatable, Sendable, CustomStringConvertible {
    /// `ProvisionedThroughputExceededException` or `InternalFailure`.
    public let code: String
    public let message: String

    public var description: String { message.isEmpty ? code : "\(code): \(message)" }
  }

  private static let service = AWSService(
    name: "Kinesis", signingName: "kinesis", endpointPrefix: "kinesis", endpointVariable: "KINESIS")

  private let client: AWSClient

  /// - Parameter region: the stream's region; nil for the session's.
  /// - Throws: `invalidConfiguration` if the endpoint or the region is invalid.
  public init(_ session: AWSSession, region: String? = nil) throws(AWSError) {
    client = try AWSClient(Self.service, session: session, region: region)
  }

  /// Writes records in one request, which must be within the limits of `KinesisRecord`.
  /// - Returns: the records that were not written, by their indices. They are to be sent again.
  /// - Throws: `notFound` if there is no such stream; `unavailable` if no record was written.
  public func putRecords(
    _ records: [KinesisRecord], to stream: String, deadline: Deadline
  ) throws(AWSError) -> [Int: Refusal] {
    struct Entry: Encodable {
      let Data: FoundationEssentials.Data
      let PartitionKey: String
    }
    struct Input: Encodable {
      let StreamName: String
      let Records: [Entry]
    }
    struct Outcome: Decodable {
      let SequenceNumber: String?
      let ErrorCode: String?
      let ErrorMessage: String?
    }
    struct Output: Decodable { let Records: [Outcome] }
    let input = Input(
      StreamName: stream, Records: records.map { Entry(Data: $0.data, PartitionKey: $0.partitionKey) })
    let output: Output = try client.call(
      "PutRecords", target: "Kinesis_20131202", version: "1.1", input, of: stream, deadline: deadline)
    guard output.Records.count == records.count else {
      throw AWSError(
        .corruptResponse, "Kinesis PutRecords", of: stream,
        "\(records.count) records were sent, and the response has the outcomes of \(output.Records.count)")
    }
    var refusals: [Int: Refusal] = [:]
    // A record without a sequence number is not in the stream, whatever else its outcome says.
    for (index, outcome) in output.Records.enumerated()
    where outcome.ErrorCode != nil || outcome.SequenceNumber == nil {
      refusals[index] = Refusal(
        code: outcome.ErrorCode ?? "no sequence number", message: String((outcome.ErrorMessage ?? "").prefix(200)))
    }
    return refusals
  }
}
