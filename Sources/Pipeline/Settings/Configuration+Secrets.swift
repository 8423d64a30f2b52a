import AWS
import Contracts
import Text
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
        do throws(AWSError) {
          return try SecretsManagerClient(AWSSession(environment: environment, time: time))
            .value(of: arn, deadline: deadline)
        } catch {
          let isTemporary = error.isTransient || error.kind == .timedOut
          throw PipelineError(isTemporary ? .storageUnavailable : .configurationInvalid, Self.reason(of: error))
        }
      }, warn: warn)
  }

  /// Returns why a secret cannot be read. Of a response it has only the code: Secrets Manager's messages name accounts,
  /// roles and keys, and may quote what it was asked for.
  private static func reason(of error: AWSError) -> String {
    guard let status = error.status else { return "\(error.operation): \(error.message)" }
    let code = error.code.flatMap { $0.count <= 64 && $0.utf8.allSatisfy(\.isASCIIAlphanumeric) ? $0 : nil }
    let advice: String? =
      switch error.kind {
      case .accessDenied where error.refusesCredentials: "check the credentials"
      case .accessDenied:
        "allow secretsmanager:GetSecretValue, and kms:Decrypt if the secret has a key of its own"
      case .notFound: "the secret does not exist in this account and region, or has no value yet"
      default: nil
      }
    return "\(error.operation): \(code ?? "status \(status)")\(advice.map { "; \($0)" } ?? "")"
  }
}
