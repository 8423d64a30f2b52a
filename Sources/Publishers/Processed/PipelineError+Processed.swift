import AWS
import Contracts

extension PipelineError {
  /// Converts a failure of the processed zone's bucket. If a setting is the cause, the message names its variable.
  init(processed error: AWSError) {
    switch error.kind {
    case .untrusted, .invalidConfiguration, .credentialsMissing, .invalidRequest, .rejected:
      self.init(.configurationInvalid, "the processed zone: \(error)")
    case .accessDenied:
      self.init(
        .configurationInvalid,
        "the processed zone: the AWS credentials, or the function's role, may not read, write, list and delete under "
          + "processed/: \(error)")
    case .noSuchBucket, .notFound:
      self.init(.configurationInvalid, "AWS_S3_BUCKET_PROCESSED, or else S3_BUCKET_NAME, names no bucket: \(error)")
    case .wrongRegion: self.init(.configurationInvalid, "S3_REGION is not the processed zone's region: \(error)")
    case .timedOut: self.init(.deadlineExceeded, "the processed zone: \(error)")
    case .tooLarge, .corruptResponse: self.init(.storageCorrupt, "the processed zone: \(error)")
    case .unavailable, .conflict, .preconditionFailed, .cryptography:
      self.init(.storageUnavailable, "the processed zone: \(error)")
    }
  }
}
