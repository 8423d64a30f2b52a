import AWS
import Contracts

extension PipelineError {
  /// Converts a failure of the raw store. If a setting is the cause, the message names its variable.
  init(_ error: AWSError) {
    switch error.kind {
    case .invalidRequest: self.init(.invalidInput, "\(error)")
    case .notFound: self.init(.invalidInput, "s3_key names no object: \(error)")
    case .untrusted:
      self.init(.configurationInvalid, "S3 cannot be trusted (is AWS_ENDPOINT_URL_S3, if it is set, right?): \(error)")
    case .invalidConfiguration, .credentialsMissing: self.init(.configurationInvalid, "\(error)")
    case .accessDenied:
      self.init(
        .configurationInvalid,
        "the AWS credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or the function's role) are not accepted: "
          + "\(error)")
    case .noSuchBucket: self.init(.configurationInvalid, "S3_BUCKET_NAME names no bucket: \(error)")
    case .wrongRegion: self.init(.configurationInvalid, "S3_REGION is not the bucket's region: \(error)")
    case .rejected: self.init(.configurationInvalid, "S3 does not accept the request: \(error)")
    case .timedOut: self.init(.deadlineExceeded, "\(error)")
    case .tooLarge, .corruptResponse: self.init(.storageCorrupt, "\(error)")
    case .unavailable, .conflict, .preconditionFailed, .cryptography: self.init(.storageUnavailable, "\(error)")
    }
  }
}
