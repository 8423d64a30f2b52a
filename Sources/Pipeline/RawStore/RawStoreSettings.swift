import Settings

/// The location of the raw data.
public struct RawStoreSettings: Equatable, Sendable {
  /// `S3_BUCKET_NAME`.
  public let bucket: String
  /// `S3_REGION`.
  public let region: String

  public init(bucket: String, region: String) {
    self.bucket = bucket
    self.region = region
  }

  /// Reads `S3_BUCKET_NAME` and `S3_REGION`.
  public init(from configuration: inout Configuration) {
    bucket = configuration.text(.bucket)
    region = configuration.text(.bucketRegion)
  }
}
