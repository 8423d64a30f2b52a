import Contracts

/// Reads a function's settings from its environment and gathers all that is wrong with them, so that a person mends them
/// in one go. Messages name the variables and never show a value.
///
/// A variable `NAME` may be replaced by `NAME_SECRET_ARN`, which names a Secrets Manager secret that holds the value.
public struct Configuration {
  private let environment: [String: String]
  private let secret: (_ arn: String) throws -> String
  private var problems: [String] = []
  /// Why a secret could not be read, when that may pass.
  private var passingFailure: PipelineError?

  /// - Parameter secret: reads a secret's value by its ARN.
  public init(
    environment: [String: String],
    secret: @escaping (_ arn: String) throws -> String = { _ in
      throw PipelineError(.configurationInvalid, "this function reads no secrets")
    }
  ) {
    self.environment = environment
    self.secret = secret
  }

  /// The variable's text. When it is missing or empty: the default, or a problem and an empty text.
  public mutating func text(_ name: String, default fallback: String? = nil) -> String {
    if let value = environment[name], !value.isEmpty { return value }
    if let arn = environment["\(name)_SECRET_ARN"], !arn.isEmpty {
      // Perhaps the secret itself, which AWS is then not told either: it keeps a record of what it is asked for.
      guard arn.hasPrefix("arn:") else {
        problems.append("\(name)_SECRET_ARN is not the ARN of a secret")
        return ""
      }
      do { return try secret(arn) } catch let error as PipelineError where error.name.isRetryable {
        passingFailure = error
        return ""
      } catch {
        problems.append("\(name)_SECRET_ARN cannot be read (\(error))")
        return ""
      }
    }
    if let fallback { return fallback }
    problems.append("\(name) is not set")
    return ""
  }

  /// Text that starts with one of the given schemes, such as `https://`.
  public mutating func address(_ name: String, schemes: [String], default fallback: String? = nil) -> String {
    let value = text(name, default: fallback)
    let known = schemes.contains { value.hasPrefix($0) && value.count > $0.count }
    if !value.isEmpty && !known { problems.append("\(name) must begin with \(schemes.joined(separator: " or "))") }
    return value
  }

  /// A number of seconds above zero.
  public mutating func seconds(_ name: String, default fallback: Duration) -> Duration {
    let value = text(name, default: "")
    guard !value.isEmpty else { return fallback }
    guard let seconds = Double(value), seconds > 0, seconds <= 86_400 else {
      problems.append("\(name) must be a number of seconds above 0")
      return fallback
    }
    return .seconds(seconds)
  }

  /// A number within bounds.
  public mutating func number(_ name: String, in range: ClosedRange<Double>, default fallback: Double) -> Double {
    let value = text(name, default: "")
    guard !value.isEmpty else { return fallback }
    guard let number = Double(value), range.contains(number) else {
      problems.append("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
      return fallback
    }
    return number
  }

  /// Notes something wrong that the caller found.
  public mutating func report(_ problem: String) { problems.append(problem) }

  /// - Throws: `ConfigurationInvalid` with all problems in one message; a retryable error when a secret could not be read
  ///   for a reason that may pass.
  public func validate() throws(PipelineError) {
    if let passingFailure { throw passingFailure }
    guard problems.isEmpty else {
      throw PipelineError(.configurationInvalid, problems.joined(separator: "; "))
    }
  }
}
