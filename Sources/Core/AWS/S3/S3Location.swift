/// The location of an object.
public struct S3Location: Hashable, Sendable, CustomStringConvertible {
  public let bucket: String
  /// Any text of up to 1024 bytes, not percent-encoded.
  public let key: String

  public init(bucket: String, key: String) {
    self.bucket = bucket
    self.key = key
  }

  /// `s3://bucket/key`.
  public var description: String { "s3://\(bucket)/\(key)" }
}
