import AWS
import Contracts

extension PipelineError {
  /// Converts a failure of a stream. If a setting is the cause, the message names it.
  init(_ error: AWSError, ofStream stream: String) {
    switch error.kind {
    case .notFound:
      self.init(
        .configurationInvalid, "the sink kinesis: '\(stream)' names no stream of this account and region: \(error)")
    case .accessDenied where error.code == "KMSAccessDeniedException":
      self.init(
        .configurationInvalid,
        "the stream \(stream) is not accessible: the function's role, or the credentials in AWS_ACCESS_KEY_ID and "
          + "AWS_SECRET_ACCESS_KEY, lack kms:GenerateDataKey for the key that encrypts the stream: \(error)")
    case .accessDenied:
      self.init(
        .configurationInvalid,
        "the stream \(stream) is not accessible: the AWS credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or the "
          + "function's role) are not accepted, or lack kinesis:PutRecords: \(error)")
    case .untrusted:
      self.init(
        .configurationInvalid,
        "Kinesis cannot be trusted (is AWS_ENDPOINT_URL_KINESIS, if it is set, right?): \(error)")
    case .rejected where error.code?.hasPrefix("KMS") == true:
      self.init(
        .configurationInvalid,
        "the key of KMS that encrypts the stream \(stream) is not usable: enable it, or give the stream another one: "
          + "\(error)")
    case .invalidConfiguration, .credentialsMissing, .invalidRequest, .noSuchBucket, .wrongRegion, .rejected:
      self.init(.configurationInvalid, "the stream \(stream): \(error)")
    case .timedOut, .unavailable, .conflict, .preconditionFailed, .corruptResponse, .tooLarge, .cryptography:
      self.init(
        .destinationUnavailable,
        "the stream \(stream): \(error). The load is repeated, and sends all its records again")
    }
  }
}
