import Contracts
import Settings

/// The values of the variables of one definition. Each secret is read once.
final class DefinitionVariables {
  private let configuration: Configuration
  private var secrets: [String: Result<String?, PipelineError>] = [:]
  /// The failure to read a secret, if it may pass.
  private(set) var temporaryFailure: PipelineError?

  init(_ configuration: Configuration) { self.configuration = configuration }

  func value(_ name: String, isSecret: Bool) throws(PipelineError) -> String? {
    guard isSecret else { return try configuration.variable(name, isSecret: false) }
    if let known = secrets[name] { return try known.get() }
    do throws(PipelineError) {
      let value = try configuration.variable(name, isSecret: true)
      secrets[name] = .success(value)
      return value
    } catch {
      if error.name.isRetryable { temporaryFailure = error }
      secrets[name] = .failure(error)
      throw error
    }
  }
}
