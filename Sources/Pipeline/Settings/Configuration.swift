import Contracts

/// Reads settings from the environment and collects all problems, so that they can be fixed in one pass. Messages name
/// the variables and never show a value.
///
/// A variable `NAME` may be replaced by `NAME_SECRET_ARN`, which names a Secrets Manager secret that holds the value.
/// Line ends at the end of a value are removed, with a warning: editors and `echo` add them to secrets.
public struct Configuration {
  private let environment: [String: String]
  private let warn: (String) -> Void
  private let secret: (_ arn: String) throws -> String
  private var problems: [String] = []
  /// The failure to read a secret, if it is temporary.
  private var temporaryFailure: PipelineError?

  /// - Parameters:
  ///   - secret: reads a secret's value by its ARN.
  ///   - warn: takes a warning for the log, which names a variable and shows no value.
  public init(
    environment: [String: String],
    secret: @escaping (_ arn: String) throws -> String = { _ in
      throw PipelineError(.configurationInvalid, "this function reads no secrets")
    },
    warn: @escaping (String) -> Void = { _ in }
  ) {
    self.environment = environment
    self.warn = warn
    self.secret = secret
  }

  /// Reads a text. For a variable that is missing or empty it returns the default; without one it returns an empty text
  /// and notes a problem.
  public mutating func text(_ variable: EnvironmentVariable, default fallback: String? = nil) -> String {
    let name = variable.name
    if let value = value(of: name) { return value }
    do throws(PipelineError) {
      if let value = try secretValue(of: name) { return value }
    } catch {
      if error.name.isRetryable { temporaryFailure = error } else { problems.append(error.message) }
      return ""
    }
    if let fallback = fallback ?? variable.standard { return fallback }
    problems.append("\(name) is not set")
    return ""
  }

  /// Reads the secret that `NAME_SECRET_ARN` names.
  /// - Returns: nil if the variable names none.
  /// - Throws: `ConfigurationInvalid` if it cannot be read, a retryable error if that may pass.
  func secretValue(of name: String) throws(PipelineError) -> String? {
    guard let arn = value(of: "\(name)_SECRET_ARN") else { return nil }
    // This may be the secret itself, pasted by mistake. It is not sent to AWS, which logs requests.
    guard arn.hasPrefix("arn:") else {
      throw PipelineError(.configurationInvalid, "\(name)_SECRET_ARN is not the ARN of a secret")
    }
    let read: String
    do {
      read = try secret(arn)
    } catch {
      let failure = error as? PipelineError
      throw PipelineError(
        failure.map { $0.name.isRetryable ? $0.name : .configurationInvalid } ?? .configurationInvalid,
        "\(name)_SECRET_ARN cannot be read (\(failure?.message ?? "\(error)"))")
    }
    guard let value = FinalNewline.removed(from: read, of: "the secret in \(name)_SECRET_ARN", warn) else {
      throw PipelineError(.configurationInvalid, "the secret in \(name)_SECRET_ARN is empty")
    }
    return value
  }

  /// Returns a variable's value; nil if it is missing or empty.
  func value(of name: String) -> String? {
    environment[name].flatMap { FinalNewline.removed(from: $0, of: name, warn) }
  }

  /// Reads a number of seconds, above 0 and at most a day.
  public mutating func seconds(_ variable: EnvironmentVariable) -> Duration {
    let fallback = Double(variable.standard ?? "") ?? 0
    let value = text(variable)
    guard let seconds = Double(value), seconds > 0, seconds <= 86_400 else {
      if !value.isEmpty { problems.append("\(variable.name) must be a number of seconds above 0") }
      return .seconds(fallback)
    }
    return .seconds(seconds)
  }

  /// Reads a number within bounds. Nil if the variable is missing and has no default.
  /// - Parameter fallback: the default, in place of the variable's own.
  public mutating func number(
    _ variable: EnvironmentVariable, in range: ClosedRange<Double>, default fallback: String? = nil
  ) -> Double? {
    let value = text(variable, default: fallback ?? variable.standard ?? "")
    guard !value.isEmpty else { return nil }
    guard let number = Double(value), range.contains(number) else {
      problems.append("\(variable.name) must be a number from \(range.lowerBound) to \(range.upperBound)")
      return Double(variable.standard ?? "")
    }
    return number
  }

  /// Reads a whole number within bounds. Nil if the variable is missing and has no default.
  public mutating func wholeNumber(_ variable: EnvironmentVariable, in range: ClosedRange<Int>) -> Int? {
    let value = text(variable, default: variable.standard ?? "")
    guard !value.isEmpty else { return nil }
    guard let number = Int(value), range.contains(number) else {
      problems.append("\(variable.name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      return variable.standard.flatMap { Int($0) }
    }
    return number
  }

  /// Reads one of two words. A risk is taken only by the exact word.
  public mutating func flag(
    _ variable: EnvironmentVariable, isTrue yes: String = "true", isFalse no: String = "false"
  ) -> Bool {
    let value = text(variable)
    if value != yes && value != no { problems.append("\(variable.name) must be \(yes) or \(no)") }
    return value == yes
  }

  /// True if the environment has a variable, or names a secret for it, which is not read.
  public func isSet(_ variable: EnvironmentVariable) -> Bool {
    [variable.name, "\(variable.name)_SECRET_ARN"].contains { !environment[$0, default: ""].isEmpty }
  }

  /// Notes a problem that the caller found.
  public mutating func report(_ problem: String) { problems.append(problem) }

  /// The number of problems so far.
  public var problemCount: Int { problems.count }

  /// - Throws: `ConfigurationInvalid` with all problems in one message; a retryable error if a secret could not be read
  ///   for a temporary reason.
  public func validate() throws(PipelineError) {
    if let temporaryFailure { throw temporaryFailure }
    guard problems.isEmpty else {
      throw PipelineError(.configurationInvalid, problems.joined(separator: "; "))
    }
  }
}
