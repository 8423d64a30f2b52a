import AWS
import Advice
import ArgumentParser
import Contracts

/// An error for a person, printed on the standard error as `Error: …`.
struct CommandError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// Adds to an AWS error what to do about it, where that is known.
  init(_ error: AWSError, environment: [String: String]) {
    switch error.kind {
    case .unavailable where Settings.isLocal(environment):
      self.init("\(error)\nIs the local stack up?\n\(NextStep(shell: "make up").line)")
    case .credentialsMissing, .invalidConfiguration: self.init("\(error)\n\(Settings.hint)")
    case .notFound where error.code == "StateMachineDoesNotExist":
      self.init("STATE_MACHINE_ARN names no state machine: \(error.resource ?? "")\n\(Settings.hint)")
    case .accessDenied where error.refusesCredentials:
      let isOwn = !environment["AWS_ACCESS_KEY_ID", default: ""].isEmpty
      let what = isOwn ? "AWS_ACCESS_KEY_ID / AWS_SECRET_ACCESS_KEY" : "the AWS credentials of profile or role"
      self.init("\(what) are not accepted: \(error)\n\(NextStep("doctor").line)")
    default: self.init("\(error)")
    }
  }

  /// A problem with its command.
  init(_ fault: Fault) { self.init("\(fault.message)\n\(fault.next.line)") }

  /// Adds to a problem of the settings how the local stack sets what is missing; to a wrong value, of which nobody but
  /// its author knows what was meant, the check of all settings.
  /// - Parameter problem: the error of a setting, or of a definition.
  init(ofSettings problem: PipelineError) {
    let isMissing = problem.message.contains("is not set")
    self.init("\(problem.message)\n\(isMissing ? Settings.hint : NextStep("doctor").line)")
  }

  /// Adds to an error of a store that a command opened itself the check that says what to do about it.
  init(_ error: PipelineError) {
    switch RunRemedy(error.name) {
    case .checkAndRetry, .retry: self.init("\(error)\n\(NextStep("doctor").line)")
    default: self.init("\(error)")
    }
  }
}

/// Runs `body`, which reads arguments, and converts its errors into usage errors, which end the program with status 64.
func withUsage<Value>(_ body: () throws -> Value) throws -> Value {
  do { return try body() } catch let error as CommandError { throw ValidationError(error.description) }
}

/// Runs `body`, which calls AWS, and converts an `AWSError` into a readable `CommandError`.
func withReadableErrors<Value>(_ environment: [String: String], _ body: () throws -> Value) throws -> Value {
  do { return try body() } catch let error as AWSError { throw CommandError(error, environment: environment) }
}
