import AWS
import Foundation
import LambdaRuntime
import Settings
import Time

/// The environment that the commands read.
struct Settings {
  /// The advice about settings that are missing: the local stack's, which is the only one that can be pasted.
  static let hint = """
    For a deployment, set it as .env.example says. `make up` starts the local stack, and writes its settings into .local/env.
    \(NextStep(shell: "make up && . .local/env").line)
    """

  let environment: [String: String]
  /// The log, on the standard error. Without `--verbose` or LOG_LEVEL it writes nothing.
  let log: Logger

  /// Reads the process's environment and, for variables that it lacks, `.env` in the current folder.
  init(isVerbose: Bool = false) {
    self.init(
      EnvironmentFile.read().merging(ProcessInfo.processInfo.environment) { _, set in set }, isVerbose: isVerbose)
  }

  /// - Parameter quietly: true for a reading besides the command's own, which has written the warnings.
  init(quietly: Bool) {
    self.init(EnvironmentFile.read().merging(ProcessInfo.processInfo.environment) { _, set in set }, write: { _ in })
  }

  init(
    _ environment: [String: String], isVerbose: Bool = false,
    write: @escaping (String) -> Void = Output.errorLine
  ) {
    let environment = FinalNewline.removed(from: environment) { write("Warning: \($0)") }
    self.environment = environment
    var logging = environment
    let isAsked = isVerbose || !environment[EnvironmentVariable.logLevel.name, default: ""].isEmpty
    if isVerbose { logging["AWS_LAMBDA_LOG_LEVEL"] = Logger.Level.debug.rawValue }
    log = Logger(environment: logging, write: isAsked ? write : { _ in })
  }

  /// Returns what a function would read from the environment.
  func configuration() -> Configuration {
    Configuration.ofFunction(environment) { Output.errorLine("Warning: \($0)") }
  }

  /// - Throws: one error that names all variables that are missing.
  @discardableResult
  func require(_ variables: EnvironmentVariable...) throws -> [String] {
    let missing = variables.map(\.name).filter { environment[$0, default: ""].isEmpty }
    guard missing.isEmpty else {
      let verb = missing.count == 1 ? "is" : "are"
      throw CommandError("\(missing.joined(separator: " and ")) \(verb) not set.\n\(Self.hint)")
    }
    return variables.map { environment[$0.name, default: ""] }
  }

  /// True if the environment leads to a local AWS, and not to AWS itself.
  static func isLocal(_ environment: [String: String]) -> Bool {
    !environment[EnvironmentVariable.endpoint.name, default: ""].isEmpty
  }

  /// The folder of the raw data; nil if they are in a bucket.
  var rawFolder: String? {
    let folder = environment[EnvironmentVariable.rawFolder.name, default: ""]
    return folder.isEmpty ? nil : folder
  }

  /// True if the environment names a database.
  var hasDatabase: Bool { has(.databaseURL) }
  /// True if the environment says that there is no ledger on purpose.
  var isLedgerOff: Bool { environment[EnvironmentVariable.ledger.name] == "off" }
  /// The reason why there is no ledger; nil if the environment names a database.
  var reasonWithoutLedger: String? {
    guard !hasDatabase else { return nil }
    return isLedgerOff
      ? "LEDGER is off" : "\(EnvironmentVariable.databaseURL.name) is not set"
  }
  /// True if the environment names a cache.
  var hasCache: Bool { has(.redisURL) }

  /// True if the environment names a state machine.
  var hasStateMachine: Bool { !environment[EnvironmentVariable.stateMachine.name, default: ""].isEmpty }

  private func has(_ variable: EnvironmentVariable) -> Bool {
    [variable.name, "\(variable.name)_SECRET_ARN"].contains { !environment[$0, default: ""].isEmpty }
  }

  /// Returns the ARN of the state machine that runs the pipeline.
  func stateMachine() throws -> String {
    let arn = try require(.stateMachine)[0]
    let fields = arn.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 7, fields[0] == "arn", fields[2] == "states", fields[5] == "stateMachine" else {
      throw CommandError("STATE_MACHINE_ARN is not the ARN of a state machine: \(arn)")
    }
    return arn
  }

  /// Returns the ARN of a state machine's execution.
  static func execution(_ name: String, of machine: String) -> String {
    machine.replacing(":stateMachine:", with: ":execution:", maxReplacements: 1) + ":\(name)"
  }

  /// - Parameter arn: the resource to call; its region is used.
  func session(for arn: String? = nil) throws -> AWSSession {
    let fields = (arn ?? "").split(separator: ":", omittingEmptySubsequences: false)
    let region = fields.count > 3 && fields[0] == "arn" ? String(fields[3]) : nil
    log.debug("AWS", ["region": .text(region ?? "from the environment"), "resource": .text(arn ?? "")])
    return try withReadableErrors(environment) {
      try AWSSession(environment: environment, region: region, profiles: ProfileFiles(environment: environment))
    }
  }
}
