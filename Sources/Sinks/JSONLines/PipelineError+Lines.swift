import AWS
import Contracts

extension PipelineError {
  /// Converts a failure of the bucket with files of lines. If a setting is the cause, the message names it.
  init(lines error: AWSError) {
    switch error.kind {
    case .untrusted, .invalidConfiguration, .credentialsMissing, .invalidRequest, .rejected:
      self.init(.configurationInvalid, "the bucket of json_lines: \(error)")
    case .accessDenied:
      self.init(
        .configurationInvalid,
        "the bucket of json_lines: the AWS credentials, or the function's role, may not list load.bucket, or read, write and "
          + "delete in the folder of load.key, or read and write in index/ there: \(error)")
    case .noSuchBucket:
      self.init(
        .configurationInvalid, "load.bucket of json_lines names no bucket: create it, or correct it: \(error)")
    case .wrongRegion:
      self.init(.configurationInvalid, "load.region of json_lines is not the bucket's region: \(error)")
    case .timedOut: self.init(.deadlineExceeded, "\(error)")
    case .tooLarge, .corruptResponse: self.init(.storageCorrupt, "\(error)")
    case .unavailable, .conflict, .preconditionFailed, .notFound, .cryptography:
      self.init(.storageUnavailable, "\(error)")
    }
  }
}
