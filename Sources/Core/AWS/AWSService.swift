/// What is particular to a service.
struct AWSService: Equatable, Sendable {
  /// For people.
  let name: String
  /// In the credential scope.
  let signingName: String
  /// In the host name.
  let endpointPrefix: String
  /// In the variable that names an endpoint of one's own: `AWS_ENDPOINT_URL_S3`.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html
  let endpointVariable: String

  static let s3 = AWSService(name: "S3", signingName: "s3", endpointPrefix: "s3", endpointVariable: "S3")
  static let stepFunctions = AWSService(
    name: "Step Functions", signingName: "states", endpointPrefix: "states", endpointVariable: "SFN")
  static let lambda = AWSService(
    name: "Lambda", signingName: "lambda", endpointPrefix: "lambda", endpointVariable: "LAMBDA")
  static let secretsManager = AWSService(
    name: "Secrets Manager", signingName: "secretsmanager", endpointPrefix: "secretsmanager",
    endpointVariable: "SECRETS_MANAGER")
}
