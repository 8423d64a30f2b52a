import AWS
import Contracts
import Time

extension Configuration {
  /// The timeout for all secrets together. Lambda gives a function ten seconds to start.
  private static let timeout = Duration.seconds(8)

  /// A function's environment, in which `NAME_SECRET_ARN` may stand for `NAME`. Secrets Manager is called only if a
  /// variable names a secret.
  /// - Parameter warn: takes a warning for the log.
  public static func ofFunction(
    _ environment: [String: String], time: any TimeSource = SystemTime(), warn: @escaping (String) -> Void
  ) -> Configuration {
    let deadline = Deadline(after: timeout, on: time)
    return Configuration(
      environment: environment,
      secret: { arn in
        do {
          return try SecretsManagerClient(AWSSession(environment: environment, time: time))
            .value(of: arn, deadline: deadline)
        } catch let error as AWSError where error.isTransient || error.kind == .timedOut {
          throw PipelineError(.storageUnavailable, "\(error)")
        }
      }, warn: warn)
  }
}
