/// The names of a service. Sinks in other modules create those of further services.
package struct AWSService: Equatable, Sendable {
  /// The name for people.
  let name: String
  /// The name in the credential scope.
  let signingName: String
  /// The name in the host name.
  let endpointPrefix: String
  /// The name in the variable of a custom endpoint: `AWS_ENDPOINT_URL_S3`.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html
  let endpointVariable: String

  package init(name: String, signingName: String, endpointPrefix: String, endpointVariable: String) {
    self.name = name
    self.signingName = signingName
    self.endpointPrefix = endpointPrefix
    self.endpointVariable = endpointVariable
  }

  static let s3 = AWSService(name: "S3", signingName: "s3", endpointPrefix: "s3", endpointVariable: "S3")
  static let stepFunctions = AWSService(
    name: "Step Functions", signingName: "states", endpointPrefix: "states", endpointVariable: "SFN")
  static let lambda = AWSService(
    name: "Lambda", signingName: "lambda", endpointPrefix: "lambda", endpointVariable: "LAMBDA")
  static let cloudWatchLogs = AWSService(
    name: "CloudWatch Logs", signingName: "logs", endpointPrefix: "logs", endpointVariable: "CLOUDWATCH_LOGS")
  static let secretsManager = AWSService(
    name: "Secrets Manager", signingName: "secretsmanager", endpointPrefix: "secretsmanager",
    endpointVariable: "SECRETS_MANAGER")
}
