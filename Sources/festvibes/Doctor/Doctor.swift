import AWS
import Contracts
import Foundation
import HTTP
import LambdaRuntime
import Settings
import Time

/// The checks of settings and stores. Each reads only, is independent of the others, and takes a few seconds at most.
struct Doctor {
  /// The time for one check.
  static let timeout = Duration.seconds(5)

  let settings: Settings
  let dataset: Dataset
  /// True if the source's site is asked for its robots.txt.
  let includesSource: Bool

  /// Runs all checks.
  func findings() -> [Finding] {
    let machine = stateMachine()
    return settingsFindings() + [zone(), clock(), machine] + functions(after: machine)
      + [bucket(), postgres(), redis(), source()] + readAPI() + datasets()
  }

  /// Checks the functions. What stands in the way of the state machine stands in theirs, and is said once.
  private func functions(after machine: Finding) -> [Finding] {
    guard !machine.isWrong else {
      return [Finding(name: "functions", outcome: .skipped, detail: "not checked, because of the state machine")]
    }
    return InvokeCommand.products.keys.sorted().map(function)
  }

  /// True for the local stack, false for a deployment: the next command depends on it.
  var isLocal: Bool { Settings.isLocal(settings.environment) }

  var deadline: Deadline { Deadline(after: Self.timeout, on: SystemTime()) }

  /// Runs a check. An error of it is a finding.
  /// - Parameters:
  ///   - next: the command after a failure that is not of the settings.
  ///   - check: returns the facts, or throws what is wrong.
  func finding(_ name: String, next: NextStep, _ check: () throws -> String) -> Finding {
    do {
      return Finding(name: name, outcome: .ok, detail: try check())
    } catch let fault as Fault {
      return Finding(name: name, outcome: .wrong(next: fault.next), detail: fault.message)
    } catch let error as AWSError where error.kind == .credentialsMissing || error.kind == .invalidConfiguration {
      return Finding(name: name, outcome: .wrong(next: missingSettings), detail: "\(error)")
    } catch let error as AWSError where error.kind == .accessDenied {
      return Finding(name: name, outcome: .wrong(next: credentials), detail: "\(error)")
    } catch let error as PipelineError where error.name == .configurationInvalid {
      return Finding(name: name, outcome: .wrong(next: self.next(after: error.message)), detail: error.message)
    } catch {
      // The hints of a command's error end with a command of their own; here it is on a line of its own.
      let message = "\(error)".split(separator: "\n").first.map(String.init) ?? ""
      let isSetting = message.contains("is not set")
      return Finding(name: name, outcome: .wrong(next: isSetting ? missingSettings : next), detail: message)
    }
  }

  /// The command that sets what is missing.
  var missingSettings: NextStep { NextStep(shell: "make up && . .local/env") }

  /// The command that sets the local stack's credentials, or shows whose those in use are.
  var credentials: NextStep { NextStep(shell: isLocal ? ". .local/env" : "aws sts get-caller-identity") }

  /// The command after a problem of the settings.
  func next(after problem: String) -> NextStep {
    if problem.contains("is not set") { return missingSettings }
    // A problem of the definition begins with the file's name; `check` has all of them, and the variables.
    return problem.contains("/dataset.yaml") ? NextStep("check \(dataset.id)") : NextStep("env-example")
  }

  /// The command after a store did not respond: locally the stack may be down; elsewhere the functions' log shows whether
  /// they have the same problem.
  func next(ofStoreOf function: String) -> NextStep {
    isLocal ? NextStep(shell: "make up") : NextStep("logs --function \(function) --errors --since 1h")
  }
}

/// A problem that a check found, with the command that repairs it.
struct Fault: Error {
  let message: String
  let next: NextStep
}
