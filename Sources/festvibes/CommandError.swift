import AWS
import ArgumentParser

/// What goes to a person on the standard error, as `Error: …`.
struct CommandError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// What to do about a failure of AWS, where that can be said.
  init(_ error: AWSError, environment: [String: String]) {
    let endpoint = environment["AWS_ENDPOINT_URL"].flatMap { $0.isEmpty ? nil : $0 }
    switch error.kind {
    case .unavailable where endpoint != nil: self.init("\(error)\nIs the local stack up? `make up` starts it.")
    case .credentialsMissing, .invalidConfiguration: self.init("\(error)\n\(Settings.hint)")
    case .notFound where error.code == "StateMachineDoesNotExist":
      self.init("STATE_MACHINE_ARN names no state machine: \(error.resource ?? "")\n\(Settings.hint)")
    case .accessDenied where error.refusesCredentials:
      let isOwn = !environment["AWS_ACCESS_KEY_ID", default: ""].isEmpty
      let what = isOwn ? "AWS_ACCESS_KEY_ID / AWS_SECRET_ACCESS_KEY" : "the AWS credentials of profile or role"
      self.init("\(what) are not accepted: \(error)")
    default: self.init("\(error)")
    }
  }
}

/// Runs what reads arguments, and makes its errors those of usage: they end the program with status 64.
func withUsage<Value>(_ body: () throws -> Value) throws -> Value {
  do { return try body() } catch let error as CommandError { throw ValidationError(error.description) }
}

/// Runs what calls AWS, and says its failures in words for people.
func withReadableErrors<Value>(_ environment: [String: String], _ body: () throws -> Value) throws -> Value {
  do { return try body() } catch let error as AWSError { throw CommandError(error, environment: environment) }
}
