import Advice
import Foundation
import Settings

/// The command that goes on after a failure, as a line that a person pastes into the same shell: `next: festvibes retry RUN`.
struct NextStep: Equatable {
  /// The whole command: `.build/release/festvibes retry cli-20261126T080000Z-b7ca`.
  let command: String

  /// - Parameter command: a command of the shell, not of this program: `make up`.
  init(shell command: String) { self.command = command }

  /// - Parameters:
  ///   - arguments: what follows the program's name: `retry RUN --dataset NAME`.
  ///   - call: the program as the same shell finds it.
  init(_ arguments: String, call: String = Self.call()) { command = "\(call) \(arguments)" }

  /// The step that deploys what is missing, on the local stack or on AWS.
  static func deploying(_ environment: [String: String]) -> NextStep {
    NextStep(shell: Settings.isLocal(environment) ? "make up" : "make terraform-apply")
  }

  /// The step, and then another one if it succeeds.
  func then(_ next: NextStep) -> NextStep { NextStep(shell: "\(command) && \(next.command)") }

  /// The step, and then another one, however it ends.
  func before(_ next: NextStep) -> NextStep { NextStep(shell: "\(command); \(next.command)") }

  /// Returns the program as it was called or, where `make` called it, as the shell that called `make` does.
  static func call(
    _ environment: [String: String] = ProcessInfo.processInfo.environment,
    program: String = CommandLine.arguments.first ?? "festvibes"
  ) -> String {
    let given = environment[EnvironmentVariable.commandLine.name, default: ""]
    return given.isEmpty ? quoted(program) : given
  }

  var line: String { "next: \(command)" }

  /// Quotes a word for a POSIX shell, if it needs that.
  static func quoted(_ word: String) -> String { ShellWord.quoted(word) }
}
