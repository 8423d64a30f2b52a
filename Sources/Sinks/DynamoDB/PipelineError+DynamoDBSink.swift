import AWS
import Contracts

extension PipelineError {
  /// Converts a failure of a table. If a setting is the cause, the message names it.
  init(_ error: AWSError, of settings: TableSettings) {
    let table = settings.table
    switch error.kind {
    case .notFound:
      self.init(
        .configurationInvalid,
        "the sink dynamodb: '\(table)' names no table of this account and region: \(error). terraform makes it "
          + "(terraform/run apply) for a dataset in `datasets`, the local stack when it starts (make up), and by hand: "
          + settings.creation)
    case .accessDenied:
      self.init(
        .configurationInvalid,
        "the DynamoDB table \(table) is not accessible: the AWS credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or the "
          + "function's role) are not accepted, or lack dynamodb:BatchGetItem, BatchWriteItem, PutItem, DeleteItem or "
          + "Scan: \(error)")
    case .untrusted:
      self.init(
        .configurationInvalid,
        "DynamoDB cannot be trusted (is AWS_ENDPOINT_URL_DYNAMODB, if it is set, right?): \(error)")
    case .rejected where error.code == "ValidationException":
      self.init(
        .configurationInvalid,
        "the DynamoDB table \(table) does not take the items: its key must be \(settings.described), as the definition's "
          + "hash and range say; aws dynamodb describe-table --table-name \(table) shows what it is: \(error)")
    case .invalidConfiguration, .credentialsMissing, .invalidRequest, .noSuchBucket, .wrongRegion, .rejected:
      self.init(.configurationInvalid, "the DynamoDB table \(table): \(error)")
    case .timedOut, .unavailable, .conflict, .preconditionFailed, .corruptResponse, .tooLarge, .cryptography:
      self.init(
        .destinationUnavailable,
        "the DynamoDB table \(table): \(error). The load is repeated, and writes what is not written yet")
    }
  }
}
