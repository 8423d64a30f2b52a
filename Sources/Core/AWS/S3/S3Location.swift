/// Where an object lies.
public struct S3Location: Hashable, Sendable, CustomStringConvertible {
  public let bucket: String
  /// Any text of up to 1024 bytes, as it is, not encoded.
  public let key: String

  public init(bucket: String, key: String) {
    self.bucket = bucket
    self.key = key
  }

  /// `s3://bucket/key`.
  public var description: String { "s3://\(bucket)/\(key)" }
}
