import FoundationEssentials

/// A record to be written into a stream.
public struct KinesisRecord: Equatable, Sendable {
  /// Bytes of a record at most, its partition key included. AWS raised the limit to 10 MiB in 2025; consumers, and stand-ins
  /// of AWS, know the former one.
  public static let maximumBytes = 1 << 20
  /// Bytes of all records of a request at most, partition keys included.
  public static let maximumRequestBytes = 5 << 20
  /// Records of a request at most.
  public static let maximumRequestRecords = 500
  /// Characters of a partition key at most.
  public static let maximumKeyLength = 256

  /// The key that chooses the shard: records of one key are in one shard, in the order of their arrival.
  public let partitionKey: String
  public let data: Data

  public init(partitionKey: String, data: Data) {
    self.partitionKey = partitionKey
    self.data = data
  }

  /// The bytes that count for Kinesis' limits.
  public var size: Int { data.count + partitionKey.utf8.count }
}
