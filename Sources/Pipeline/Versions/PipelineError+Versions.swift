import AWS
import Contracts

extension PipelineError {
  /// Converts a failure of the bucket with a dataset's versions. If a setting is the cause, the message names it.
  public init(versions error: AWSError) {
    switch error.kind {
    case .untrusted, .invalidConfiguration, .credentialsMissing, .invalidRequest, .rejected:
      self.init(.configurationInvalid, "the bucket of s3_versioned: \(error)")
    case .accessDenied:
      self.init(
        .configurationInvalid,
        "the bucket of s3_versioned: the AWS credentials, or the function's role, may not read, write, list and delete "
          + "under datasets/ of load.bucket, or may not use the bucket's key of KMS (kms:Decrypt, kms:GenerateDataKey): "
          + "\(error)")
    case .noSuchBucket:
      self.init(
        .configurationInvalid, "load.bucket of s3_versioned names no bucket: create it, or correct it: \(error)")
    case .wrongRegion:
      self.init(.configurationInvalid, "load.aws_region of s3_versioned is not the bucket's region: \(error)")
    case .timedOut: self.init(.deadlineExceeded, "\(error)")
    case .tooLarge, .corruptResponse: self.init(.storageCorrupt, "\(error)")
    case .unavailable, .conflict, .preconditionFailed, .notFound, .cryptography:
      self.init(.storageUnavailable, "\(error)")
    }
  }
}
