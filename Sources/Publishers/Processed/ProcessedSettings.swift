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

  /// Returns why an environment leaves the publisher out; nil for one that names a bucket.
  ///
  /// The standard name of the data bucket does not count: a process that is not on AWS would write into a bucket that
  /// nobody has named.
  public static func reasonToLeaveOut(_ environment: [String: String]) -> String? {
    func isSet(_ variable: EnvironmentVariable) -> Bool { !environment[variable.name, default: ""].isEmpty }
    if isSet(.rawFolder) {
      return "RAW_FOLDER is set, and a run that keeps its documents in a folder writes nothing to S3: without it, give "
        + "AWS_S3_BUCKET_PROCESSED or S3_BUCKET_NAME a value, the name of an S3 bucket"
    }
    guard isSet(.processedBucket) || isSet(.bucket) else {
      return "neither AWS_S3_BUCKET_PROCESSED nor S3_BUCKET_NAME is set: give one of them a value, the name of an S3 "
        + "bucket"
    }
    return nil
  }
}
