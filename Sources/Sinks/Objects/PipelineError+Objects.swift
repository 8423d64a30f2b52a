import AWS
import Contracts

extension PipelineError {
  /// Converts a failure of the bucket. If a setting is the cause, the message names it.
  init(_ error: AWSError, ofObjectsIn bucket: String) {
    switch error.kind {
    case .noSuchBucket:
      self.init(
        .configurationInvalid,
        "the sink objects: '\(bucket)' names no bucket: create it, or correct load.bucket: \(error)")
    case .accessDenied:
      self.init(
        .configurationInvalid,
        "the sink objects: the AWS credentials, or the function's role, may not read and write in the bucket \(bucket) "
          + "(s3:GetObject, s3:PutObject, s3:ListBucket): \(error)")
    case .wrongRegion:
      self.init(.configurationInvalid, "the sink objects: load.region is not that of the bucket \(bucket): \(error)")
    case .untrusted, .invalidConfiguration, .credentialsMissing, .invalidRequest, .rejected:
      self.init(.configurationInvalid, "the sink objects, bucket \(bucket): \(error)")
    case .timedOut, .unavailable, .conflict, .preconditionFailed, .notFound, .corruptResponse, .tooLarge, .cryptography:
      self.init(
        .destinationUnavailable,
        "the bucket \(bucket): \(error). The load is repeated, and writes what is not written yet")
    }
  }
}
