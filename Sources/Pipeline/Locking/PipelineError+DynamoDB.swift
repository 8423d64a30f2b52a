import AWS
import Contracts

extension PipelineError {
  /// Converts a failure of the table of locks. If a setting is the cause, the message names it.
  init(_ error: AWSError, ofLock lock: String) {
    switch error.kind {
    case .notFound:
      self.init(.configurationInvalid, "lock.table_name names no table of this account and region: \(error)")
    case .accessDenied:
      self.init(
        .configurationInvalid,
        "the lock \(lock) is not accessible: the AWS credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or the "
          + "function's role) are not accepted, or lack dynamodb:GetItem, PutItem, UpdateItem or DeleteItem: \(error)")
    case .untrusted:
      self.init(
        .configurationInvalid,
        "DynamoDB cannot be trusted (is AWS_ENDPOINT_URL_DYNAMODB, if it is set, right?): \(error)")
    case .invalidConfiguration, .credentialsMissing, .invalidRequest, .noSuchBucket, .wrongRegion, .rejected:
      self.init(.configurationInvalid, "the lock \(lock): \(error)")
    case .timedOut: self.init(.deadlineExceeded, "the lock \(lock): \(error)")
    case .tooLarge: self.init(.storageCorrupt, "the lock \(lock): \(error)")
    case .unavailable, .conflict, .preconditionFailed, .corruptResponse, .cryptography:
      self.init(.destinationUnavailable, "the lock \(lock): \(error)")
    }
  }
}
