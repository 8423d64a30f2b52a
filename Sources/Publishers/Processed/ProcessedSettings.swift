import Settings

/// The place of the processed zone.
public struct ProcessedSettings: Equatable, Sendable {
  let bucket: String
  let region: String

  public init(bucket: String, region: String) {
    self.bucket = bucket
    self.region = region
  }

  /// Reads `AWS_S3_BUCKET_PROCESSED`, else `S3_BUCKET_NAME`, and `S3_REGION`.
  public init(from configuration: inout Configuration) {
    let own = configuration.text(.processedBucket)
    bucket = own.isEmpty ? configuration.text(.bucket) : own
    region = configuration.text(.bucketRegion)
  }
}
