import LambdaRuntime

extension Metrics {
  /// Under which CloudWatch keeps the numbers of all functions.
  public static let pipelineNamespace = "FestVibes"
}
