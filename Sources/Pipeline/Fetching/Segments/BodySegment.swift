import Contracts
import FoundationEssentials

/// A part of a body that is too large to be in memory. A body of any other size is one segment.
public struct BodySegment: Sendable {
  public var bytes: Data
  /// The encoding that the response's header names.
  public var charset: String?
  /// From 1.
  public var number: Int
  public var isLast: Bool
  /// The id of the first segment's record in the archive, which is that of the whole body.
  public var record: String
  /// The time at which the source last confirmed that the body is current.
  public var validated: Date

  public init(
    _ bytes: Data, charset: String? = nil, number: Int = 1, isLast: Bool = true, record: String, validated: Date
  ) {
    self.bytes = bytes
    self.charset = charset
    self.number = number
    self.isLast = isLast
    self.record = record
    self.validated = validated
  }
}

/// Takes the segments of a body, one after the other.
public typealias SegmentReceiver = (BodySegment) throws(PipelineError) -> Void
